"""What is owed, over every combination of facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appointments import fee_rules
from appointments.assessments import NOTHING, Assessment, Bound, Cause, FeeKind, NoFee, Source
from appointments.fee_rules import Facts
from practice.fee_terms import Terms, Tier, Unclear, check

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 10, 18, tzinfo=UTC)  # a Tuesday, two days after clocks went forward in New York
BOOKED_AT = START - timedelta(days=30)


def told(hours: float) -> datetime:
    """So many hours before the start."""
    return START - hours * HOUR


def terms(hours: int = 24, fee: str = "75.00", **changes: object) -> Terms:
    plain = Terms(notice_hours=hours, late_fee=Decimal(fee), no_show_fee=Decimal(fee), grace_minutes=15)
    return replace(plain, **changes)  # type: ignore[arg-type]


def late(**changes: object) -> Facts:
    known: dict[str, object] = {
        "cause": Cause.CLIENT,
        "reason_may_owe": True,
        "told_at": told(22),
        "start": START,
        "booked_at": BOOKED_AT,
        "agreed": terms(),
        "in_force": terms(),
        "cap": Decimal("200.00"),
        "payer_limit": None,
    }
    return Facts(**(known | changes))  # type: ignore[arg-type]


# --- Any facts ---

cents = st.integers(0, 30000).map(lambda many: Decimal(many) / 100)
limits = st.none() | st.just(NOTHING) | cents


@st.composite
def policies(draw: st.DrawFn) -> Terms:
    """Any that can be kept."""
    fees = sorted(draw(st.lists(cents, min_size=1, max_size=3)))
    business_days = draw(st.just(0) | st.integers(1, 3))
    nearest = draw(st.integers(3, 168))
    hours = sorted(
        draw(st.lists(st.integers(1, 20), min_size=len(fees) - 1, max_size=len(fees) - 1, unique=True)), reverse=True
    )
    tiers = tuple(Tier(hours=each, fee=fee) for each, fee in zip(hours, fees[1:], strict=True))
    passes = draw(st.integers(0, 2))
    made = Terms(
        notice_hours=nearest,
        late_fee=fees[0],
        no_show_fee=draw(cents),
        grace_minutes=15,
        notice_business_days=business_days,
        zone="America/New_York",
        holidays=frozenset({(START - timedelta(days=1)).date()}) if draw(st.booleans()) else frozenset(),
        tiers=tiers,
        free_passes=passes,
        pass_days=90 if passes else 0,
        first_session_percent=draw(st.sampled_from([0, 50, 100])),
        booking_grace_minutes=draw(st.sampled_from([0, 15])),
        rebook_days=draw(st.sampled_from([0, 7])),
        free_if_filled=draw(st.booleans()),
    )
    try:
        check(made, cap=Decimal(300))
    except Unclear:
        assume(False)
    return made


facts = st.builds(
    Facts,
    cause=st.sampled_from(Cause),
    reason_may_owe=st.booleans(),
    told_at=st.timedeltas(timedelta(hours=-2), timedelta(days=9)).map(lambda ahead: START - ahead),
    start=st.just(START),
    booked_at=st.timedeltas(timedelta(0), timedelta(days=30)).map(lambda ahead: START - ahead),
    agreed=st.none() | policies(),
    in_force=policies(),
    cap=cents,
    payer_limit=limits,
    kind=st.sampled_from(FeeKind),
    first_session=st.booleans(),
    passes_used=st.lists(st.timedeltas(timedelta(0), timedelta(days=120)).map(lambda ago: START - ago), max_size=3).map(
        tuple
    ),
    given_passes=st.integers(0, 1),
    refilled=st.booleans(),
    rebooked=st.booleans(),
)


def asks(policy: Terms, f: Facts) -> Decimal:
    """What a policy asks in this case before any relief."""
    if f.kind == FeeKind.NO_SHOW:
        return policy.no_show_fee
    return policy.late_rate(told_at=f.told_at, start=f.start).fee


@given(facts)
def test_never_more_than_any_bound_and_never_negative(f: Facts) -> None:
    amount = fee_rules.assess(f).amount
    assert 0 <= amount <= min(f.cap, asks(f.in_force, f))
    if f.payer_limit is not None:
        assert amount <= f.payer_limit
    if f.agreed is not None:
        assert amount <= asks(f.agreed, f)


@given(facts)
def test_nothing_where_forbidden_provider_caused_never_agreed_or_on_time(f: Facts) -> None:
    in_time = f.kind == FeeKind.LATE_CANCELLATION and any(
        f.told_at <= policy.notice.deadline(f.start) for policy in f.policies
    )
    if f.cause != Cause.CLIENT or not f.reason_may_owe or f.agreed is None or f.payer_limit == 0 or in_time:
        assert fee_rules.assess(f).amount == 0


@given(facts)
def test_an_amount_has_its_bound_and_nothing_has_its_why(f: Facts) -> None:
    assessment = fee_rules.assess(f)
    assert (assessment.bound is None) == (assessment.amount == 0)
    assert (assessment.no_fee is None) == (assessment.amount > 0)


@given(facts, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_notice_never_costs_more(f: Facts, more: timedelta) -> None:
    earlier = replace(f, told_at=f.told_at - more)
    assert fee_rules.assess(earlier).amount <= fee_rules.assess(f).amount


@given(facts, cents, cents)
def test_adding_a_limit_never_raises_it(f: Facts, limit: Decimal, lower: Decimal) -> None:
    owed = fee_rules.assess(f).amount
    limited = replace(f, payer_limit=limit if f.payer_limit is None else min(limit, f.payer_limit))
    assert fee_rules.assess(limited).amount <= owed
    assert fee_rules.assess(replace(f, cap=min(f.cap, lower))).amount <= owed


@given(facts)
def test_a_relief_never_raises_it(f: Facts) -> None:
    owed = fee_rules.assess(replace(f, first_session=False, given_passes=0, refilled=False, rebooked=False)).amount
    assert fee_rules.assess(f).amount <= owed


@given(facts)
def test_the_steps_only_ever_lower_it_and_survive_being_kept(f: Facts) -> None:
    assessment = fee_rules.assess(f)
    amounts = [step.amount for step in assessment.steps if step.amount is not None]
    assert amounts == sorted(amounts, reverse=True)
    assert [step.no_fee for step in assessment.steps[:-1]] == [None] * (len(assessment.steps) - 1)
    assert Assessment.from_json(assessment.as_json()) == assessment


# --- One thing at a time ---


@pytest.mark.parametrize(
    ("changes", "amount", "bound"),
    [
        ({}, "75.00", Bound.AGREED),
        ({"in_force": terms(fee="90.00")}, "75.00", Bound.AGREED),
        ({"in_force": terms(fee="60.00")}, "60.00", Bound.IN_FORCE),
        ({"cap": Decimal("50.00")}, "50.00", Bound.CAP),
        ({"payer_limit": Decimal("40.00")}, "40.00", Bound.PAYER),
        ({"payer_limit": Decimal("90.00")}, "75.00", Bound.AGREED),
    ],
)
def test_the_lowest_limit_decides(changes: dict[str, object], amount: str, bound: Bound) -> None:
    assessment = fee_rules.assess(late(**changes))
    assert (assessment.amount, assessment.bound) == (Decimal(amount), bound)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"cause": Cause.PROVIDER}, NoFee.PROVIDER_CAUSED),
        ({"cause": Cause.NEITHER}, NoFee.NOBODY_CAUSED),
        ({"reason_may_owe": False}, NoFee.REASON),
        ({"told_at": told(24)}, NoFee.ON_TIME),
        ({"in_force": terms(hours=12)}, NoFee.ON_TIME),
        ({"agreed": None}, NoFee.NEVER_AGREED),
        ({"payer_limit": NOTHING}, NoFee.PAYER_FORBIDS),
        ({"agreed": terms(fee="0.00")}, NoFee.SET_TO_ZERO),
        ({"cap": NOTHING}, NoFee.SET_TO_ZERO),
        ({"first_session": True, "agreed": terms(first_session_percent=0)}, NoFee.FIRST_SESSION),
        ({"in_force": terms(free_passes=1, pass_days=90)}, NoFee.COVERED),
        ({"given_passes": 1}, NoFee.COVERED),
        ({"refilled": True, "agreed": terms(free_if_filled=True)}, NoFee.FILLED),
        ({"rebooked": True, "in_force": terms(rebook_days=7)}, NoFee.REBOOKED),
    ],
)
def test_nothing_is_owed_and_why(changes: dict[str, object], why: NoFee) -> None:
    assessment = fee_rules.assess(late(**changes))
    assert (assessment.amount, assessment.no_fee) == (NOTHING, why)


def test_a_microsecond_less_than_24_hours_owes() -> None:
    just_late = late(told_at=told(24) + timedelta(microseconds=1))
    assert fee_rules.assess(just_late).amount == Decimal("75.00")


@pytest.mark.parametrize(
    ("ahead", "micros", "amount"),
    [(24, 0, "0.00"), (24, 1, "40.00"), (12, 0, "40.00"), (12, 1, "60.00"), (4, 0, "60.00"), (4, 1, "80.00")],
)
def test_each_tier_begins_a_microsecond_inside_its_hours(ahead: int, micros: int, amount: str) -> None:
    steps = terms(fee="40.00", tiers=(Tier(12, Decimal(60)), Tier(4, Decimal(80))))
    told_at = told(ahead) + timedelta(microseconds=micros)
    assessed = fee_rules.assess(late(told_at=told_at, agreed=steps, in_force=steps))
    assert assessed.amount == Decimal(amount)


def test_of_two_policies_with_tiers_the_lesser_of_that_hour_counts() -> None:
    agreed, now = terms(fee="40.00", tiers=(Tier(4, Decimal(80)),)), terms(fee="60.00")
    assert fee_rules.assess(late(agreed=agreed, in_force=now)).amount == 40
    assert fee_rules.assess(late(agreed=agreed, in_force=now, told_at=told(3))).amount == 60


def test_shares_are_rounded_half_to_even() -> None:
    shares = terms(session_price=Decimal("150.01"), late_percent=50).priced()
    assert shares.late_fee == Decimal("75.00")  # 75.005
    assert terms(session_price=Decimal("150.03"), late_percent=50).priced().late_fee == Decimal("75.02")  # 75.015
    half = replace(shares, first_session_percent=50)
    assessed = fee_rules.assess(late(agreed=half, in_force=half, first_session=True))
    assert assessed.amount == Decimal("37.50")
    assert assessed.bounds[Bound.AGREED] == Decimal("37.50")


@pytest.mark.parametrize(
    ("minutes", "amount"), [(14, "0.00"), (15, "0.00"), (16, "75.00")], ids=["within", "at its end", "after"]
)
def test_what_is_booked_inside_the_notice_has_its_grace(minutes: int, amount: str) -> None:
    graceful = terms(booking_grace_minutes=15)
    booked_at = told(10)
    told_at = booked_at + timedelta(minutes=minutes)
    assessed = fee_rules.assess(late(agreed=graceful, in_force=graceful, booked_at=booked_at, told_at=told_at))
    assert assessed.amount == Decimal(amount)


def test_a_booking_made_in_time_has_no_grace_beyond_the_deadline() -> None:
    graceful = terms(booking_grace_minutes=60)
    booked_at = told(24) - timedelta(minutes=1)
    facts = late(agreed=graceful, in_force=graceful, booked_at=booked_at, told_at=told(24) + timedelta(minutes=1))
    assert fee_rules.assess(facts).amount == 75


@pytest.mark.parametrize(
    ("ago", "covered"), [(90, False), (91, True)], ids=["used within the days", "used before them"]
)
def test_a_pass_counts_again_after_its_days(ago: int, covered: bool) -> None:
    generous = terms(free_passes=1, pass_days=90)
    used = (START - timedelta(days=ago) + timedelta(minutes=1),)
    assessed = fee_rules.assess(late(agreed=generous, in_force=terms(), passes_used=used))
    assert assessed.uses_pass == covered


def test_the_policys_own_pass_is_used_before_a_given_one() -> None:
    generous = terms(free_passes=2, pass_days=90)
    f = late(agreed=generous, in_force=generous, passes_used=(told(100),), given_passes=1)
    own = fee_rules.assess(f).of(Source.RELIEF)
    assert own is not None
    assert own.facts == {"nth": 2, "of": 2, "days": 90}
    given = fee_rules.assess(replace(f, passes_used=(told(100), told(200)))).of(Source.RELIEF)
    assert given is not None
    assert given.facts == {"given": 1}


def test_what_would_be_owed_without_the_pass() -> None:
    assessment = fee_rules.assess(late(given_passes=1, payer_limit=Decimal(40)))
    assert (assessment.amount, assessment.without_pass.amount) == (NOTHING, Decimal(40))
    assert assessment.without_pass == fee_rules.assess(late(payer_limit=Decimal(40)))


def test_not_coming_costs_the_no_show_fee_and_uses_no_pass() -> None:
    asked = terms(no_show_fee=Decimal(100), free_passes=1, pass_days=90)
    f = late(kind=FeeKind.NO_SHOW, told_at=START, agreed=asked, in_force=asked, given_passes=1)
    assert fee_rules.assess(f).amount == 100


def test_the_steps_tell_the_whole_way_with_the_source_of_each() -> None:
    f = late(in_force=terms(fee="80.00"), cap=Decimal(70), payer_limit=Decimal(60))
    steps = [(step.source, step.amount) for step in fee_rules.assess(f).steps]
    assert steps == [
        (Source.CAUSE, None),
        (Source.NOTICE, None),
        (Source.AGREED, Decimal(75)),
        (Source.IN_FORCE, Decimal(75)),
        (Source.CAP, Decimal(70)),
        (Source.PAYER, Decimal(60)),
    ]
