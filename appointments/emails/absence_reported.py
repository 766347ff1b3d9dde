"""The mail that tells a provider of a client who reports that they did not come. It holds no text of the client's."""

from appointments.emails.parts import clients_time, portal_url
from appointments.models import AbsenceReport
from notifications.outbox import Message
from practice.language import in_english
from practice.mailing import compose
from practice.zones import moment


@in_english
def to_provider(report: AbsenceReport) -> Message:
    appointment = report.appointment
    provider = appointment.provider
    context = {
        "appointment": appointment,
        "zone": provider.time_zone,
        "facts": [
            ("Reported", moment(report.reported_at, provider.time_zone)),
            ("Appointment", moment(appointment.start, provider.time_zone)),
            *clients_time(appointment),
        ],
        "has_words": bool(report.words),
        "url": portal_url("appointments:answer_absence", appointment.uid),
    }
    return compose(
        "appointments/email/absence_reported_provider",
        context,
        practice=provider.practice,
        about=f"provider:{provider.pk}",
        key=f"absence:{report.pk}:provider",
        kind="absence_reported",
        recipient=provider.user.email,
        discreet=False,
    )
