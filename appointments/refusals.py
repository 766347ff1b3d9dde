"""The words of every refusal: what is, why, and what the person can do now.

``str()`` of each is safe to show to the person who tried, and to nobody else.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import fee_words, policy_words, rules, terms, who
from appointments.assessments import Assessment
from appointments.models import Appointment, Cancellation, Fee
from appointments.rules import FeeStatus, Status
from clients.models import CareRelationship
from practice.actors import Actor, ActorKind
from practice.fee_terms import Notice
from practice.models import FeePolicy, Provider
from practice.zones import clock, day_clock, length, local, moment


class Refused(Exception):
    """Nothing was done."""


class AlreadyCanceled(Refused):
    """Somebody was first; ``cancellation`` says who and when."""

    def __init__(self, cancellation: Cancellation, *, by: Actor, at: datetime, zone: str, moving: bool = False) -> None:
        self.cancellation = cancellation
        facts = {
            "who": who.canceled(cancellation, reader=by),
            "when": how_long_ago(cancellation.canceled_at, at, zone),
        }
        if moving:
            super().__init__(_("%(who)s canceled this %(when)s. There is nothing left to move.") % facts)
        else:
            super().__init__(_("%(who)s canceled this %(when)s. Nothing was sent twice.") % facts)


class NothingToCancel(Refused):
    def __init__(self, appointment: Appointment) -> None:
        if appointment.status == Status.NO_SHOW:
            words = _("This session is marked as a no-show, so there is nothing left to cancel.")
        elif appointment.status == Status.PROVIDER_ABSENT:
            words = _("This session did not take place, so there is nothing left to cancel.")
        else:
            words = _("This session is marked as completed, so there is nothing left to cancel.")
        super().__init__(words)


class NothingToMove(Refused):
    def __init__(self, appointment: Appointment) -> None:
        if appointment.status == Status.CANCELED:
            words = _("This appointment is canceled, so there is nothing left to move.")
        elif appointment.status == Status.NO_SHOW:
            words = _("This session is marked as a no-show, so there is nothing left to move.")
        elif appointment.status == Status.PROVIDER_ABSENT:
            words = _("This session did not take place, so there is nothing left to move.")
        else:
            words = _("This session is marked as completed, so there is nothing left to move.")
        super().__init__(words)


class Started(Refused):
    """For the provider: the office can correct it. ``since`` says whether it goes on or is over."""

    def __init__(self, appointment: Appointment, *, at: datetime, moving: bool = False) -> None:
        practice = appointment.provider.practice
        self.since = "This session is over" if appointment.end <= at else "This session has started"
        super().__init__(
            f"{self.since}, so it can’t be {'moved' if moving else 'canceled'} here. "
            f"The office can correct it: call {practice.phone} or write to {practice.contact_email}."
        )


class PastDeadline(Refused):
    """For the client: the exact cutoff in their zone, what it may cost, and whom to reach."""

    def __init__(self, appointment: Appointment, *, policy: FeePolicy, at: datetime) -> None:
        zone, provider = appointment.client.time_zone, appointment.provider
        standing = terms.standing(appointment, policy=policy)
        self.cutoff = standing.deadline
        self.assessment = terms.most_it_could_cost(appointment, policy=policy)
        what, why, to_reach = self._said()
        self.why = why % {
            "cutoff": moment(self.cutoff, zone),
            "ahead": policy_words.how_far(standing.cutoff),
            "length": length(at - self.cutoff),
        }
        self.fee = fee_words.fee_to_come(appointment, self.assessment)
        self.contact = to_reach % {
            "provider": provider.first_name,
            "phone": provider.phone,
            "email": provider.user.email,
        }
        super().__init__(f"{what} {self.why} {self.fee} {self.contact}")

    def _said(self) -> tuple[str, str, str]:
        return (
            _("This appointment can no longer be canceled online."),
            _("You could cancel yourself until %(cutoff)s, %(ahead)s. That was %(length)s ago."),
            _("To cancel it, call %(provider)s at %(phone)s or write to %(email)s."),
        )


class PastDeadlineToMove(PastDeadline):
    """A client's move is judged by the same deadline as a cancellation."""

    def _said(self) -> tuple[str, str, str]:
        return (
            _("This appointment can no longer be moved online."),
            _("You could move it yourself until %(cutoff)s, %(ahead)s. That was %(length)s ago."),
            _("To move it, call %(provider)s at %(phone)s or write to %(email)s."),
        )


class FeeChanged(Refused):
    """The fee is not what the form showed; ``assessment`` is what it is now."""

    def __init__(self, assessment: Assessment, *, shown: Decimal, why: str) -> None:
        self.assessment = assessment
        self.shown = shown
        done = "marked" if assessment.is_no_show else "canceled"
        super().__init__(f"{why} Nothing is {done} yet.")


class ToldAtImpossible(Refused):
    """When the client told can't have been then."""


class FeeNotOpen(Refused):
    """The fee has been decided or settled meanwhile."""


class NoPassUsed(Refused):
    def __init__(self) -> None:
        super().__init__("No free pass is used here by now, so nothing was changed.")


class TooMuch(Refused):
    """The amount is not between nothing and what was assessed."""


