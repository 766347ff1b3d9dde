"""The mail that tells a provider that the office did not approve what they wanted to let go of a fee."""

from appointments.emails.addressed import for_provider
from appointments.emails.parts import portal_url
from appointments.models import WaiverRequest
from notifications.outbox import Message
from practice.amounts import money
from practice.language import in_english
from practice.zones import moment


@in_english
def to_provider(request: WaiverRequest) -> Message:
    appointment = request.appointment
    provider = appointment.provider
    context = {
        "facts": [
            ("Appointment", moment(appointment.start, provider.time_zone)),
            ("Fee", money(request.fee.assessed)),
            ("You asked to leave", money(request.left)),
        ],
        "url": portal_url("appointments:decide_fee", appointment.uid),
    }
    return for_provider(
        "appointments/email/waiver_declined_provider",
        context,
        appointment,
        key=f"waiver:{request.pk}:provider",
        kind="waiver_declined",
    )
