"""Reads the rows that the pure rules judge, and hands them over as facts."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from appointments import fee_rules, rules
from appointments.assessments import NOTHING, Assessment, Cause, FeeKind
from appointments.models import Appointment, CancellationReason
from appointments.reliefs import NO_RELIEFS, Reliefs
from appointments.rules import Session, Standing, Status
from clients.models import Payer
from practice import addresses
from practice.actors import ActorKind
from practice.models import FeePolicy


def in_force(appointment: Appointment, *, at: datetime) -> FeePolicy:
    return appointment.provider.fee_policies.in_force(at=at)


def read_anew(appointment: Appointment, *, at: datetime) -> FeePolicy:
    """The policy in force and, by the same query, the provider, whose address stays, and the practice as they are."""
    addresses.hold(appointment.provider_id)
    policies = FeePolicy.objects.filter(provider=appointment.provider_id)
    policy = policies.select_related("provider__practice", "provider__user").in_force(at=at)
    appointment.provider = policy.provider
    if policy.pk == appointment.acknowledged_policy_id:
        appointment.acknowledged_policy = policy  # the usual case; no policy ever changes
    return policy


def asks_for_more(appointment: Appointment, *, policy: FeePolicy, start: datetime | None = None) -> bool:
    """Whether ``policy``, the one in force, asks the client for more than what they agreed to, if for anything.

    ``start`` where another time is looked at than the appointment's own.
    """
    agreed = appointment.acknowledged_policy
    return agreed is None or policy.terms.asks_more_than(agreed.terms, start=start or appointment.start)


def counting(appointment: Appointment, *, policy: FeePolicy) -> list[FeePolicy]:
    """The policies that count for it while ``policy`` is in force: each gives the client what it gives."""
    agreed = appointment.acknowledged_policy
    return [policy] if agreed is None else [agreed, policy]


def standing(appointment: Appointment, *, policy: FeePolicy, asked_late: bool = False) -> Standing:
    """``policy`` is the one in force: read once for a whole list."""
    policies = [each.terms for each in counting(appointment, policy=policy)]
    return Standing(
        status=Status(appointment.status),
        start=appointment.start,
        cutoff=fee_rules.cutoff(appointment.start, booked_at=appointment.booked_at, policies=policies),
        asked_late=asked_late,
    )


def session(appointment: Appointment, *, policy: FeePolicy) -> Session:
    """``policy`` is the one in force at the start."""
    report = appointment.absence
    return Session(
        status=Status(appointment.status),
        start=appointment.start,
        grace=timedelta(minutes=max(each.no_show_grace_minutes for each in counting(appointment, policy=policy))),
        asked_late=appointment.late_request_on_record is not None,
        is_reported=report is not None and report.is_open,
    )


def may_cancel_online(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> bool:
    """``policy`` is the one in force."""
    return rules.may_cancel(standing(appointment, policy=policy), by=ActorKind.CLIENT, at=at) is None


def payer_limit(payer: Payer | None) -> Decimal | None:
    """None is no limit, 0 forbids."""
    if payer is None or payer.rule == Payer.Rule.ALLOWED:
        return None
    return NOTHING if payer.rule == Payer.Rule.FORBIDDEN else payer.cap


def fee_facts(
    appointment: Appointment,
    *,
    reason: CancellationReason | None,
    told_at: datetime,
    policy: FeePolicy,
    reliefs: Reliefs = NO_RELIEFS,
) -> fee_rules.Facts:
    """Of canceling. Without a reason: as if the client had caused it and a fee may apply."""
    agreed = appointment.acknowledged_policy
    return fee_rules.Facts(
        cause=Cause.CLIENT if reason is None else Cause(reason.caused_by),
        reason_may_owe=reason is None or reason.fee_may_apply,
        told_at=told_at,
        start=appointment.start,
        booked_at=appointment.booked_at,
        agreed=agreed.terms if agreed else None,
        in_force=policy.terms,
        cap=appointment.provider.practice.fee_cap,
        payer_limit=payer_limit(appointment.client.payer),
        first_session=reliefs.first_session,
        passes_used=reliefs.passes_used,
        given_passes=reliefs.given_passes,
    )


def no_show_facts(appointment: Appointment, *, policy: FeePolicy, reliefs: Reliefs = NO_RELIEFS) -> fee_rules.Facts:
    """Of not coming; ``policy`` is the one in force at the start."""
    facts = fee_facts(appointment, reason=None, told_at=appointment.start, policy=policy, reliefs=reliefs)
    return replace(facts, kind=FeeKind.NO_SHOW)


def most_it_could_cost(appointment: Appointment, *, policy: FeePolicy) -> Assessment:
    """What canceling at the last moment would be assessed at by today's bounds, whatever relief there may be:
    a pass may be gone by then.
    """
    facts = fee_facts(appointment, reason=None, told_at=appointment.start, policy=policy)
    return fee_rules.assess(facts).without_pass
