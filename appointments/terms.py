"""Reads the rows that the pure rules judge, and hands them over as facts."""

from datetime import datetime, timedelta
from decimal import Decimal

from appointments import fee_rules, rules
from appointments.fee_rules import Assessment, Cause
from appointments.models import Appointment, CancellationReason
from appointments.rules import Standing, Status
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


def asks_for_more(appointment: Appointment, *, policy: FeePolicy) -> bool:
    """Whether ``policy``, the one in force, asks the client for more than what they agreed to, if for anything."""
    agreed = appointment.acknowledged_policy
    if agreed is None:
        return True
    return policy.notice > agreed.notice or policy.late_fee > agreed.late_fee or policy.no_show_fee > agreed.no_show_fee


def counting(appointment: Appointment, *, policy: FeePolicy) -> FeePolicy:
    """What counts for the client while ``policy`` is in force: of the two, the lesser of each. Not a row."""
    agreed = appointment.acknowledged_policy or policy
    return FeePolicy(
        notice_hours=min(agreed.notice_hours, policy.notice_hours),
        late_fee=min(agreed.late_fee, policy.late_fee),
        no_show_fee=min(agreed.no_show_fee, policy.no_show_fee),
        no_show_grace_minutes=max(agreed.no_show_grace_minutes, policy.no_show_grace_minutes),
        words=agreed.words,
    )


def late_terms(policy: FeePolicy) -> fee_rules.Terms:
    return fee_rules.Terms(notice=policy.notice, fee=policy.late_fee)


def agreed_terms(appointment: Appointment) -> fee_rules.Terms | None:
    policy = appointment.acknowledged_policy
    return None if policy is None else late_terms(policy)


def notice_asked(appointment: Appointment, *, policy: FeePolicy) -> timedelta:
    """The notice that counts for this appointment while ``policy`` is in force."""
    return fee_rules.notice_asked(agreed=agreed_terms(appointment), in_force=late_terms(policy))


def standing(appointment: Appointment, *, policy: FeePolicy) -> Standing:
    """``policy`` is the one in force: read once for a whole list."""
    return Standing(
        status=Status(appointment.status),
        start=appointment.start,
        notice=notice_asked(appointment, policy=policy),
    )


def may_cancel_online(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> bool:
    """``policy`` is the one in force."""
    return rules.may_cancel(standing(appointment, policy=policy), by=ActorKind.CLIENT, at=at) is None


def payer_limit(payer: Payer | None) -> Decimal | None:
    """None is no limit, 0 forbids."""
    if payer is None or payer.rule == Payer.Rule.ALLOWED:
        return None
    return fee_rules.NOTHING if payer.rule == Payer.Rule.FORBIDDEN else payer.cap


def fee_facts(
    appointment: Appointment, *, reason: CancellationReason | None, told_at: datetime, policy: FeePolicy
) -> fee_rules.Facts:
    """Without a reason: as if the client had caused it and a fee may apply, the most that could be owed."""
    return fee_rules.Facts(
        cause=Cause.CLIENT if reason is None else Cause(reason.caused_by),
        reason_may_owe=reason is None or reason.fee_may_apply,
        notice=appointment.start - told_at,
        agreed=agreed_terms(appointment),
        in_force=late_terms(policy),
        cap=appointment.provider.practice.fee_cap,
        payer_limit=payer_limit(appointment.client.payer),
    )


def most_it_could_cost(appointment: Appointment, *, policy: FeePolicy) -> Assessment:
    """What canceling after the deadline would be assessed at, by today's bounds."""
    return fee_rules.assess(fee_facts(appointment, reason=None, told_at=appointment.start, policy=policy))
