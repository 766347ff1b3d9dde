"""The mail that tells a provider that the office did not approve what they wanted to let go of a fee."""

from appointments.emails.parts import portal_url
from appointments.models import WaiverRequest
from notifications.outbox import Message
from practice.amounts import money
from practice.language import in_english
from practice.mailing import compose
from practice.zones import moment


@in_english
def to_provider(request: WaiverRequest) -> Message:
    appointment = request.appointment
    provider = appointment.provider
    context = {
        "appointment": appointment,
        "zone": provider.time_zone,
        "facts": [
            ("Appointment", moment(appointment.start, provider.time_zone)),
            ("Fee", money(request.fee.assessed)),
            ("You asked to leave", money(request.left)),
        ],
        "url": portal_url("appointments:decide_fee", appointment.uid),
    }
    return compose(
        "appointments/email/waiver_declined_provider",
        context,
        practice=provider.practice,
        about=f"provider:{provider.pk}",
        key=f"waiver:{request.pk}:provider",
        kind="waiver_declined",
        recipient=provider.user.email,
        discreet=False,
    )
