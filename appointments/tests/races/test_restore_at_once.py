"""A cancellation taken back while the time is booked, the fee decided, or while another takes it back too."""

from datetime import timedelta
from functools import partial

import pytest

from appointments import booking, cancellation, fees, refusals, restore_refusals
from appointments.models import Appointment, Cancellation, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10, policy_of
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_restoring import CHARGED, deliver_all
from clients.models import Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def raised(result: object) -> object:
    """What is neither a refusal nor a row is a fault of ours."""
    if isinstance(result, Exception) and not isinstance(result, refusals.Refused):
        raise result
    return result


def test_a_time_taken_back_and_booked_at_once_has_one_of_the_two(maya: Provider, jordan: Client) -> None:
    her, other = Actor.provider(maya.user_id), care_of(make_client(maya, signs_in=False), maya)
    for number in range(ROUNDS):
        start = FRIDAY_10 + timedelta(hours=number)
        lost = booked(maya, jordan, start=start)
        cancel(lost, her, "provider-unwell")
        restored, new = map(
            raised,
            at_once(
                [
                    partial(cancellation.restore, lost, by=her, at=NOW),
                    partial(
                        booking.book,
                        other,
                        start=start,
                        format=Format.VIDEO,
                        by=Actor.client(),
                        at=NOW,
                        agreed=policy_of(maya),
                    ),
                ]
            ),
        )
        assert Appointment.objects.booked().filter(start=start).count() == 1
        if isinstance(restored, Appointment):
            assert isinstance(new, refusals.NotOpen)
        else:
            assert isinstance(restored, restore_refusals.TakenSince)
            assert isinstance(new, Appointment)


def test_a_fee_decided_and_made_void_at_once_is_void_and_nobody_is_left_with_another_word(
    maya: Provider, jordan: Client
) -> None:
    her = Actor.provider(maya.user_id)
    for number in range(ROUNDS):
        appointment = booked(maya, jordan, start=NOW + timedelta(hours=2 + number))
        cancel(appointment, Actor.admin(maya.user_id))
        deliver_all()
        fee = Fee.objects.get(appointment=appointment)
        restored, decided = map(
            raised,
            at_once(
                [
                    partial(cancellation.restore, appointment, by=her, at=NOW),
                    partial(fees.decide, fee, decision=CHARGED, by=her, at=NOW),
                ]
            ),
        )
        fee.refresh_from_db()
        assert isinstance(restored, Appointment)
        assert fee.status == "void"
        assert isinstance(decided, Fee | refusals.FeeNotOpen)
        assert not OutboxMessage.objects.filter(kind="fee_decided", status="queued").exists()


def test_taken_back_six_times_at_once_it_stands_once_and_each_is_told_once(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    cancel(appointment, Actor.client(jordan.user_id), "not-well")
    deliver_all()
    by = [Actor.client(jordan.user_id), Actor.provider(maya.user_id)]
    results = at_once([partial(cancellation.restore, appointment, by=by[number % 2], at=NOW) for number in range(6)])
    kinds = sorted(type(raised(result)).__name__ for result in results)
    assert kinds == ["AlreadyRestored"] * 5 + ["Appointment"]
    assert Cancellation.objects.undone().count() == 1
    assert HistoryEntry.objects.filter(kind="restored").count() == 1
    assert OutboxMessage.objects.filter(kind="stands").count() == 2
    assert Appointment.objects.get().sequence == 2


def test_taken_back_while_what_made_up_for_it_is_canceled(maya: Provider, jordan: Client) -> None:
    her = Actor.provider(maya.user_id)
    for number in range(3 * ROUNDS):
        lost = booked(maya, jordan, start=FRIDAY_10 + timedelta(hours=2 * number))
        cancel(lost, her, "provider-unwell")
        instead = booked(maya, jordan, start=lost.end, replaces=lost)
        back = partial(cancellation.restore, lost, by=her, at=NOW)
        for result in at_once([back, partial(cancel, instead, her, "provider-unwell")]):
            raised(result)
        assert Appointment.objects.booked().filter(pk__in=[lost.pk, instead.pk]).get() == lost
