"""An address changes while an act writes to its person: whichever comes first, the mail goes to the new one."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from appointments import attendance, booking, cancellation, fees, late_requests, resending
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason, Fee, LateRequest
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_booking import FRIDAY_10, policy_of
from clients import addresses, messages
from clients.models import Client
from clients.tests.factories import care_of
from notifications.models import OutboxMessage
from practice import accounts
from practice.actors import Actor
from practice.models import Provider, User
from practice.models.provider import Format
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


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


# --- The provider's ---


def asking_late(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    reason, one = CancellationReason.objects.get(key="not-well"), booked(maya, jordan, start=NOW + number * HOUR + HOUR)
    return partial(late_requests.ask, one, by=Actor.client(), reason=reason, note="", at=NOW)


def moving(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    one = booked(maya, jordan, start=FRIDAY_10 + timedelta(hours=number))
    return partial(
        booking.reschedule, one, start=one.start + WEEK, format=Format.VIDEO, by=Actor.provider(maya.user_id), at=NOW
    )


def restoring(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    one = booked(maya, jordan, start=FRIDAY_10 + timedelta(hours=number))
    cancel(one)
    OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)
    return partial(cancellation.restore, one, by=Actor.provider(maya.user_id), at=NOW)


def writing(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    OutboxMessage.objects.all().delete()
    return partial(messages.send, care_of(jordan, maya), by=Actor.client(jordan.user_id), text=str(number), at=NOW)


def sending_again(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    one = booked(maya, jordan, start=FRIDAY_10 + timedelta(hours=number))
    cancel(one)
    mail = OutboxMessage.objects.filter(about=f"provider:{maya.pk}", kind="canceled").latest("pk")
    OutboxMessage.objects.filter(pk=mail.pk).update(status="failed", failed_at=NOW)
    return partial(resending.send_again, one, mail.pk, by=Actor.provider(maya.user_id), at=NOW)


def objecting(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    one, mine = booked(maya, jordan, start=NOW + number * HOUR + HOUR), Actor.client(jordan.user_id)
    cancel(one)
    fee = Fee.objects.get(appointment=one)
    charge = FeeDecision(FeeChoice.CHARGE, shown=fee.assessed)
    fees.decide(fee, decision=charge, by=Actor.provider(maya.user_id), at=NOW)
    return partial(fees.dispute, fee, words="I called.", by=mine, at=NOW)


PROVIDERS = [canceling, booking_a_time, moving, restoring, asking_late, objecting, writing, sending_again]


@pytest.mark.parametrize("act", PROVIDERS)
def test_nor_to_the_providers(
    maya: Provider, jordan: Client, act: Callable[[Provider, Client, int], Callable[[], object]]
) -> None:
    for number in range(ROUNDS):
        new = f"maya{number}@new.example"
        changing = partial(accounts.change_sign_in, User.objects.get(pk=maya.user_id), email=new, at=NOW)
        results = at_once([act(maya, jordan, number), changing])
        assert not [result for result in results if isinstance(result, Exception)], results
        waiting = OutboxMessage.objects.about(f"provider:{maya.pk}").filter(status="queued")
        assert set(waiting.exclude(kind="address_changed").values_list("recipient", flat=True)) == {new}
        assert not waiting.exclude(calendar="").exclude(calendar__contains=f"mailto:{new}").exists()


def declining(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    asked = asking_late(maya, jordan, number)()
    assert isinstance(asked, LateRequest)
    return partial(late_requests.decline, asked, by=Actor.provider(maya.user_id), words="Come.", at=NOW)


def marking(maya: Provider, jordan: Client, number: int) -> Callable[[], object]:
    one = booked(maya, jordan, start=NOW - HOUR)
    return partial(attendance.mark_completed, one, by=Actor.provider(maya.user_id), at=NOW)


def waiting() -> int:
    """How many connections wait for a lock that another one has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        count: int = cursor.fetchone()[0]
    return count


@pytest.mark.only_postgres
@pytest.mark.parametrize("act", [*PROVIDERS[1:], declining, marking])
def test_what_comes_between_two_changes_of_an_address_waits_in_one_order(
    maya: Provider, jordan: Client, act: Callable[[Provider, Client, int], Callable[[], object]]
) -> None:
    """Whoever kept the address first and the rows after it would meet, in a circle, who does it the other way round and
    stands behind the second change."""
    first, second = (
        partial(accounts.change_sign_in, User.objects.get(pk=maya.user_id), email=f"maya@{new}.example", at=at)
        for new, at in (("new", NOW), ("newer", NOW + HOUR))
    )
    acts: list[Callable[[], object]] = [act(maya, jordan, 0), second, canceling(maya, jordan, 0)]
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            first()
            begun = []
            for number, each in enumerate(acts, start=1):
                begun.append(pool.submit(at_once, [each]))
                while waiting() < number:
                    time.sleep(0.005)
        results = [result for one in begun for result in one.result()]
    assert not [result for result in results if isinstance(result, Exception)], results


def test_a_late_request_is_declined_while_its_mail_changes_address(maya: Provider, jordan: Client) -> None:
    for number in range(ROUNDS):
        decline = declining(maya, jordan, number)
        user = User.objects.get(pk=maya.user_id)
        results = at_once([decline, partial(accounts.change_sign_in, user, email=f"maya{number}@new.example", at=NOW)])
        assert not [result for result in results if isinstance(result, Exception)], results
