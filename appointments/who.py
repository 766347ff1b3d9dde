"""Who did something to an appointment, as one of its readers says it: You, Maya, Jordan or The office."""

from django.utils.translation import gettext as _

from appointments.models import Appointment, Cancellation, Settlement
from practice.actors import Actor, ActorKind


def name(kind: str, appointment: Appointment, *, reader: ActorKind) -> str:
    """``kind`` is the doer's, ``reader`` the appointment's provider or its client."""
    if kind == reader:
        return _("You")
    names: dict[str, str] = {
        ActorKind.CLIENT: appointment.client.called,
        ActorKind.PROVIDER: appointment.provider.first_name,
        ActorKind.ADMIN: _("The office"),
    }
    return names.get(kind, _("The practice"))


def canceled(cancellation: Cancellation, *, reader: Actor) -> str:
    """For a reader who may be one of several in the office."""
    if reader.kind == ActorKind.ADMIN == cancellation.actor and cancellation.user_id != reader.user_id:
        return _("The office")
    return name(cancellation.actor, cancellation.appointment, reader=reader.kind)


def restored(cancellation: Cancellation, *, reader: Actor) -> str:
    """As ``canceled``, of who took it back."""
    if reader.kind == ActorKind.ADMIN == cancellation.undone_actor and cancellation.undone_by_id != reader.user_id:
        return _("The office")
    return name(cancellation.undone_actor, cancellation.appointment, reader=reader.kind)


def settled(settlement: Settlement, *, reader: Actor) -> str:
    """As ``canceled``, of who marked a fee as paid."""
    if reader.kind == ActorKind.ADMIN == settlement.settled_by and settlement.settled_by_user_id != reader.user_id:
        return _("The office")
    return name(settlement.settled_by, settlement.appointment, reader=reader.kind)
