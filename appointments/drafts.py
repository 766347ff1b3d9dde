"""A cancellation worked out and not yet kept: the preview shows it, the act writes it, so that the two can't differ."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from appointments import fee_rules, fee_words, fees, refusals, rules, terms
from appointments.assessments import NOTHING, Assessment, FeeKind
from appointments.care_now import CareNow
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee
from appointments.reliefs import Reliefs
from appointments.rules import Status
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
class Answers:
    """What a person who cancels says. ``told_at`` None means now; ``fee`` None: no decision, or no fee was shown."""

    reason: CancellationReason
    told_at: datetime | None
    notes: Notes
    send_link: bool
    fee: FeeDecision | None


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
    decision: FeeDecision | None

    @property
    def needs_approval(self) -> bool:
        """What was decided about the fee lets go of more than one person may: the office is asked."""
        return self.decision is not None and self.fee is not None and self.fee.decided_at is None


def assess(
    appointment: Appointment,
    *,
    reason: CancellationReason,
    told_at: datetime | None,
    at: datetime,
    policy: FeePolicy,
    reliefs: Reliefs,
) -> Assessment:
    """What is owed if it is canceled for this reason. Raises ToldAtImpossible."""
    told_at = told_at or at
    check_told_at(appointment, told_at=told_at, at=at)
    facts = terms.fee_facts(appointment, reason=reason, told_at=told_at, policy=policy, reliefs=reliefs)
    return fee_rules.assess(facts)


def draft(
    appointment: Appointment,
    answers: Answers,
    *,
    by: Actor,
    assessment: Assessment,
    at: datetime,
    policy: FeePolicy,
    care: CareNow,
) -> Draft:
    """Work a cancellation out on the given instances without saving any. Raises TooMuch."""
    told_at, covered = answers.told_at or at, assessment.uses_pass
    if answers.fee is not None and answers.fee.choice == FeeChoice.WAIVE:
        assessment = assessment.without_pass  # what is waived uses up no pass
    link = care.link if answers.send_link else ""
    standing = terms.standing(appointment, policy=policy)
    appointment.status = rules.MOVES[Status.BOOKED, "cancel"]
    appointment.sequence += 1
    cancellation = Cancellation(
        appointment=appointment,
        canceled_at=at,
        told_at=told_at,
        actor=by.kind,
        user_id=by.user_id,
        reason=answers.reason,
        note_to_client=answers.notes.to_client,
        note_to_provider=answers.notes.to_provider,
        private_note=answers.notes.private,
        notice=appointment.start - told_at,
        late=not standing.is_on_time(told_at),
        link_sent=bool(link),
        steps=assessment.as_json(),
    )
    return Draft(
        appointment=appointment,
        cancellation=cancellation,
        fee=_fee(cancellation, assessment, answers.fee, covered=covered, by=by)
        if assessment.amount > NOTHING
        else None,
        assessment=assessment,
        policy=policy,
        link=link,
        next_start=care.next_start,
        decision=answers.fee,
    )


def _fee(
    cancellation: Cancellation, assessment: Assessment, decision: FeeDecision | None, *, covered: bool, by: Actor
) -> Fee | None:
    if assessment.amount <= NOTHING:
        return None
    return fees.assessed(
        cancellation.appointment,
        assessment,
        kind=FeeKind.LATE_CANCELLATION,
        cancellation=cancellation,
        decision=decision,
        by=by,
        at=cancellation.canceled_at,
        covered=covered,
    )


def check_told_at(appointment: Appointment, *, told_at: datetime, at: datetime) -> None:
    """Not in the future, and no earlier than the minute in which it was booked."""
    zone = appointment.provider.time_zone
    if told_at > at:
        raise refusals.ToldAtImpossible(f"That is in the future: it is {moment(at, zone)} now.")
    if told_at < appointment.booked_at.replace(second=0, microsecond=0):
        raise refusals.ToldAtImpossible(f"That is before it was booked: {moment(appointment.booked_at, zone)}.")


def check_shown(appointment: Appointment, assessment: Assessment, *, shown: Decimal) -> None:
    """Nobody confirms an amount that was not on their page. Raises FeeChanged."""
    if shown == assessment.amount:
        return
    story = fee_words.story_of(appointment, assessment, zone=appointment.provider.time_zone)
    raise refusals.FeeChanged(assessment, shown=shown, why=fee_words.what_changed(story, shown=shown))
