"""The office's table of fees: what each case owes and why, by the rules alone and by the acts."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from appointments import attendance, fee_rules, melting
from appointments.assessments import NOTHING, Assessment, Bound, Cause, FeeKind, NoFee
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason, Fee
from appointments.tests import golden
from appointments.tests.factories import booked
from appointments.tests.golden import Golden
from appointments.tests.test_cancellation import cancel
from clients.models import Client, Payer
from clients.tests.factories import make_client
from practice import policies
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import FeePolicy, Holiday, Practice, Provider
from practice.tests.factories import LONG_AGO, make_provider

CASES = golden.cases()
REASONS = {Cause.CLIENT: "client-asked", Cause.PROVIDER: "provider-unwell", Cause.NEITHER: "technical"}


def why(assessment: Assessment) -> Bound | NoFee | None:
    return assessment.no_fee or assessment.bound


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.because for case in CASES} == {*Bound, *NoFee}
    assert all((case.fee == NOTHING) == isinstance(case.because, NoFee) for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_rules_say_what_the_table_says(case: Golden) -> None:
    assessment = fee_rules.assess(case.facts)
    assert (assessment.amount, why(assessment)) == (case.fee, case.because)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_acts_come_to_what_the_table_says(case: Golden, practice: Practice) -> None:
    provider = provider_of(case, practice)
    client = client_of(case, provider)
    appointment = booked(
        provider,
        client,
        start=case.facts.start,
        booked_at=case.facts.booked_at,
        acknowledged=case.facts.agreed is not None,
    )
    superseded(case, provider)
    came_before(case, provider, client)

    assessment = charged(case, appointment)
    happened_since(case, appointment)

    fees = list(Fee.objects.filter(appointment=appointment))
    if fees:
        assessment = fees[0].assessment
    assert (sum(fee.amount for fee in fees), why(assessment)) == (case.fee, case.because)


def charged(case: Golden, appointment: Appointment) -> Assessment:
    """As its provider does: canceled for the case's reason, or marked as a no-show; the fee on the page is charged."""
    by, at = Actor.provider(appointment.provider.user_id), case.facts.told_at
    shown = fee_rules.assess(replace(case.facts, refilled=False, rebooked=False)).amount
    charge = FeeDecision(FeeChoice.CHARGE, shown=shown) if shown else None
    if case.facts.kind == FeeKind.NO_SHOW:
        assessment = attendance.owed(appointment, at=at)
        attendance.mark_no_show(appointment, by=by, fee=charge, at=at + timedelta(minutes=15))
        return assessment
    done = cancel(appointment, by, reason_of(case).key, fee=charge, at=at)
    assert done.assessment is not None
    return done.assessment


def happened_since(case: Golden, appointment: Appointment) -> None:
    provider, client, start = appointment.provider, appointment.client, appointment.start
    if case.facts.refilled:
        booked(provider, make_client(provider), start=start, booked_at=case.facts.told_at)
    if case.facts.rebooked:
        again = start + timedelta(days=3)
        booked(provider, client, start=again, booked_at=case.facts.told_at, status="completed", replaces=appointment)
    melting.weigh(at=start + timedelta(days=4))


def provider_of(case: Golden, practice: Practice) -> Provider:
    """Whose first policy is the one agreed to; the practice's limit came down later."""
    Practice.objects.update(fee_cap=Decimal(1000))
    provider = make_provider(terms=kept(case.facts.agreed or case.facts.in_force), time_zone=case.zone)
    practice.fee_cap = case.facts.cap
    practice.save()
    return provider


def kept(terms: Terms) -> Terms:
    """With the practice's holidays, which business days are counted by."""
    Holiday.objects.all().delete()
    Holiday.objects.bulk_create(Holiday(day=day, name="Closed") for day in terms.holidays)
    return terms


def superseded(case: Golden, provider: Provider) -> None:
    """The policy of that day, where it is another one than what was agreed to."""
    if case.facts.in_force != provider.fee_policies.in_force(at=case.facts.booked_at).terms:
        since = case.facts.booked_at + timedelta(seconds=1)
        FeePolicy.objects.bulk_create([policies.row(case.facts.in_force, provider=provider, effective_at=since)])


def client_of(case: Golden, provider: Provider) -> Client:
    limit = case.facts.payer_limit
    if limit is None:
        return make_client(provider)
    rule = Payer.Rule.CAPPED if limit else Payer.Rule.FORBIDDEN
    payer = Payer.objects.create(name="Plan of the case", rule=rule, cap=limit or None)
    return make_client(provider, payer=payer)


def came_before(case: Golden, provider: Provider, client: Client) -> None:
    """An earlier visit unless this is the first, and what used or gave passes."""
    if not case.facts.first_session:
        earlier(provider, client, start=case.facts.start - timedelta(days=30, hours=4))
    by = Actor.provider(provider.user_id)
    for at in case.facts.passes_used:
        used = cancel(earlier(provider, client, start=at + timedelta(hours=2)), by, at=at)
        assert used.assessment is not None
        assert used.assessment.uses_pass
    for _ in range(case.facts.given_passes):
        at = case.facts.told_at - timedelta(days=1)
        cancel(earlier(provider, client, start=at + timedelta(hours=2)), by, "provider-unwell", at=at)


def earlier(provider: Provider, client: Client, *, start: datetime) -> Appointment:
    return booked(provider, client, start=start, booked_at=LONG_AGO)


def reason_of(case: Golden) -> CancellationReason:
    reason = CancellationReason.objects.get(key=REASONS[case.facts.cause])
    if not case.facts.reason_may_owe:
        reason.fee_may_apply = False
        reason.save()
    return reason
