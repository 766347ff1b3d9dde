"""Until when a client can cancel an appointment, and what it means to be later: as their pages say it."""

from dataclasses import dataclass
from datetime import datetime

from appointments import clock_changes, fee_words, notice_line, policy_words, refusals, rules, terms, who
from appointments.models import Appointment
from appointments.notice_line import NoticeLine
from appointments.rules import NotAllowed, Standing
from practice.actors import Actor, ActorKind
from practice.zones import moment, next_change


@dataclass(frozen=True)
class Outlook:
    """What the rule says to the client at one instant; every word of it in their zone.

    ``until``, ``ahead`` and ``later`` hold while they may cancel themselves, ``refusal`` and ``why_not`` when they
    may not. ``shift`` says why the cutoff has another time of day than the start, where clocks change in between.
    No ``line`` where no policy was ever agreed to. ``is_shorter_now``: less notice is asked than was agreed to.
    """

    cutoff: datetime
    until: str
    ahead: str
    shift: str
    later: str
    line: NoticeLine | None
    is_shorter_now: bool
    refusal: NotAllowed | None
    why_not: refusals.Refused | None

    @property
    def may_cancel(self) -> bool:
        return self.refusal is None

    @property
    def is_past_deadline(self) -> bool:
        return isinstance(self.refusal, rules.IsPastDeadline)


def outlook(appointment: Appointment, *, by: Actor, at: datetime) -> Outlook:
    policy, zone = terms.in_force(appointment, at=at), appointment.client.time_zone
    standing = terms.standing(appointment, policy=policy)
    refusal = rules.may_cancel(standing, by=ActorKind.CLIENT, at=at)
    agreed, most = appointment.acknowledged_policy, terms.most_it_could_cost(appointment, policy=policy)
    how = "free of charge" if most.no_fee is None else "online"
    later = f"Later than that, call or write to {appointment.provider.first_name}."
    return Outlook(
        cutoff=standing.deadline,
        until=f"You can cancel {how} until {moment(standing.deadline, zone)}",
        ahead=f"That is {policy_words.hours(standing.notice)} ahead.",
        shift=_shift(standing, zone),
        later=f"{later} {fee_words.fee_to_come(appointment, most, policy=policy)}",
        line=notice_line.draw(appointment, policy=policy, reader=ActorKind.CLIENT, at=at),
        is_shorter_now=agreed is not None and standing.notice < agreed.notice,
        refusal=refusal,
        why_not=refusals.of(refusal, appointment, policy=policy, by=by, at=at) if refusal else None,
    )


def _shift(standing: Standing, zone: str) -> str:
    change = next_change(standing.deadline, standing.start, zone)
    return f"{clock_changes.announcement(change, zone)}, in between." if change else ""


@dataclass(frozen=True)
class NothingToCancel:
    """Why there is nothing to cancel, where it is not for the deadline: a title and what to do."""

    title: str
    words: str


def nothing_to_cancel(appointment: Appointment, outlook: Outlook, *, tried: bool, at: datetime) -> NothingToCancel:
    """``tried`` is said of a press of the button: who was first, and how long before it."""
    zone, provider = appointment.client.time_zone, appointment.provider.first_name
    reach = f"If that seems wrong, call or write to {provider}."
    if isinstance(outlook.refusal, rules.IsCanceled):
        words = str(outlook.why_not) if tried else _canceled(appointment, zone)
        return NothingToCancel("This appointment is already canceled", words)
    if isinstance(outlook.refusal, rules.IsOver):
        return NothingToCancel("This session is over", f"{outlook.why_not} {reach}")
    if appointment.end <= at:
        return NothingToCancel("This session is over", f"It ended {moment(appointment.end, zone)}. {reach}")
    started = f"It started {moment(appointment.start, zone)}, so it can no longer be canceled."
    return NothingToCancel("This session has started", f"{started} If you can’t come, call or write to {provider}.")


def _canceled(appointment: Appointment, zone: str) -> str:
    assert appointment.cancellation is not None
    doer = who.name(appointment.cancellation.actor, appointment, reader=ActorKind.CLIENT)
    return f"{doer} canceled it on {moment(appointment.cancellation.canceled_at, zone)}."
