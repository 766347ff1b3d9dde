"""Until when canceling is free, on real dates: business days over weekends, holidays and clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import policies
from practice.actors import Actor
from practice.fee_terms import Notice, Terms, Tier, Unclear, check
from practice.models import Holiday, Provider
from practice.models.policy import FeePolicy

NEW_YORK = "America/New_York"
CAP = Decimal(200)
PLAIN = Terms(notice_hours=24, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=15)
THANKSGIVING = date(2026, 11, 26)


def wall(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("days", "start", "deadline"),
    [
        (1, "2026-11-18T14:00", "2026-11-17T14:00"),  # Wednesday: Tuesday
        (1, "2026-11-16T14:00", "2026-11-13T14:00"),  # Monday: Friday
        (2, "2026-11-16T14:00", "2026-11-12T14:00"),
        (1, "2026-11-15T14:00", "2026-11-13T14:00"),  # a Sunday's session: Friday
        (1, "2026-11-27T14:00", "2026-11-25T14:00"),  # the day after a holiday: the day before it
        (2, "2026-11-30T14:00", "2026-11-25T14:00"),  # over the holiday and the weekend
        (1, "2026-11-26T14:00", "2026-11-25T14:00"),  # on the holiday itself
        (1, "2026-03-09T14:00", "2026-03-06T14:00"),  # clocks go forward in between: the same time of day
        (1, "2026-11-02T14:00", "2026-10-30T14:00"),  # and back
    ],
)
def test_business_days_step_over_weekends_holidays_and_clock_changes(days: int, start: str, deadline: str) -> None:
    notice = Notice(24, days, NEW_YORK, frozenset({THANKSGIVING}))
    assert notice.deadline(wall(start)) == wall(deadline)


def test_a_time_of_day_that_is_left_out_moves_forward_by_the_gap() -> None:
    """Half past two does not exist on Sunday, March 29, 2026 in Berlin; in Cairo clocks change on a Friday."""
    # Friday, April 24, 2026: from midnight to one.
    notice = Notice(24, 1, "Africa/Cairo")
    assert notice.deadline(wall("2026-04-27T00:30", "Africa/Cairo")) == wall("2026-04-24T01:30", "Africa/Cairo")


@given(hours=st.integers(1, 168), minutes=st.integers(0, 500_000))
def test_hours_are_elapsed_hours(hours: int, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert start - Notice(hours, zone=NEW_YORK).deadline(start) == timedelta(hours=hours)


@given(days=st.integers(1, 5), minutes=st.integers(0, 500_000))
def test_business_days_are_never_fewer_than_so_many_days_less_an_hour(days: int, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert start - Notice(24, days, NEW_YORK).deadline(start) >= timedelta(hours=24 * days - 1)


# --- What can be kept ---


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"late_fee": Decimal(201)}, "late_fee"),
        ({"no_show_fee": Decimal("200.01")}, "no_show_fee"),
        ({"tiers": (Tier(4, Decimal(201)),)}, "tiers"),
        ({"tiers": (Tier(4, Decimal(74)),)}, "tiers"),
        ({"tiers": (Tier(24, Decimal(80)),)}, "tiers"),
        ({"tiers": (Tier(4, Decimal(80)), Tier(12, Decimal(90)))}, "tiers"),
        ({"notice_business_days": 1, "tiers": (Tier(23, Decimal(80)),)}, "tiers"),
        ({"free_passes": 1}, "free_passes"),
        ({"pass_days": 90}, "free_passes"),
    ],
)
def test_what_is_unclear_is_refused_by_its_field(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(Unclear) as refused:
        check(replace(PLAIN, **changes), cap=CAP)  # type: ignore[arg-type]
    assert list(refused.value.problems) == [problem]


def test_a_share_needs_a_price() -> None:
    with pytest.raises(Unclear, match="needs that price"):
        replace(PLAIN, late_percent=50).priced()


def test_terms_are_kept_and_read_as_they_are(maya: Provider, now: datetime) -> None:
    Holiday.objects.create(day=THANKSGIVING, name="Thanksgiving")
    terms = replace(
        PLAIN,
        words="Write any time.",
        notice_business_days=2,
        session_price=Decimal("150.00"),
        late_percent=50,
        tiers=(Tier(4, Decimal(0), 100),),
        no_show_percent=100,
        free_passes=2,
        pass_days=180,
        first_session_percent=0,
        booking_grace_minutes=15,
        rebook_days=7,
        free_if_filled=True,
    )
    kept = policies.supersede(maya, terms=terms, by=Actor.system(), at=now)
    read = FeePolicy.objects.get(pk=kept.pk).terms
    assert read == kept.terms == policies.settled(terms, provider=maya)
    assert (read.late_fee, read.tiers[0].fee, read.no_show_fee) == (Decimal("75.00"), Decimal(150), Decimal(150))
    assert (read.zone, read.holidays) == (NEW_YORK, frozenset({THANKSGIVING}))


def test_a_policy_is_never_back_dated(maya: Provider, now: datetime) -> None:
    with pytest.raises(policies.BackDated, match="can’t begin in the past"):
        policies.supersede(maya, terms=PLAIN, by=Actor.system(), at=now, effective_at=now - timedelta(microseconds=1))
    ahead = policies.supersede(maya, terms=PLAIN, by=Actor.system(), at=now, effective_at=now + timedelta(days=7))
    assert maya.fee_policies.in_force(at=now) != ahead
    assert maya.fee_policies.in_force(at=now + timedelta(days=7)) == ahead


def test_another_calendar_is_another_policy_and_only_for_who_counts_by_it(
    maya: Provider, sam: Provider, now: datetime
) -> None:
    counting = policies.supersede(maya, terms=replace(PLAIN, notice_business_days=1), by=Actor.system(), at=now)
    Holiday.objects.create(day=THANKSGIVING, name="Thanksgiving")
    assert policies.follow_holidays(by=Actor.system(), at=now) == 1
    assert policies.follow_holidays(by=Actor.system(), at=now) == 0
    assert counting.terms.holidays == frozenset()
    assert maya.fee_policies.in_force(at=now).terms.holidays == frozenset({THANKSGIVING})
    assert sam.fee_policies.count() == 1


# --- Asking for more ---


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, False),
        ({"notice_hours": 25}, True),
        ({"notice_hours": 23}, False),
        ({"notice_business_days": 2}, True),
        ({"late_fee": Decimal("75.01")}, True),
        ({"late_fee": Decimal(70)}, False),
        ({"tiers": (Tier(4, Decimal(80)),)}, True),
        ({"late_fee": Decimal(50), "tiers": (Tier(4, Decimal(75)),)}, False),
        ({"no_show_fee": Decimal(76)}, True),
        ({"grace_minutes": 10}, True),
        ({"grace_minutes": 20}, False),
        ({"free_passes": 1, "pass_days": 90}, False),
        ({"first_session_percent": 50, "rebook_days": 7, "free_if_filled": True, "booking_grace_minutes": 5}, False),
        ({"words": "Other words."}, False),
    ],
)
def test_what_asks_for_more_is_agreed_to_anew(changes: dict[str, object], more: bool) -> None:
    start = wall("2026-11-18T14:00")
    new = replace(PLAIN, **changes)  # type: ignore[arg-type]
    assert new.asks_more_than(PLAIN, start=start) == more


@pytest.mark.parametrize(
    "lost",
    [
        {"first_session_percent": 50},
        {"free_passes": 1, "pass_days": 90},
        {"booking_grace_minutes": 15},
        {"rebook_days": 7},
        {"free_if_filled": True},
    ],
)
def test_losing_a_relief_is_asking_for_more(lost: dict[str, object]) -> None:
    agreed = replace(PLAIN, **lost)  # type: ignore[arg-type]
    assert PLAIN.asks_more_than(agreed, start=wall("2026-11-18T14:00"))