class NotOpen(Refused):
    """The time is taken or was never open; ``nearest`` are other openings, soonest first."""

    def __init__(self, *, nearest: list[datetime], moving: bool = False) -> None:
        self.nearest = nearest
        if moving and nearest:
            words = _("That time is no longer free, so nothing was moved. Other times near it are below.")
        elif moving:
            words = _("That time is no longer free, so nothing was moved. There is no other free time to move it to.")
        elif nearest:
            words = _("That time is no longer free, so nothing was booked. Other times near it are below.")
        else:
            words = _("That time is no longer free, so nothing was booked. There is no other free time to book.")
        super().__init__(words)


class AlreadyBooked(Refused):
    """The same people have the same time already, as after a double click; ``appointment`` is theirs."""

    def __init__(self, appointment: Appointment) -> None:
        self.appointment = appointment
        super().__init__(_("This appointment is booked already. Nothing was sent twice."))


class AlreadyThen(Refused):
    """It is at that time already, as after a double click."""

    def __init__(self) -> None:
        super().__init__(_("This appointment is at that time already. Nothing was sent twice."))


class NotAgreed(Refused):
    """A client books, and moves to where a policy asks for more, only with that policy agreed to."""

    def __init__(self, provider: Provider, *, moving: bool = False) -> None:
        if moving:
            words = _(
                "Nothing was moved: it needs your agreement. To talk about it first, call %(provider)s at %(phone)s."
            )
        else:
            words = _(
                "Nothing was booked: it needs your agreement. To talk about it first, call %(provider)s at %(phone)s."
            )
        super().__init__(words % {"provider": provider.first_name, "phone": provider.phone})


class PolicyChanged(Refused):
    """The policy on the page is no longer the one in force."""

    def __init__(self, *, moving: bool = False) -> None:
        if moving:
            words = _(
                "What applies when plans change is new since you opened this page, so nothing was moved. "
                "Read it again before you agree."
            )
        else:
            words = _(
                "What applies when plans change is new since you opened this page, so nothing was booked. "
                "Read it again before you agree."
            )
        super().__init__(words)


class FormatNotOffered(Refused):
    def __init__(self, provider: Provider, *, moving: bool = False) -> None:
        if moving:
            words = _("%(provider)s no longer offers that format, so nothing was moved. Choose another.")
        else:
            words = _("%(provider)s no longer offers that format, so nothing was booked. Choose another.")
        super().__init__(words % {"provider": provider.first_name})


class InsideNotice(Refused):
    """The time is so near that it can't be canceled any more once booked: the client has to know that first."""

    def __init__(
        self, policy: FeePolicy, *, payer_limit: Decimal | None, asked: Notice | None = None, moving: bool = False
    ) -> None:
        """``asked`` if not the policy's own notice."""
        self.why = policy_words.inside_notice(policy.terms, payer_limit=payer_limit, asked=asked)
        super().__init__(f"{self.why} " + (_("Nothing is moved yet.") if moving else _("Nothing is booked yet.")))


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


class CareEnded(Refused):
    """Between these two, so that none of their appointments moves to another time."""

    def __init__(self, appointment: Appointment, *, by: Actor) -> None:
        practice = appointment.provider.practice
        if by.kind == ActorKind.CLIENT:
            words = _("This appointment can’t be moved online. Call %(phone)s or write to %(email)s.") % {
                "phone": practice.phone,
                "email": practice.contact_email,
            }
        else:
            words = f"Your work with {appointment.client.called} has ended here, so nothing can be moved."
        super().__init__(words)


def fee_is(fee: Fee) -> str:
    """Why a fee can't be moved: what has become of it, or that it still waits for a decision."""
    states = {
        FeeStatus.TO_DECIDE: "still to decide",
        FeeStatus.PENDING: "already charged, and pending",
        FeeStatus.DUE: "already charged",
        FeeStatus.DISPUTED: "objected to and not answered yet",
    }
    state = states.get(FeeStatus(fee.status), f"already {fee.get_status_display().lower()}")
    return f"This fee is {state}, so nothing was changed."


def how_long_ago(then: datetime, now: datetime, zone: str) -> str:
    """``at 3:41 PM, 2 min ago``; with the date where it was another day."""
    same_day = local(then, zone).date() == local(now, zone).date()
    when = (
        _("at %(time)s") % {"time": clock(then, zone)} if same_day else _("on %(day)s") % {"day": day_clock(then, zone)}
    )
    gap = now - then
    if gap < timedelta(minutes=1):
        return _("%(when)s, moments ago") % {"when": when}
    return _("%(when)s, %(length)s ago") % {"when": when, "length": length(gap)}


def of(
    refusal: rules.NotAllowed,
    appointment: Appointment,
    *,
    policy: FeePolicy,
    by: Actor,
    at: datetime,
    moving: bool = False,
) -> Refused:
    """The rule's no to canceling, or to moving, in words for the person who asked."""
    if isinstance(refusal, rules.IsCanceled) and appointment.cancellation is not None:
        zone = appointment.client.time_zone if by.kind == ActorKind.CLIENT else appointment.provider.time_zone
        return AlreadyCanceled(appointment.cancellation, by=by, at=at, zone=zone, moving=moving)
    if isinstance(refusal, rules.IsOver | rules.IsCanceled):
        return NothingToMove(appointment) if moving else NothingToCancel(appointment)
    if by.kind == ActorKind.CLIENT:
        past = PastDeadlineToMove if moving else PastDeadline
        return past(appointment, policy=policy, at=at)
    return Started(appointment, at=at, moving=moving)
