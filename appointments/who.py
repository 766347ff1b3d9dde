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


def did(kind: str, user_id: int | None, appointment: Appointment, *, reader: Actor) -> str:
    """As ``name``, for a reader who may be one of several in the office."""
    if reader.kind == ActorKind.ADMIN == kind and user_id != reader.user_id:
        return _("The office")
    return name(kind, appointment, reader=reader.kind)


def canceled(cancellation: Cancellation, *, reader: Actor) -> str:
    return did(cancellation.actor, cancellation.user_id, cancellation.appointment, reader=reader)


def restored(cancellation: Cancellation, *, reader: Actor) -> str:
    return did(cancellation.undone_actor, cancellation.undone_by_id, cancellation.appointment, reader=reader)


def settled(settlement: Settlement, *, reader: Actor) -> str:
    return did(settlement.settled_by, settlement.settled_by_user_id, settlement.appointment, reader=reader)
