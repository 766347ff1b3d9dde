"""The mail that tells a client how their objection was answered. The words of the answer stand in the portal."""

from django.utils.translation import gettext as _

from appointments import objections, who
from appointments.emails.addressed import for_client
from appointments.emails.parts import fees_url, in_clients_language
from appointments.models import Objection
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.amounts import money


@in_clients_language
def to_client(objection: Objection) -> Message:
    fee, appointment = objection.fee, objection.appointment
    by = who.name(objection.answered_by, appointment, reader=ActorKind.CLIENT)
    context = {
        "answer": f"{objections.answered(objection, by=by)}.",
        "owed": _("You owe %(amount)s.") % {"amount": money(fee.amount)} if fee.amount else _("You owe nothing."),
        "has_words": bool(objection.answer_words),
        "writer": by,
        "fees_url": fees_url(appointment.client),
    }
    return for_client(
        "appointments/email/fee_answered_client",
        context,
        appointment,
        key=f"objection:{objection.pk}:client",
        kind="fee_answered",
    )
