"""One free time and many who want it: one booking, and the others are told so in words."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from appointments import booking, cancellation, refusals
from appointments.drafts import Notes
from appointments.models import Appointment, CancellationReason, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10, policy_of
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def book(care: CareRelationship, *, minutes: int = 0) -> Callable[[], Appointment]:
    return partial(
        booking.book,
        care,
        start=FRIDAY_10 + timedelta(minutes=minutes),
        format=Format.VIDEO,
        by=Actor.client(),
        at=NOW,
        agreed=policy_of(care.provider),
    )


def kinds(results: list[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_20_at_once_for_one_time_make_one_booking_and_two_mails(maya: Provider) -> None:
    acts = [book(care_of(make_client(maya, signs_in=False), maya)) for _ in range(20)]

    results = at_once(acts)

    assert kinds(results) == {"Appointment": 1, "NotOpen": 19}
    assert (Appointment.objects.count(), OutboxMessage.objects.count(), HistoryEntry.objects.count()) == (1, 2, 1)
    told = next(result for result in results if isinstance(result, refusals.NotOpen))
    assert FRIDAY_10 not in told.nearest
    assert len(told.nearest) == 3


def test_times_that_overlap_make_one_booking_too(maya: Provider) -> None:
    acts = [book(care_of(make_client(maya, signs_in=False), maya), minutes=30 * (number % 2)) for number in range(10)]
    results = at_once(acts)
    assert kinds(results) == {"Appointment": 1, "NotOpen": 9}


def test_one_client_who_clicks_ten_times_at_once_has_one_appointment(care: CareRelationship) -> None:
    results = at_once([book(care) for _ in range(10)])
    assert kinds(results) == {"Appointment": 1, "AlreadyBooked": 9}
    done = Appointment.objects.get()
    assert all(result.appointment == done for result in results if isinstance(result, refusals.AlreadyBooked))
    assert OutboxMessage.objects.count() == 2


def test_two_bookings_at_once_make_up_for_two_lost_ones(care: CareRelationship, maya: Provider, jordan: Client) -> None:
    for days in (3, 4):
        cancel(booked(maya, jordan, start=NOW + timedelta(days=days)))()
    results = at_once([book(care), book(care, minutes=60)])
    assert kinds(results) == {"Appointment": 2}
    assert len(set(Appointment.objects.filter(replaces__isnull=False).values_list("replaces", flat=True))) == 2


def test_providers_do_not_wait_for_each_other_and_both_book(maya: Provider, sam: Provider, jordan: Client) -> None:
    CareRelationship.objects.create(provider=sam, client=jordan)
    hers, his = care_of(jordan, maya), care_of(jordan, sam)
    # 10:00 AM in New York is before Sam's day begins in Los Angeles; 1:00 PM is 10:00 AM there.
    results = at_once([book(hers), book(his, minutes=180)])
    assert kinds(results) == {"Appointment": 2}


def cancel(appointment: Appointment) -> Callable[[], object]:
    return partial(
        cancellation.cancel,
        appointment,
        by=Actor.client(),
        reason=CancellationReason.objects.get(key="not-well"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=NOW,
    )


def test_a_time_being_canceled_is_seen_free_or_taken_and_never_half(maya: Provider, jordan: Client) -> None:
    """Whichever comes first: at most one booked, and who is refused was refused in words."""
    for number in range(5):
        start = FRIDAY_10 + timedelta(hours=number)
        held = booked(maya, jordan, start=start)
        other = care_of(make_client(maya, signs_in=False), maya)

        freed, wanted = at_once([cancel(held), book(other, minutes=60 * number)])

        assert type(freed).__name__ == "Cancellation"
        now_booked = Appointment.objects.filter(start=start, status="booked")
        if isinstance(wanted, Appointment):
            assert list(now_booked) == [wanted]
        else:
            assert isinstance(wanted, refusals.NotOpen)
            assert not now_booked.exists()
        held.refresh_from_db()
        assert held.status == "canceled"
