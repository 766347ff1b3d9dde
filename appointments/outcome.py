"""What became of a canceled appointment, as its provider reads it: the facts, and what followed, in order."""

from dataclasses import dataclass, field
from datetime import datetime

from appointments import (
    availability,
    care_now,
    days,
    drafts,
    fee_standing,
    fee_steps,
    fee_words,
    openings,
    passes,
    terms,
    waiver_requests,
    who,
)
from appointments.assessments import NOTHING, Assessment
from appointments.fee_steps import StepLine
from appointments.models import Appointment, Cancellation, Fee
from appointments.openings import A_MOMENT
from appointments.refusals import Refused
from appointments.reliefs import NO_RELIEFS
from appointments.rules import FeeStatus
from appointments.timeline import Item
from practice.actors import Actor, ActorKind
from practice.zones import NBSP, abbreviation, day_clock, moment

GIVEN_BACK = "No late fee: it is waived, and the free pass counts again."


@dataclass(frozen=True)
class FeeOutcome:
    """``title``: what was decided; ``why``: from which facts the amount came; ``because``: the decider's own words.

    ``waits``: what the office has yet to approve; empty where nothing. ``steps``: how it was worked out.
    """

    fee: Fee
    mark: str
    title: str
    why: str
    because: str
    waits: str
    steps: list[StepLine]

    @property
    def is_to_decide(self) -> bool:
        return not self.waits and self.fee.status == FeeStatus.TO_DECIDE


@dataclass(frozen=True)
class Outcome:
    """``told`` is empty where it was told by the act itself; ``no_fee`` where there is a fee.

    ``pass_kept``: a free pass is used up by it, and can be given back. ``no_fee_steps``: how what was asked came
    to nothing.
    """

    cancellation: Cancellation
    who: str
    when: str
    reason: str
    notice: str
    told: str
    fee: FeeOutcome | None
    no_fee: str
    pass_kept: bool
    no_fee_steps: list[StepLine]


def of(appointment: Appointment, *, at: datetime) -> Outcome | None:
    """None where it is not canceled. ``appointment`` with people and outcome; one query more where no fee is owed."""
    cancellation = appointment.cancellation
    if cancellation is None:
        return None
    cancellation.appointment = appointment
    zone = appointment.provider.time_zone
    pass_kept = passes.is_kept(cancellation)
    was_told_before = cancellation.told_at != cancellation.canceled_at
    return Outcome(
        cancellation=cancellation,
        who=who.name(cancellation.actor, appointment, reader=ActorKind.PROVIDER),
        when=f"{days.near(cancellation.canceled_at, zone, at=at)}{NBSP}{abbreviation(cancellation.canceled_at, zone)}",
        reason=cancellation.reason.for_provider(appointment.client.called),
        notice=fee_words.notice_given(cancellation),
        told=f"Told {moment(cancellation.told_at, zone)}" if was_told_before else "",
        fee=fee_of(appointment),
        no_fee="" if appointment.fee else GIVEN_BACK if pass_kept is False else _no_fee(appointment, cancellation),
        pass_kept=bool(pass_kept),
        no_fee_steps=[] if appointment.fee or pass_kept is False else _came_to_nothing(cancellation),
    )


def fee_of(appointment: Appointment) -> FeeOutcome | None:
    """Of a late cancellation or a no-show; ``appointment`` with people and outcome."""
    fee, cancellation = appointment.fee, appointment.cancellation
    if fee is None:
        return None
    # The same rows, with all that the sentences read at hand.
    fee.appointment = appointment
    if cancellation is not None and fee.cancellation_id == cancellation.pk:
        fee.cancellation = cancellation
    if fee.policy_id == appointment.acknowledged_policy_id and appointment.acknowledged_policy is not None:
        fee.policy = appointment.acknowledged_policy
    waiting = fee.waiver_request if fee.asks_office else None
    zone = appointment.provider.time_zone
    is_asked = waiting is not None and fee.status == FeeStatus.TO_DECIDE
    return FeeOutcome(
        fee=fee,
        mark=fee.mark,
        title=fee_standing.with_the_office(fee) if is_asked else fee_standing.decided(fee, reader=ActorKind.PROVIDER),
        why=fee_words.for_provider(fee_words.story_of_fee(fee, zone=zone)),
        because=fee.why,
        waits=waiver_requests.waits(waiting) if waiting else "",
        steps=fee_steps.of_fee(fee, reader=ActorKind.PROVIDER, zone=zone),
    )


