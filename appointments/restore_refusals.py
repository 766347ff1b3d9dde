"""The words of a refusal to take a cancellation back; see ``appointments.refusals``.

``short`` is what stands in the provider's menu.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import who
from appointments.models import Appointment, Cancellation, Fee
from appointments.refusals import NotOpen, Refused, how_long_ago
from practice.actors import Actor, ActorKind
from practice.amounts import money


class AlreadyRestored(Refused):
    """Somebody was first; ``cancellation`` says who and when."""

    def __init__(self, cancellation: Cancellation, *, by: Actor, at: datetime, zone: str) -> None:
        self.cancellation = cancellation
        assert cancellation.undone_at is not None
        words = _("%(who)s brought this appointment back %(when)s. Nothing was sent twice.")
        facts = {
            "who": who.restored(cancellation, reader=by),
            "when": how_long_ago(cancellation.undone_at, at, zone),
        }
        super().__init__(words % facts)


class NothingToRestore(Refused):
    def __init__(self) -> None:
        super().__init__(_("This appointment is not canceled, so there is nothing to bring back."))


class TimeHasCome(Refused):
    """What would have started by now is not brought back."""

    short = "Its time has come"

    def __init__(self, appointment: Appointment, *, by: Actor) -> None:
        if by.kind == ActorKind.CLIENT:
            words = _("The time of this appointment has come, so it stays canceled. %(reach)s")
            super().__init__(words % {"reach": _to_talk_about_it(appointment)})
        else:
            super().__init__("The time of this appointment has come, so it stays canceled.")


class NotYours(Refused):
    """For the client: somebody else canceled it, and decides whether it comes back."""

    def __init__(self, appointment: Appointment, cancellation: Cancellation, *, by: Actor) -> None:
        words = _("%(who)s canceled this appointment, so it can’t be brought back here. %(reach)s")
        facts = {
            "who": who.name(cancellation.actor, appointment, reader=by.kind),
            "reach": _to_talk_about_it(appointment),
        }
        super().__init__(words % facts)


class FeePaid(Refused):
    """A paid fee has to be settled between the two first."""

    short = "The fee has been paid"

    def __init__(self, appointment: Appointment, fee: Fee, *, by: Actor) -> None:
        paid = money(fee.amount)
        if by.kind == ActorKind.CLIENT:
            words = _("The fee of %(fee)s for canceling has been paid, so this has to be settled first. %(reach)s")
            super().__init__(words % {"fee": paid, "reach": _to_talk_about_it(appointment)})
        else:
            called, practice = appointment.client.called, appointment.provider.practice
            super().__init__(
                f"{called} has paid the fee of {paid} for this cancellation, so that has to be settled first. "
                f"The office can help: call {practice.phone} or write to {practice.contact_email}."
            )


class TakenSince(NotOpen):
    """Never by whom; ``nearest`` are the openings around it, soonest first."""

    short = "That time has been booked since"

    def __init__(self, *, nearest: list[datetime]) -> None:
        self.nearest = nearest
        if nearest:
            words = _("That time has been booked since, so nothing was changed. Other times near it are below.")
        else:
            words = _("That time has been booked since, so nothing was changed. There is no other free time to book.")
        Refused.__init__(self, words)


class ClosedSince(NotOpen):
    """For the client: the provider is away then."""

    def __init__(self, appointment: Appointment, *, nearest: list[datetime]) -> None:
        self.nearest = nearest
        name = {"provider": appointment.provider.first_name}
        if nearest:
            words = _(
                "%(provider)s is no longer available then, so nothing was changed. Other times near it are below."
            )
        else:
            words = _(
                "%(provider)s is no longer available then, so nothing was changed. There is no other free time to book."
            )
        Refused.__init__(self, words % name)


class CareIsOver(Refused):
    """Between these two, so that none of their appointments comes back."""

    short = "Your work together has ended here"

    def __init__(self, appointment: Appointment, *, by: Actor) -> None:
        practice = appointment.provider.practice
        if by.kind == ActorKind.CLIENT:
            words = _("This appointment can’t be brought back online. Call %(phone)s or write to %(email)s.")
            super().__init__(words % {"phone": practice.phone, "email": practice.contact_email})
        else:
            called = appointment.client.called
            super().__init__(f"Your work with {called} has ended here, so nothing can be brought back.")


def _to_talk_about_it(appointment: Appointment) -> str:
    provider = appointment.provider
    return _("To talk about it, call %(provider)s at %(phone)s or write to %(email)s.") % {
        "provider": provider.first_name,
        "phone": provider.phone,
        "email": provider.user.email,
    }
