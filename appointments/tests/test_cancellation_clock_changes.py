"""Canceling over a clock change: the deadline is 24 elapsed hours ahead, to the microsecond, wherever the two live."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from appointments import cancellation, refusals
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee
from appointments.tests.factories import booked
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice
from practice.tests.factories import make_provider
from practice.zones import plain

pytestmark = pytest.mark.usefixtures("practice")

MICRO = timedelta(microseconds=1)
DAY = timedelta(hours=24)
CHARGE = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))
NEW_YORK, CHICAGO, DENVER, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
LONDON, LORD_HOWE, KOLKATA = "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"

# Whose clocks change in the 24 hours before the start; who else it is read by; the start there; the cutoff read there.
CASES = [
    # Spring: 24 hours before 2:00 PM is 1:00 PM of the day before.
    (NEW_YORK, LOS_ANGELES, datetime(2026, 3, 8, 14), "Sat, Mar 7, 10:00 AM PST"),
    (LOS_ANGELES, NEW_YORK, datetime(2026, 3, 8, 14), "Sat, Mar 7, 4:00 PM EST"),
    (DENVER, LONDON, datetime(2026, 3, 8, 14), "Sat, Mar 7, 8:00 PM GMT"),
    (CHICAGO, KOLKATA, datetime(2026, 3, 8, 14), "Sun, Mar 8, 12:30 AM IST"),
    (LONDON, NEW_YORK, datetime(2026, 3, 29, 14), "Sat, Mar 28, 9:00 AM EDT"),
    (LORD_HOWE, DENVER, datetime(2026, 10, 4, 14), "Fri, Oct 2, 9:00 PM MDT"),
    # Autumn: it is 3:00 PM.
    (NEW_YORK, DENVER, datetime(2026, 11, 1, 14), "Sat, Oct 31, 1:00 PM MDT"),
    (LOS_ANGELES, KOLKATA, datetime(2026, 11, 1, 14), "Sun, Nov 1, 3:30 AM IST"),
    (DENVER, NEW_YORK, datetime(2026, 11, 1, 14), "Sat, Oct 31, 5:00 PM EDT"),
    (LONDON, LOS_ANGELES, datetime(2026, 10, 25, 14), "Sat, Oct 24, 7:00 AM PDT"),
    (LORD_HOWE, LONDON, datetime(2026, 4, 5, 14), "Sat, Apr 4, 4:30 AM BST"),
    # The deadline falls into the hour that comes twice, and is the second one.
    (NEW_YORK, CHICAGO, datetime(2026, 11, 2, 1, 30), "Sun, Nov 1, 1:30 AM CDT"),
]
over_each_change = pytest.mark.parametrize(
    ("changing", "other", "wall_start", "cutoff"), CASES, ids=[f"{case[0]}-{case[2]:%b}-{case[1]}" for case in CASES]
)


def instant(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def between(*, provider_in: str, client_in: str, start: datetime) -> Appointment:
    provider = make_provider(time_zone=provider_in)
    client = make_client(provider, time_zone=client_in)
    return booked(provider, client, start=start, booked_at=start - timedelta(days=30))


def by_client(appointment: Appointment, *, at: datetime) -> Cancellation:
    return cancel(appointment, Actor.client(appointment.client.user_id), "not-well", at=at)


def by_provider(
    appointment: Appointment, *, at: datetime, told_at: datetime | None = None, fee: FeeDecision | None = None
) -> Cancellation:
    by = Actor.provider(appointment.provider.user_id)
    return cancel(appointment, by, "client-asked", at=at, told_at=told_at, fee=fee)


def cancel(
    appointment: Appointment,
    by: Actor,
    key: str,
    *,
    at: datetime,
    told_at: datetime | None = None,
    fee: FeeDecision | None = None,
) -> Cancellation:
    return cancellation.cancel(
        appointment,
        by=by,
        reason=CancellationReason.objects.get(key=key),
        told_at=told_at,
        notes=Notes(),
        send_link=True,
        fee=fee,
        at=at,
    )


@over_each_change
def test_a_client_cancels_until_24_elapsed_hours_ahead_and_reads_the_cutoff_in_their_own_zone(
    changing: str, other: str, wall_start: datetime, cutoff: str
) -> None:
    start = instant(wall_start, changing)
    appointment = between(provider_in=changing, client_in=other, start=start)

    with pytest.raises(refusals.PastDeadline) as refused:
        by_client(appointment, at=start - DAY + MICRO)
    assert f"You could cancel yourself until {cutoff}, 24 hours ahead." in plain(str(refused.value))
    assert not OutboxMessage.objects.exists()

    done = by_client(appointment, at=start - DAY)
    assert (done.late, done.notice) == (False, DAY)
    assert not Fee.objects.exists()


@over_each_change
def test_it_is_the_same_instant_where_the_clients_clocks_change(
    changing: str, other: str, wall_start: datetime, cutoff: str
) -> None:
    start = instant(wall_start, changing)
    appointment = between(provider_in=other, client_in=changing, start=start)
    with pytest.raises(refusals.PastDeadline) as refused:
        by_client(appointment, at=start - DAY + MICRO)
    assert refused.value.cutoff == start - DAY
    assert cutoff not in plain(str(refused.value))
    assert not by_client(appointment, at=start - DAY).late


@over_each_change
def test_a_provider_charges_from_a_microsecond_after_the_deadline(
    changing: str, other: str, wall_start: datetime, cutoff: str
) -> None:
    start = instant(wall_start, changing)
    late = between(provider_in=changing, client_in=other, start=start)
    with pytest.raises(refusals.FeeChanged, match=r"No late fee|no longer applies"):
        by_provider(late, at=start - DAY, fee=CHARGE)
    with pytest.raises(refusals.FeeChanged, match="applies: decide it below"):
        by_provider(late, at=start - DAY + MICRO)

    done = by_provider(late, at=start - DAY + MICRO, fee=CHARGE)
    assert (done.late, done.notice) == (True, DAY - MICRO)
    assert list(Fee.objects.values_list("amount", "status")) == [(Decimal(75), "due")]

    on_time = between(provider_in=other, client_in=changing, start=start)
    done = by_provider(on_time, at=start - DAY)
    assert (done.late, done.notice) == (False, DAY)
    assert Fee.objects.count() == 1


@over_each_change
def test_notice_counts_from_when_the_client_told_on_both_sides_of_the_deadline(
    changing: str, other: str, wall_start: datetime, cutoff: str
) -> None:
    start = instant(wall_start, changing)
    entered = start - timedelta(hours=2)
    told_late = between(provider_in=changing, client_in=other, start=start)
    with pytest.raises(refusals.FeeChanged):
        by_provider(told_late, at=entered, told_at=start - DAY + MICRO)
    done = by_provider(told_late, at=entered, told_at=start - DAY + MICRO, fee=CHARGE)
    assert (done.late, done.notice, done.canceled_at) == (True, DAY - MICRO, entered)

    told_in_time = between(provider_in=other, client_in=changing, start=start)
    done = by_provider(told_in_time, at=entered, told_at=start - DAY)
    assert (done.late, done.notice, done.told_at) == (False, DAY, start - DAY)
    assert Fee.objects.count() == 1


def test_the_hour_that_comes_twice_is_told_apart(practice: Practice) -> None:
    """1:30 AM EDT is an hour before 1:30 AM EST: the one leaves 25 hours of notice, the other 24."""
    start = instant(datetime(2026, 11, 2, 1, 30), NEW_YORK)
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    for told_at, notice in ((first, 25), (second, 24)):
        appointment = between(provider_in=NEW_YORK, client_in=DENVER, start=start)
        done = by_provider(appointment, at=second + timedelta(hours=3), told_at=told_at)
        assert (done.late, done.notice) == (False, timedelta(hours=notice))
