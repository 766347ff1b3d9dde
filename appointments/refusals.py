"""The words of every refusal: what is, why, and what the person can do now.

``str()`` of each is safe to show to the person who tried, and to nobody else.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from appointments import fee_words, rules, terms
from appointments.fee_rules import Assessment
from appointments.models import Appointment, Cancellation, Fee
from appointments.rules import FeeStatus
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy
from practice.zones import clock, day_clock, length, local, moment


class Refused(Exception):
    """Nothing was done."""


class AlreadyCanceled(Refused):
    """Somebody was first; ``cancellation`` says who and when."""

    def __init__(self, cancellation: Cancellation, *, by: Actor, at: datetime, zone: str) -> None:
        self.cancellation = cancellation
        who = who_canceled(cancellation, viewer=by)
        super().__init__(
            f"{who} canceled this {_how_long_before(cancellation.canceled_at, at, zone)}. Nothing was sent twice."
        )


class NothingToCancel(Refused):
    def __init__(self, appointment: Appointment) -> None:
        state = appointment.get_status_display().lower()
        super().__init__(f"This session is marked as {state}, so there is nothing left to cancel.")


class Started(Refused):
    """For the provider: the office can correct it."""

    def __init__(self, appointment: Appointment) -> None:
        practice = appointment.provider.practice
        super().__init__(
            "This session has started, so it can’t be canceled here. "
            f"The office can correct it: call {practice.phone} or write to {practice.contact_email}."
        )


class PastDeadline(Refused):
    """For the client: the exact cutoff in their zone, what it may cost, and whom to reach."""

    def __init__(self, appointment: Appointment, *, policy: FeePolicy, at: datetime) -> None:
        zone, provider = appointment.client.time_zone, appointment.provider
        standing = terms.standing(appointment, policy=policy)
        self.cutoff = standing.deadline
        self.assessment = terms.most_it_could_cost(appointment, policy=policy)
        self.why = (
            f"You could cancel yourself until {moment(self.cutoff, zone)}, {fee_words.hours(standing.notice)} ahead. "
            f"That was {length(at - self.cutoff)} ago."
        )
        self.fee = fee_words.fee_to_come(appointment, self.assessment, policy=policy)
        self.contact = (
            f"To cancel it, call {provider.first_name} at {provider.phone} or write to {provider.user.email}."
        )
        super().__init__(f"This appointment can no longer be canceled online. {self.why} {self.fee} {self.contact}")


class FeeChanged(Refused):
    """The fee is not what the form showed; ``assessment`` is what it is now."""

    def __init__(self, assessment: Assessment, *, shown: Decimal, why: str) -> None:
        self.assessment = assessment
        self.shown = shown
        super().__init__(f"{why} Nothing is canceled yet.")


class ToldAtImpossible(Refused):
    """When the client told can't have been then."""


class FeeNotOpen(Refused):
    """The fee has been decided or settled meanwhile."""


class TooMuch(Refused):
    """The amount is not between nothing and what was assessed."""


class NotOpen(Refused):
    """The time is taken or was never open; ``nearest`` are other openings, soonest first."""

    def __init__(self, words: str, *, nearest: list[datetime]) -> None:
        self.nearest = nearest
        super().__init__(words)


class PolicyChanged(Refused):
    """The policy on the page is no longer the one in force."""


class LinkEnded(Refused):
    """Care between these two has ended, so its link books nothing."""


def fee_is(fee: Fee) -> str:
    """What has become of a fee that can no longer be decided."""
    state = {FeeStatus.DUE: "charged", FeeStatus.VOID: "void"}.get(
        FeeStatus(fee.status), fee.get_status_display().lower()
    )
    return f"This fee is already {state}, so nothing was changed."


def who_canceled(cancellation: Cancellation, *, viewer: Actor | None = None) -> str:
    """You, Maya, Jordan or The office."""
    if (
        viewer
        and viewer.user_id is not None
        and cancellation.user_id == viewer.user_id
        and cancellation.actor == viewer.kind
    ):
        return "You"
    if cancellation.actor == ActorKind.CLIENT:
        return cancellation.appointment.client.called
    if cancellation.actor == ActorKind.PROVIDER:
        return cancellation.appointment.provider.first_name
    return "The office"


def _how_long_before(then: datetime, now: datetime, zone: str) -> str:
    """``at 3:41 PM, 2 min before this``; with the date where it was another day."""
    when = (
        f"at {clock(then, zone)}"
        if local(then, zone).date() == local(now, zone).date()
        else f"on {day_clock(then, zone)}"
    )
    gap = now - then
    if gap < timedelta(minutes=1):
        return f"{when}, moments before"
    return f"{when}, {length(gap)} before"


def of(refusal: rules.NotAllowed, appointment: Appointment, *, policy: FeePolicy, by: Actor, at: datetime) -> Refused:
    """The rule's no, in words for the person who asked."""
    if isinstance(refusal, rules.IsCanceled) and appointment.cancellation is not None:
        zone = appointment.client.time_zone if by.kind == ActorKind.CLIENT else appointment.provider.time_zone
        return AlreadyCanceled(appointment.cancellation, by=by, at=at, zone=zone)
    if isinstance(refusal, rules.IsOver | rules.IsCanceled):
        return NothingToCancel(appointment)
    if by.kind == ActorKind.CLIENT:
        return PastDeadline(appointment, policy=policy, at=at)
    return Started(appointment)
