"""A client's address changes while an act writes to them: whichever comes first, the mail goes to the new one."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from appointments import booking, cancellation, fees
from appointments.drafts import Notes
from appointments.models import Appointment, CancellationReason, Fee
from appointments.tests.factories import NOW, late
from appointments.tests.races.at_once import at_once
from appointments.tests.test_booking import FRIDAY_10, policy_of
from clients import addresses
from clients.models import Client
from clients.tests.factories import care_of
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def cancel(appointment: Appointment) -> object:
    return cancellation.cancel(
        appointment,
        by=Actor.admin(appointment.provider.user_id),
        reason=CancellationReason.objects.get(key="client-asked"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=NOW,
    )


def canceling(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    return partial(cancel, late(maya, jordan))


def booking_a_time(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    return partial(
        booking.book,
        care_of(jordan, maya),
        start=FRIDAY_10 + timedelta(hours=number),
        format=Format.VIDEO,
        by=Actor.client(),
        at=NOW,
        agreed=policy_of(maya),
    )


def waiving(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    cancel(late(maya, jordan))
    fee = Fee.objects.latest("id")
    return partial(fees.waive, fee, why="Storm", by=Actor.provider(maya.user_id), at=NOW)


@pytest.mark.parametrize("act", [canceling, booking_a_time, waiving])
def test_no_mail_goes_to_the_address_that_was(
    maya: Provider, jordan: Client, act: Callable[[Provider, Client, int], Callable[[], object]]
) -> None:
    for number in range(ROUNDS):
        new = f"jordan{number}@new.example"
        results = at_once([act(maya, jordan, number), partial(addresses.change, jordan, to=new, at=NOW)])
        assert not [result for result in results if isinstance(result, Exception)], results
        waiting = OutboxMessage.objects.about(f"client:{jordan.pk}").exclude(kind="address_changed")
        assert set(waiting.values_list("recipient", flat=True)) == {new}
