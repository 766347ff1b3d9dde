"""What became of a canceled appointment, as its provider reads it: who, why, the notice, the fee and its why."""

from dataclasses import dataclass
from datetime import datetime

from appointments import days, drafts, fee_words, terms, who
from appointments.fee_rules import NOTHING
from appointments.models import Appointment, Cancellation, Fee
from appointments.refusals import Refused
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.zones import NBSP, abbreviation, moment


@dataclass(frozen=True)
class FeeOutcome:
    """``title``: what was decided; ``why``: from which facts the amount came; ``because``: the decider's own words."""

    fee: Fee
    mark: str
    title: str
    why: str
    because: str

    @property
    def is_to_decide(self) -> bool:
        return self.fee.status == FeeStatus.TO_DECIDE


@dataclass(frozen=True)
class Outcome:
    """``told`` is empty where it was told by the act itself; ``no_fee`` where there is a fee."""

    cancellation: Cancellation
    who: str
    when: str
    reason: str
    notice: str
    told: str
    fee: FeeOutcome | None
    no_fee: str


def of(appointment: Appointment, *, at: datetime) -> Outcome | None:
    """None where it is not canceled. ``appointment`` with people and outcome; one query more where no fee is owed."""
    cancellation = appointment.cancellation
    if cancellation is None:
        return None
    cancellation.appointment = appointment
    zone = appointment.provider.time_zone
    was_told_before = cancellation.told_at != cancellation.canceled_at
    return Outcome(
        cancellation=cancellation,
        who=who.name(cancellation.actor, appointment, reader=ActorKind.PROVIDER),
        when=f"{days.near(cancellation.canceled_at, zone, at=at)}{NBSP}{abbreviation(cancellation.canceled_at, zone)}",
        reason=cancellation.reason.for_provider(appointment.client.called),
        notice=fee_words.notice_given(cancellation),
        told=f"Told {moment(cancellation.told_at, zone)}" if was_told_before else "",
        fee=_fee(appointment, cancellation),
        no_fee="" if appointment.fee else _no_fee(appointment, cancellation),
    )


def _fee(appointment: Appointment, cancellation: Cancellation) -> FeeOutcome | None:
    fee = appointment.fee
    if fee is None:
        return None
    # The same rows, with all that the sentences read at hand.
    fee.appointment = appointment
    if fee.cancellation_id == cancellation.pk:
        fee.cancellation = cancellation
    if fee.policy_id == appointment.acknowledged_policy_id and appointment.acknowledged_policy is not None:
        fee.policy = appointment.acknowledged_policy
    return FeeOutcome(
        fee=fee,
        mark=fee.mark,
        title=fee_words.decided(fee, reader=ActorKind.PROVIDER),
        why=fee_words.for_provider(fee_words.story_of_fee(fee, zone=appointment.provider.time_zone)),
        because=fee.why,
    )


def _no_fee(appointment: Appointment, cancellation: Cancellation) -> str:
    """By the policy of that day. Where payer or cap have changed since, the plain fact."""
    policy, told_at = terms.in_force(appointment, at=cancellation.canceled_at), cancellation.told_at
    try:
        assessment = drafts.assess(
            appointment, reason=cancellation.reason, told_at=told_at, at=cancellation.canceled_at, policy=policy
        )
    except Refused:
        return "No late fee."
    if assessment.amount > NOTHING:
        return "No late fee."
    zone = appointment.provider.time_zone
    story = fee_words.story_of(appointment, assessment, told_at=told_at, policy=policy, zone=zone)
    return fee_words.for_provider(story)