def _no_fee(appointment: Appointment, cancellation: Cancellation) -> str:
    """As it was worked out then; where a fee was owed and is void by now, the plain fact."""
    assessment = cancellation.assessment or _worked_out_again(appointment, cancellation)
    if assessment is None or assessment.amount > NOTHING:
        return "No late fee."
    return fee_words.for_provider(fee_words.story_of(appointment, assessment, zone=appointment.provider.time_zone))


def _came_to_nothing(cancellation: Cancellation) -> list[StepLine]:
    """How what was asked came to nothing, as by a free pass."""
    appointment, assessment = cancellation.appointment, cancellation.assessment
    if assessment is None or assessment.amount > NOTHING or not assessment.bounds:
        return []
    story = fee_words.story_of(appointment, assessment, zone=appointment.provider.time_zone)
    return fee_steps.lines(story, reader=ActorKind.PROVIDER)


def _worked_out_again(appointment: Appointment, cancellation: Cancellation) -> Assessment | None:
    """Of a cancellation from before its steps were kept: by the policy of that day, and payer and cap of today."""
    policy = terms.in_force(appointment, at=cancellation.canceled_at)
    try:
        return drafts.assess(
            appointment,
            reason=cancellation.reason,
            told_at=cancellation.told_at,
            at=cancellation.canceled_at,
            policy=policy,
            reliefs=NO_RELIEFS,
        )
    except Refused:
        return None


@dataclass(frozen=True)
class Step:
    """``when`` is empty where it came with the act itself."""

    icon: str
    sentence: str
    details: list[str] = field(default_factory=list)
    when: str = ""
    at: datetime | None = None
    worked_out: list[StepLine] = field(default_factory=list)


def steps(appointment: Appointment, act: Item, became: Outcome, *, at: datetime) -> list[Step]:
    """``act`` is the cancellation in the timeline."""
    called = appointment.client.called
    found = [Step(act.icon, act.sentence, act.details, act.when, act.at), _fee_step(became, called, at=at)]
    if became.cancellation.link_sent:
        found.append(Step("link", f"{called}’s mail carries the link to book again"))
    else:
        found.append(Step("link", "The link to book again was not sent"))
    if appointment.start > at:
        found.append(_freed_time(appointment, at=at))
    if passes.left_of(became.cancellation):
        found.append(Step("fee", f"{called} was given a free pass", ["You canceled inside your own notice."]))
    found += [Step("calendar", "The mails take the entry out of both calendars"), _next(appointment, at=at)]
    return found


def _fee_step(became: Outcome, called: str, *, at: datetime) -> Step:
    fee = became.fee
    if fee is None:
        return Step("fee", became.no_fee, worked_out=became.no_fee_steps)
    details = [*filter(None, [fee.waits, fee.because]), fee.why, *_where_shown(fee, called, at=at)]
    return Step("fee", fee.title, details, worked_out=fee.steps)


def _where_shown(fee: FeeOutcome, called: str, *, at: datetime) -> list[str]:
    if fee.fee.status == FeeStatus.PENDING:
        return [fee_standing.what_may_melt_it(fee.fee, reader=ActorKind.PROVIDER, at=at)]
    return [f"Due, and shown to {called} under Fees."] if fee.fee.status == FeeStatus.DUE else []


def _freed_time(appointment: Appointment, *, at: datetime) -> Step:
    """What has become of the freed time by now."""
    provider, start = appointment.provider, appointment.start
    when = day_clock(start, provider.time_zone)
    if _is_open(appointment, by=Actor.client(), at=at):
        return Step("open", f"{when} is open again", ["Clients can book it."])
    if _is_open(appointment, by=Actor.provider(provider.user_id), at=at):
        hours = f"Clients book at least {provider.minimum_notice_hours} hours ahead, so only you can book it."
        return Step("open", f"{when} is free again", [hours])
    if provider.appointments.booked().touching(start, appointment.end).exists():
        return Step("open", f"{when} has been booked again")
    return Step("open", f"{when} stays closed", ["It is in your time off or outside your hours."])


def _is_open(appointment: Appointment, *, by: Actor, at: datetime) -> bool:
    """Whether a session could be booked into the freed stretch, be it from its start or not."""
    begin, end = appointment.start - appointment.provider.session_length + A_MOMENT, appointment.end
    known = availability.read(appointment.provider, begin=begin, end=end, by=by)
    return bool(openings.openings(known, begin=begin, end=end, at=at))


def _next(appointment: Appointment, *, at: datetime) -> Step:
    called = appointment.client.called
    next_start = care_now.next_start(appointment, at=at)
    if next_start is None:
        return Step("refresh", f"{called} has no other appointment with you")
    return Step("refresh", f"Next with {called} is still {moment(next_start, appointment.provider.time_zone)}")
