"""What followed from a cancellation, in order, as its provider reads it right after."""

from dataclasses import dataclass, field
from datetime import datetime

from appointments import availability, drafts, openings
from appointments.models import Appointment
from appointments.openings import A_MOMENT
from appointments.outcome import FeeOutcome, Outcome
from appointments.rules import FeeStatus
from appointments.timeline import Item
from practice.actors import Actor
from practice.zones import day_clock, moment


@dataclass(frozen=True)
class Step:
    """``when`` is empty where it came with the act itself."""

    icon: str
    sentence: str
    details: list[str] = field(default_factory=list)
    when: str = ""
    at: datetime | None = None


def of(appointment: Appointment, act: Item, became: Outcome, *, at: datetime) -> list[Step]:
    """``act`` is the cancellation in the timeline."""
    called = appointment.client.called
    steps = [Step(act.icon, act.sentence, act.details, act.when, act.at), _fee(became, called)]
    if became.cancellation.link_sent:
        steps.append(Step("link", f"{called}’s mail carries the link to book again"))
    else:
        steps.append(Step("link", "The link to book again was not sent"))
    if appointment.start > at:
        steps.append(_time(appointment, at=at))
    steps += [Step("calendar", "The mails take the entry out of both calendars"), _next(appointment, at=at)]
    return steps


def _fee(became: Outcome, called: str) -> Step:
    fee = became.fee
    if fee is None:
        return Step("fee", became.no_fee)
    return Step("fee", fee.title, [*filter(None, [fee.because]), fee.why, *_where_shown(fee, called)])


def _where_shown(fee: FeeOutcome, called: str) -> list[str]:
    return [f"Due, and shown to {called} under Fees."] if fee.fee.status == FeeStatus.DUE else []


def _time(appointment: Appointment, *, at: datetime) -> Step:
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
    following = drafts.next_with(appointment, at=at)
    if following is None:
        return Step("refresh", f"{called} has no other appointment with you")
    return Step("refresh", f"Next with {called} is still {moment(following.start, appointment.provider.time_zone)}")
