"""The words of a refusal of what one of the two asks of the other; see ``appointments.refusals``."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import who
from appointments.models import Appointment, LateRequest, RescheduleRequest
from appointments.refusals import Refused, how_long_ago
from practice.actors import Actor, ActorKind
from practice.zones import date_with_year, moment


class AlreadyAsked(Refused):
    """The client was asked to pick another time and has not yet."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(f"{appointment.client.called} has been asked already. Nothing was sent twice.")


class LetGoImpossible(Refused):
    """The instant at which the time is to be let go does not lie between now and the start."""

    def __init__(self, appointment: Appointment, *, at: datetime) -> None:
        zone = appointment.provider.time_zone
        now, start = moment(at, zone), moment(appointment.start, zone)
        super().__init__(f"Choose a time after now, {now}, and before the start, {start}.")


class Answered(Refused):
    """A question that is no longer open, or that the start has made needless."""

    def __init__(self, request: RescheduleRequest) -> None:
        called = request.appointment.client.called
        became = {
            "": "The session has started meanwhile",
            RescheduleRequest.Outcome.MOVED: "It has been moved meanwhile",
            RescheduleRequest.Outcome.LET_GO: "The time has been let go meanwhile",
            RescheduleRequest.Outcome.CANCELED: "It has been canceled meanwhile",
            RescheduleRequest.Outcome.WITHDRAWN: "You have withdrawn this already",
        }[request.outcome]
        super().__init__(f"{became}, so nothing more was sent to {called}.")


# --- A client's late request ---


class AskedAlready(Refused):
    """For the client: one question at a time; ``request`` is the open one."""

    def __init__(self, request: LateRequest, *, at: datetime) -> None:
        self.request = request
        provider, client = request.appointment.provider, request.appointment.client
        words = _("You asked %(provider)s %(when)s, and there is no answer yet. Nothing was sent twice.")
        when = how_long_ago(request.asked_at, at, client.time_zone)
        super().__init__(words % {"provider": provider.first_name, "when": when})


class CancelYourself(Refused):
    """For the client: nobody needs to be asked until the deadline."""

    def __init__(self, appointment: Appointment, *, deadline: datetime) -> None:
        words = _("You can cancel this appointment yourself until %(deadline)s, so nobody needs to be asked.")
        super().__init__(words % {"deadline": moment(deadline, appointment.client.time_zone)})


class NothingToAsk(Refused):
    """For the client: it is canceled, over or has begun."""

    def __init__(self, appointment: Appointment, *, at: datetime) -> None:
        provider = appointment.provider
        reach = _("To talk about it, call %(provider)s at %(phone)s or write to %(email)s.") % {
            "provider": provider.first_name,
            "phone": provider.phone,
            "email": provider.user.email,
        }
        if (cancellation := appointment.cancellation) is not None:
            facts = {
                "who": who.name(cancellation.actor, appointment, reader=ActorKind.CLIENT),
                "when": how_long_ago(cancellation.canceled_at, at, appointment.client.time_zone),
            }
            words = _("%(who)s canceled this %(when)s, so there is nothing left to ask.") % facts
        elif appointment.is_booked:
            words = _("This session has started, so it can no longer be canceled.") + f" {reach}"
        else:
            words = _("This session is over, so there is nothing left to cancel.") + f" {reach}"
        super().__init__(words)


class ReasonNotOffered(Refused):
    def __init__(self) -> None:
        super().__init__(_("This reason is no longer offered. Choose another one."))


class NotWaiting(Refused):
    """For who would decline: the request is no longer open."""

    def __init__(self, request: LateRequest, *, by: Actor, at: datetime) -> None:
        self.request = request
        appointment = request.appointment
        assert request.answered_at is not None
        when = how_long_ago(request.answered_at, at, appointment.provider.time_zone)
        if request.answer == LateRequest.Answer.DECLINED:
            own = request.answered_by_id == by.user_id
            doer = "You" if own else who.name(ActorKind.PROVIDER, appointment, reader=ActorKind.ADMIN)
            super().__init__(f"{doer} declined this {when}. Nothing was sent twice.")
        else:
            super().__init__(f"This no longer waits for an answer: it was settled {when}.")


# --- A client's agreement to the policy ---


class AgreedAlready(Refused):
    """As after a double click."""

    def __init__(self, appointment: Appointment) -> None:
        assert appointment.acknowledged_at is not None
        words = _("You agreed to this on %(date)s. Nothing was changed.")
        super().__init__(words % {"date": date_with_year(appointment.acknowledged_at, appointment.client.time_zone)})


class NothingToAgree(Refused):
    """Canceled, over or begun: nothing is left that the policy could be about."""

    def __init__(self) -> None:
        super().__init__(_("This appointment no longer lies ahead, so there is nothing to agree to."))


class AnotherPolicy(Refused):
    """The policy on the page is no longer the one in force."""

    def __init__(self) -> None:
        words = _(
            "What applies when plans change is new since you opened this page, so nothing was agreed to. "
            "Read it again before you agree."
        )
        super().__init__(words)


class NotTheirsToGive(Refused):
    """Nobody agrees for a client."""

    def __init__(self) -> None:
        super().__init__("Only the client can agree to the policy.")
