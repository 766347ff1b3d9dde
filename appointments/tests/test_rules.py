"""The 24-hour rule, alone: on instants, to the microsecond, over clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments import rules
from appointments.rules import MOVES, Standing, Status
from practice.actors import ActorKind
from practice.fee_terms import Cutoff, Notice

NOTICE = Notice(hours=24)
AHEAD = timedelta(hours=24)
START = datetime(2026, 3, 5, 19, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def standing(status: Status = Status.BOOKED, start: datetime = START, notice: Notice = NOTICE) -> Standing:
    return Standing(status, start, Cutoff(notice.deadline(start), notice))


def booked(start: datetime = START, notice: Notice = NOTICE) -> Standing:
    return standing(start=start, notice=notice)


def test_exactly_24_hours_is_on_time_and_a_microsecond_later_is_not() -> None:
    assert booked().is_on_time(START - AHEAD)
    assert not booked().is_on_time(START - AHEAD + MICRO)
    assert rules.may_cancel(booked(), by=ActorKind.CLIENT, at=START - AHEAD) is None
    late = rules.may_cancel(booked(), by=ActorKind.CLIENT, at=START - AHEAD + MICRO)
    assert isinstance(late, rules.IsPastDeadline)


@pytest.mark.parametrize(
    ("zone", "wall_start", "hours_by_the_clock"),
    [
        # Spring: the day before has 23 hours, so 24 elapsed hours ahead is an hour earlier on the clock.
        ("America/New_York", datetime(2026, 3, 8, 14), 25),
        ("America/Los_Angeles", datetime(2026, 3, 8, 14), 25),
        ("Europe/London", datetime(2026, 3, 29, 14), 25),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 14), 24.5),
        # Autumn: it has 25.
        ("America/New_York", datetime(2026, 11, 1, 14), 23),
        ("America/Los_Angeles", datetime(2026, 11, 1, 14), 23),
        ("Europe/London", datetime(2026, 10, 25, 14), 23),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 14), 23.5),
        # Never a change.
        ("America/Phoenix", datetime(2026, 3, 8, 14), 24),
    ],
)
def test_24_hours_stay_24_hours_over_a_clock_change(zone: str, wall_start: datetime, hours_by_the_clock: float) -> None:
    start = wall_start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    deadline = booked(start).deadline

    wall_deadline = deadline.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert wall_start - wall_deadline == timedelta(hours=hours_by_the_clock)
    assert start - deadline == timedelta(hours=24)
    assert rules.may_cancel(booked(start), by=ActorKind.CLIENT, at=deadline) is None
    assert rules.may_cancel(booked(start), by=ActorKind.CLIENT, at=deadline + MICRO) is not None


@given(hours=st.integers(1, 168), ahead=st.timedeltas(timedelta(0), timedelta(days=8)))
def test_a_client_may_if_and_only_if_the_notice_is_kept(hours: int, ahead: timedelta) -> None:
    refusal = rules.may_cancel(booked(notice=Notice(hours)), by=ActorKind.CLIENT, at=START - ahead)
    assert (refusal is None) == (ahead >= timedelta(hours=hours) and ahead > timedelta(0))


def test_a_provider_may_until_the_start_and_the_office_also_afterwards() -> None:
    assert rules.may_cancel(booked(), by=ActorKind.PROVIDER, at=START - MICRO) is None
    assert isinstance(rules.may_cancel(booked(), by=ActorKind.PROVIDER, at=START), rules.HasStarted)
    assert rules.may_cancel(booked(), by=ActorKind.ADMIN, at=START + timedelta(days=3)) is None


@pytest.mark.parametrize("by", [ActorKind.CLIENT, ActorKind.PROVIDER, ActorKind.ADMIN])
def test_what_is_canceled_or_over_is_not_canceled_again(by: ActorKind) -> None:
    long_before = START - timedelta(days=9)
    canceled = standing(Status.CANCELED)
    assert isinstance(rules.may_cancel(canceled, by=by, at=long_before), rules.IsCanceled)
    for status in (Status.COMPLETED, Status.NO_SHOW):
        refusal = rules.may_cancel(standing(status), by=by, at=long_before)
        assert isinstance(refusal, rules.IsOver)


def test_only_a_booked_appointment_is_canceled() -> None:
    assert [before for before, act in MOVES if act == "cancel"] == [Status.BOOKED]


@pytest.mark.parametrize("by", [ActorKind.CLIENT, ActorKind.PROVIDER, ActorKind.ADMIN])
def test_a_cancellation_is_taken_back_until_the_start(by: ActorKind) -> None:
    canceled = standing(Status.CANCELED)
    assert rules.may_restore(canceled, canceled_by=ActorKind.CLIENT, by=by, at=START - MICRO) is None
    too_late = rules.may_restore(canceled, canceled_by=ActorKind.CLIENT, by=by, at=START)
    assert isinstance(too_late, rules.HasStarted)
    for status in (Status.BOOKED, Status.COMPLETED, Status.NO_SHOW):
        nothing = rules.may_restore(standing(status), canceled_by=None, by=by, at=START - AHEAD)
        assert isinstance(nothing, rules.IsNotCanceled)


@pytest.mark.parametrize("canceled_by", [ActorKind.PROVIDER, ActorKind.ADMIN, ActorKind.SYSTEM])
def test_a_client_takes_back_nobody_elses(canceled_by: ActorKind) -> None:
    canceled = standing(Status.CANCELED)
    refusal = rules.may_restore(canceled, canceled_by=canceled_by, by=ActorKind.CLIENT, at=START - AHEAD)
    assert isinstance(refusal, rules.IsNotTheirs)
    assert rules.may_restore(canceled, canceled_by=canceled_by, by=ActorKind.PROVIDER, at=START - AHEAD) is None
