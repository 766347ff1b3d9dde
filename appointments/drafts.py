"""A cancellation worked out and not yet kept: the preview shows it, the act writes it, so that the two can't differ."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, Subquery

from appointments import fee_rules, fee_words, refusals, rules, terms
from appointments.fee_rules import NOTHING, Assessment
from appointments.fees import FeeDecision, late_fee
from appointments.models import Appointment, Cancellation, CancellationReason, Fee
from appointments.rules import Status
from clients.links import booking_url
from clients.models import CareRelationship
from practice.actors import Actor
from practice.models import FeePolicy
from practice.zones import moment


@dataclass(frozen=True)
class Notes:
    """Plain text. ``private`` is never mailed and never shown to the client."""

    to_client: str = ""
    to_provider: str = ""
    private: str = ""


@dataclass(frozen=True)
class Draft:
    """A cancellation worked out and not yet kept: what the preview shows and the act writes."""

    appointment: Appointment
    cancellation: Cancellation
    fee: Fee | None
    assessment: Assessment
    policy: FeePolicy
    link: str
    next_start: datetime | None


def assess(
    appointment: Appointment,
    *,
    reason: CancellationReason,
    told_at: datetime | None,
    at: datetime,
    policy: FeePolicy,
) -> Assessment:
    """What is owed if it is canceled for this reason. Raises ToldAtImpossible."""
    check_told_at(appointment, told_at=told_at or at, at=at)
    return fee_rules.assess(terms.fee_facts(appointment, reason=reason, told_at=told_at or at, policy=policy))


def draft(
    appointment: Appointment,
    *,
    by: Actor,
    reason: CancellationReason,
    told_at: datetime | None,
    notes: Notes,
    send_link: bool,
    fee: FeeDecision | None,
    assessment: Assessment,
    at: datetime,
    policy: FeePolicy,
) -> Draft:
    """Work a cancellation out on the given instances without saving any. Raises TooMuch."""
    told_at = told_at or at
    link, next_start = what_comes_next(appointment, at=at)
    link = link if send_link else ""
    standing = terms.standing(appointment, policy=policy)
    appointment.status = rules.MOVES[Status.BOOKED, "cancel"]
    appointment.sequence += 1
    cancellation = Cancellation(
        appointment=appointment,
        canceled_at=at,
        told_at=told_at,
        actor=by.kind,
        user_id=by.user_id,
        reason=reason,
        note_to_client=notes.to_client,
        note_to_provider=notes.to_provider,
        private_note=notes.private,
        notice=appointment.start - told_at,
        late=not standing.is_on_time(told_at),
        link_sent=bool(link),
    )
    return Draft(
        appointment=appointment,
        cancellation=cancellation,
        fee=late_fee(cancellation, assessment, policy=policy, decision=fee, by=by)
        if assessment.amount > NOTHING
        else None,
        assessment=assessment,
        policy=policy,
        link=link,
        next_start=next_start,
    )


def check_told_at(appointment: Appointment, *, told_at: datetime, at: datetime) -> None:
    """Not in the future, and no earlier than the minute in which it was booked."""
    zone = appointment.provider.time_zone
    if told_at > at:
        raise refusals.ToldAtImpossible(f"That is in the future: it is {moment(at, zone)} now.")
    if told_at < appointment.booked_at.replace(second=0, microsecond=0):
        raise refusals.ToldAtImpossible(f"That is before it was booked: {moment(appointment.booked_at, zone)}.")


def check_shown(
    appointment: Appointment, assessment: Assessment, *, shown: Decimal, told_at: datetime, policy: FeePolicy
) -> None:
    """Nobody confirms an amount that was not on their page. Raises FeeChanged."""
    if shown == assessment.amount:
        return
    zone = appointment.provider.time_zone
    story = fee_words.story_of(appointment, assessment, told_at=told_at, policy=policy, zone=zone)
    raise refusals.FeeChanged(assessment, shown=shown, why=fee_words.what_changed(story, shown=shown))


def what_comes_next(appointment: Appointment, *, at: datetime) -> tuple[str, datetime | None]:
    """The client's booking link, empty once care has ended, and the start of their next appointment together."""
    coming = Appointment.objects.booked().filter(
        ~Q(pk=appointment.pk), client=appointment.client_id, provider=appointment.provider_id, start__gt=at
    )
    cares = CareRelationship.objects.filter(client=appointment.client_id, provider=appointment.provider_id)
    care = cares.annotate(next_start=Subquery(coming.by_start().values("start")[:1])).first()
    if care is None:
        return "", None
    care.provider = appointment.provider  # as just read, its account included
    return booking_url(care) if care.is_active else "", getattr(care, "next_start", None)
