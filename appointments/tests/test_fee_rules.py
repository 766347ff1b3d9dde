"""What is owed, over every combination of facts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appointments import fee_rules
from appointments.fee_rules import NOTHING, Bound, Cause, Facts, NoFee, Terms

HOUR = timedelta(hours=1)
amounts = st.decimals(0, 300, places=2)
terms = st.builds(Terms, notice=st.integers(1, 168).map(lambda hours: hours * HOUR), fee=amounts)
facts = st.builds(
    Facts,
    cause=st.sampled_from(Cause),
    reason_may_owe=st.booleans(),
    notice=st.timedeltas(timedelta(hours=-2), timedelta(days=9)),
    agreed=st.none() | terms,
    in_force=terms,
    cap=amounts,
    payer_limit=st.none() | st.just(NOTHING) | amounts,
)
owed = st.decimals("0.01", 300, places=2)
owed_terms = st.builds(Terms, notice=st.integers(1, 168).map(lambda hours: hours * HOUR), fee=owed)
owing = st.builds(
    Facts,
    cause=st.just(Cause.CLIENT),
    reason_may_owe=st.just(True),
    notice=st.timedeltas(timedelta(hours=-2), timedelta(minutes=59)),
    agreed=owed_terms,
    in_force=owed_terms,
    cap=owed,
    payer_limit=st.none() | owed,
)


def late(**changes: object) -> Facts:
    known: dict[str, object] = {
        "cause": Cause.CLIENT,
        "reason_may_owe": True,
        "notice": 22 * HOUR,
        "agreed": Terms(24 * HOUR, Decimal("75.00")),
        "in_force": Terms(24 * HOUR, Decimal("75.00")),
        "cap": Decimal("200.00"),
        "payer_limit": None,
    }
    return Facts(**(known | changes))  # type: ignore[arg-type]


@given(facts)
def test_never_more_than_any_bound_and_never_negative(f: Facts) -> None:
    amount = fee_rules.assess(f).amount
    assert amount >= 0
    assert amount <= f.in_force.fee
    assert amount <= f.cap
    if f.payer_limit is not None:
        assert amount <= f.payer_limit
    if f.agreed is not None:
        assert amount <= f.agreed.fee


@given(facts)
def test_nothing_where_forbidden_provider_caused_never_agreed_or_on_time(f: Facts) -> None:
    free = (
        f.cause != Cause.CLIENT
        or not f.reason_may_owe
        or f.agreed is None
        or f.payer_limit == 0
        or f.notice >= f.in_force.notice
        or f.notice >= f.agreed.notice
    )
    if free:
        assert fee_rules.assess(f).amount == 0


@given(facts)
def test_an_amount_has_its_bound_and_nothing_has_its_why(f: Facts) -> None:
    assessment = fee_rules.assess(f)
    assert (assessment.bound is None) == (assessment.amount == 0)
    assert (assessment.no_fee is None) == (assessment.amount > 0)


@given(owing, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_notice_never_costs_more(f: Facts, more: timedelta) -> None:
    earlier = Facts(**(vars(f) | {"notice": f.notice + more}))
    assert fee_rules.assess(f).amount > 0
    assert fee_rules.assess(earlier).amount <= fee_rules.assess(f).amount


@given(facts, amounts)
def test_adding_a_payers_limit_never_raises_it(f: Facts, limit: Decimal) -> None:
    assume(f.payer_limit is None)
    limited = Facts(**(vars(f) | {"payer_limit": limit}))
    assert fee_rules.assess(limited).amount <= fee_rules.assess(f).amount


@pytest.mark.parametrize(
    ("changes", "amount", "bound"),
    [
        ({}, "75.00", Bound.AGREED),
        ({"in_force": Terms(24 * HOUR, Decimal("90.00"))}, "75.00", Bound.AGREED),
        ({"in_force": Terms(24 * HOUR, Decimal("60.00"))}, "60.00", Bound.IN_FORCE),
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
        ({"notice": 24 * HOUR}, NoFee.ON_TIME),
        ({"notice": 22 * HOUR, "in_force": Terms(12 * HOUR, Decimal(75))}, NoFee.ON_TIME),
        ({"agreed": None}, NoFee.NEVER_AGREED),
        ({"payer_limit": NOTHING}, NoFee.PAYER_FORBIDS),
        ({"agreed": Terms(24 * HOUR, NOTHING)}, NoFee.SET_TO_ZERO),
        ({"cap": NOTHING}, NoFee.SET_TO_ZERO),
    ],
)
def test_nothing_is_owed_and_why(changes: dict[str, object], why: NoFee) -> None:
    assessment = fee_rules.assess(late(**changes))
    assert (assessment.amount, assessment.no_fee) == (NOTHING, why)


def test_a_microsecond_less_than_24_hours_owes() -> None:
    just_late = late(notice=24 * HOUR - timedelta(microseconds=1))
    assert fee_rules.assess(just_late).amount == Decimal("75.00")
