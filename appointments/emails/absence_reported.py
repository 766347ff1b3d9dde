"""The mail that tells a provider of a client who reports that they did not come. It holds no text of the client's."""

from appointments.emails.addressed import for_provider
from appointments.emails.parts import clients_time, portal_url
from appointments.models import AbsenceReport
from notifications.outbox import Message
from practice.language import in_english
from practice.zones import moment


@in_english
def to_provider(report: AbsenceReport) -> Message:
    appointment = report.appointment
    provider = appointment.provider
    context = {
        "facts": [
            ("Reported", moment(report.reported_at, provider.time_zone)),
            ("Appointment", moment(appointment.start, provider.time_zone)),
            *clients_time(appointment),
        ],
        "has_words": bool(report.words),
        "url": portal_url("appointments:answer_absence", appointment.uid),
    }
    return for_provider(
        "appointments/email/absence_reported_provider",
        context,
        appointment,
        key=f"absence:{report.pk}:provider",
        kind="absence_reported",
    )
