"""The mail that tells a client how their report was answered. The words of the answer stand in the portal."""

from appointments import absences, who
from appointments.emails.addressed import for_client
from appointments.emails.parts import in_clients_language, portal_url
from appointments.models import AbsenceReport
from notifications.outbox import Message
from practice.actors import ActorKind


@in_clients_language
def to_client(report: AbsenceReport, *, gives_pass: bool, link: str) -> Message:
    """``link`` is the client's booking link; empty where care has ended."""
    appointment = report.appointment
    confirmed = report.answer == AbsenceReport.Answer.CONFIRMED
    context = {
        "answer": f"{absences.answered(report, reader=ActorKind.CLIENT)}.",
        "confirmed": confirmed,
        "gives_pass": gives_pass,
        "has_words": bool(report.answer_words),
        "writer": who.name(report.answered_by, appointment, reader=ActorKind.CLIENT),
        "url": link if confirmed and link else portal_url("appointments:client_appointment", appointment.uid),
        "books": confirmed and bool(link),
    }
    return for_client(
        "appointments/email/absence_answered_client",
        context,
        appointment,
        key=f"absence:{report.pk}:client",
        kind="absence_answered",
    )
