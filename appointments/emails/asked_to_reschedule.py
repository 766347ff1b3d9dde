"""The mails of a provider who asks for another time: the question, and that it is withdrawn."""

from django.utils.translation import gettext as _

from appointments import manage_links
from appointments.emails.addressed import for_client
from appointments.emails.parts import in_clients_language
from appointments.models import RescheduleRequest
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.zones import moment


def key(request: RescheduleRequest) -> str:
    return f"reschedule_request:{request.pk}:client"


@in_clients_language
def to_client(request: RescheduleRequest) -> Message:
    appointment = request.appointment
    who = {"provider": appointment.provider.display_name}
    context = {
        "lead": _("The office asks you to pick another time for this appointment.")
        if request.asked_by == ActorKind.ADMIN
        else _("%(provider)s asks you to pick another time for this appointment.") % who,
        "note": request.note_to_client,
        "held": _held_until(request),
        "manage": manage_links.url(appointment, page="move"),
    }
    return for_client(
        "appointments/email/asked_to_reschedule_client",
        context,
        appointment,
        key=key(request),
        kind="asked_to_reschedule",
    )


def _held_until(request: RescheduleRequest) -> str:
    if request.let_go_at is None:
        return _("Until you pick one, the appointment stays booked as it is.")
    return _(
        "The appointment stays booked until %(until)s. If you have not picked another time by then, it is canceled, "
        "and you can still book a new one."
    ) % {"until": moment(request.let_go_at, request.appointment.client.time_zone)}


@in_clients_language
def withdrawn(request: RescheduleRequest) -> Message:
    """To the client, who has been asked."""
    appointment = request.appointment
    return for_client(
        "appointments/email/stays_client",
        {"manage": manage_links.url(appointment)},
        appointment,
        key=f"reschedule_request:{request.pk}:withdrawn:client",
        kind="stays",
    )
