"""Rows become facts: the payer's limit, the shorter notice, and the most that canceling could cost."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import notice_line, terms
from appointments.assessments import Bound, Cause, NoFee
from appointments.models import CancellationReason
from appointments.tests.factories import NOW, booked, late
from clients.models import Client, Payer
from practice.actors import Actor, ActorKind
from practice.fee_terms import Terms
from practice.models import FeePolicy, Provider
from practice.policies import supersede

Rule = Payer.Rule


@pytest.mark.parametrize(
    ("payer", "limit"),
    [
        (None, None),
        (Payer(rule=Rule.ALLOWED), None),
        (Payer(rule=Rule.CAPPED, cap=Decimal("40.50")), Decimal("40.50")),
        (Payer(rule=Rule.FORBIDDEN), Decimal("0.00")),
    ],
    ids=["self-pay", "allowed", "capped", "forbidden"],
)
def test_the_payers_limit(payer: Payer | None, limit: Decimal | None) -> None:
    assert terms.payer_limit(payer) == limit


def new_policy(provider: Provider, *, hours: int = 24, fee: int = 75) -> FeePolicy:
    new = Terms(notice_hours=hours, late_fee=Decimal(fee), no_show_fee=Decimal(fee), grace_minutes=15)
    return supersede(provider, terms=new, by=Actor.system(), at=NOW)


@pytest.mark.parametrize(("hours", "counts"), [(12, 12), (24, 24), (48, 24)])
def test_a_longer_notice_never_reaches_back_and_a_shorter_one_does(
    hours: int, counts: int, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan)
    policy = new_policy(maya, hours=hours)
    assert terms.in_force(appointment, at=NOW) == policy
    standing = terms.standing(appointment, policy=policy)
    assert (standing.start, standing.deadline) == (appointment.start, appointment.start - timedelta(hours=counts))


def test_where_nothing_was_agreed_todays_notice_counts_and_no_fee_can_follow(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, acknowledged=None)
    policy = new_policy(maya, hours=48)
    standing = terms.standing(appointment, policy=policy)
    assert standing.deadline == appointment.start - timedelta(hours=48)
    most = terms.most_it_could_cost(appointment, policy=policy)
    assert (most.amount, most.no_fee) == (Decimal("0.00"), NoFee.NEVER_AGREED)


@pytest.mark.parametrize(
    ("payer", "cap", "fee", "most"),
    [
        (None, 200, 75, (Decimal(75), Bound.AGREED)),
        (None, 200, 90, (Decimal(75), Bound.AGREED)),
        (None, 200, 60, (Decimal(60), Bound.IN_FORCE)),
        (None, 50, 50, (Decimal(50), Bound.IN_FORCE)),
        (Payer(rule=Rule.CAPPED, cap=Decimal(40)), 200, 75, (Decimal(40), Bound.PAYER)),
        (Payer(rule=Rule.FORBIDDEN), 200, 75, (Decimal("0.00"), NoFee.PAYER_FORBIDS)),
        (None, 200, 0, (Decimal("0.00"), NoFee.SET_TO_ZERO)),
    ],
)
def test_the_most_it_could_cost_is_bounded_by_all_four(
    *, payer: Payer | None, cap: int, fee: int, most: tuple[Decimal, Bound | NoFee], maya: Provider, jordan: Client
) -> None:
    maya.practice.fee_cap = Decimal(cap)
    maya.practice.save()
    if payer is not None:
        payer = Payer.objects.create(name="Its plan", rule=payer.rule, cap=payer.cap)
    jordan.payer = payer
    appointment = late(maya, jordan)
    assessed = terms.most_it_could_cost(appointment, policy=new_policy(maya, fee=fee))
    assert (assessed.amount, assessed.bound or assessed.no_fee) == most


def test_the_most_it_could_cost_counts_on_no_free_pass(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    assert appointment.acknowledged_policy is not None
    passes = replace(appointment.acknowledged_policy.terms, free_passes=1, pass_days=90)
    policy = supersede(maya, terms=passes, by=Actor.system(), at=NOW)
    assessed = terms.most_it_could_cost(appointment, policy=policy)
    assert (assessed.amount, assessed.bound, assessed.no_fee) == (Decimal(75), Bound.AGREED, None)
    for reader in (ActorKind.PROVIDER, ActorKind.CLIENT):
        assert "of up to $75.00 may" in notice_line.sentence(appointment, policy=policy, reader=reader, at=NOW)


def test_a_reasons_facts_are_its_own(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    policy = terms.in_force(appointment, at=NOW)
    for key, cause, may_owe in (("client-asked", Cause.CLIENT, True), ("provider-unwell", Cause.PROVIDER, False)):
        reason = CancellationReason.objects.get(key=key)
        facts = terms.fee_facts(appointment, reason=reason, told_at=NOW, policy=policy)
        assert (facts.cause, facts.reason_may_owe) == (cause, may_owe)
        assert facts.start - facts.told_at == timedelta(hours=22, minutes=15)
        assert (facts.cap, facts.payer_limit, facts.agreed) == (Decimal(200), None, facts.in_force)
