"""The words of every refusal: what is, why, and what the person can do now.

``str()`` of each is safe to show to the person who tried, and to nobody else.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import fee_words, policy_words, rules, terms, who
from appointments.fee_rules import Assessment
from appointments.models import Appointment, Cancellation, Fee
from appointments.rules import FeeStatus, Status
from clients.models import CareRelationship
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy, Provider
from practice.zones import clock, day_clock, length, local, moment


class Refused(Exception):
    """Nothing was done."""


class AlreadyCanceled(Refused):
    """Somebody was first; ``cancellation`` says who and when."""

    def __init__(self, cancellation: Cancellation, *, by: Actor, at: datetime, zone: str) -> None:
        self.cancellation = cancellation
        facts = {
            "who": who.canceled(cancellation, reader=by),
            "when": _how_long_before(cancellation.canceled_at, at, zone),
        }
        super().__init__(_("%(who)s canceled this %(when)s. Nothing was sent twice.") % facts)


class NothingToCancel(Refused):
    def __init__(self, appointment: Appointment) -> None:
        if appointment.status == Status.NO_SHOW:
            words = _("This session is marked as a no-show, so there is nothing left to cancel.")
        else:
            words = _("This session is marked as completed, so there is nothing left to cancel.")
        super().__init__(words)


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
        self.why = _("You could cancel yourself until %(cutoff)s, %(hours)s ahead. That was %(length)s ago.") % {
            "cutoff": moment(self.cutoff, zone),
            "hours": policy_words.hours(standing.notice),
            "length": length(at - self.cutoff),
        }
        self.fee = fee_words.fee_to_come(appointment, self.assessment, policy=policy)
        self.contact = _("To cancel it, call %(provider)s at %(phone)s or write to %(email)s.") % {
            "provider": provider.first_name,
            "phone": provider.phone,
            "email": provider.user.email,
        }
        what = _("This appointment can no longer be canceled online.")
        super().__init__(f"{what} {self.why} {self.fee} {self.contact}")


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

    def __init__(self, *, nearest: list[datetime]) -> None:
        self.nearest = nearest
        if nearest:
            words = _("That time is no longer free, so nothing was booked. Other times near it are below.")
        else:
            words = _("That time is no longer free, so nothing was booked. There is no other free time to book.")
        super().__init__(words)


class AlreadyBooked(Refused):
    """The same people have the same time already, as after a double click; ``appointment`` is theirs."""

    def __init__(self, appointment: Appointment) -> None:
        self.appointment = appointment
        super().__init__(_("This appointment is booked already. Nothing was sent twice."))


class NotAgreed(Refused):
    """A client books only with the fee policy agreed to."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            _("Nothing was booked: it needs your agreement. To talk about it first, call %(provider)s at %(phone)s.")
            % {"provider": provider.first_name, "phone": provider.phone}
        )


class PolicyChanged(Refused):
    """The policy on the page is no longer the one in force."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "What applies when plans change is new since you opened this page, so nothing was booked. "
                "Read it again before you agree."
            )
        )


class FormatNotOffered(Refused):
    def __init__(self, provider: Provider) -> None:
        super().__init__(
            _("%(provider)s no longer offers that format, so nothing was booked. Choose another.")
            % {"provider": provider.first_name}
        )


class InsideNotice(Refused):
    """The time is so near that it can't be canceled any more once booked: the client has to know that first."""

    def __init__(self, policy: FeePolicy, *, payer_limit: Decimal | None) -> None:
        self.why = policy_words.inside_notice(policy, payer_limit=payer_limit)
        super().__init__(f"{self.why} " + _("Nothing is booked yet."))


class LinkEnded(Refused):
    """Care between these two has ended, or the client came by a link that has been replaced."""

    def __init__(self, care: CareRelationship, *, by: Actor) -> None:
        practice = care.provider.practice
        if by.kind == ActorKind.CLIENT:
            words = _("This link no longer books appointments. Call %(phone)s or write to %(email)s.") % {
                "phone": practice.phone,
                "email": practice.contact_email,
            }
        else:
            words = f"Your work with {care.client.called} has ended here, so nothing can be booked."
        super().__init__(words)


def fee_is(fee: Fee) -> str:
    """Why a fee can't be moved: what has become of it, or that it still waits for a decision."""
    states = {FeeStatus.TO_DECIDE: "still to decide", FeeStatus.DUE: "already charged"}
    state = states.get(FeeStatus(fee.status), f"already {fee.get_status_display().lower()}")
    return f"This fee is {state}, so nothing was changed."


def _how_long_before(then: datetime, now: datetime, zone: str) -> str:
    """``at 3:41 PM, 2 min before this``; with the date where it was another day."""
    same_day = local(then, zone).date() == local(now, zone).date()
    when = (
        _("at %(time)s") % {"time": clock(then, zone)} if same_day else _("on %(day)s") % {"day": day_clock(then, zone)}
    )
    gap = now - then
    if gap < timedelta(minutes=1):
        return _("%(when)s, moments before") % {"when": when}
    return _("%(when)s, %(length)s before") % {"when": when, "length": length(gap)}


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
