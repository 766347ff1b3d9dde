"""The mail that tells a provider of a client who objects to a fee. It holds no text of the client's."""

from appointments.emails.addressed import for_provider
from appointments.emails.parts import portal_url
from appointments.models import Objection
from notifications.outbox import Message
from practice.amounts import money
from practice.language import in_english
from practice.zones import moment


@in_english
def to_provider(objection: Objection) -> Message:
    appointment = objection.appointment
    provider = appointment.provider
    context = {
        "facts": [
            ("Objected", moment(objection.objected_at, provider.time_zone)),
            ("Fee", money(objection.amount)),
            ("Appointment", moment(appointment.start, provider.time_zone)),
        ],
        "url": portal_url("appointments:answer_objection", appointment.uid),
    }
    return for_provider(
        "appointments/email/fee_disputed_provider",
        context,
        appointment,
        key=f"objection:{objection.pk}:provider",
        kind="fee_disputed",
    )
