"""What a client asked late, in sentences for the provider who has to answer."""

from datetime import datetime

from appointments import fee_words
from appointments.models import Appointment, LateRequest
from practice.zones import moment


def asked(request: LateRequest, appointment: Appointment) -> list[str]:
    """When and why, and where they had asked before also when first: the notice counts from then."""
    called = appointment.client.called
    why = request.reason.for_provider(called)
    said = [f"{called} asked {_when(request.asked_at, appointment)}. {why}."]
    if request.is_repeated:
        first = _when(request.first_asked_at, appointment)
        said.append(f"{called} first asked {first}. The notice counts from then.")
    return said


def _when(at: datetime, appointment: Appointment) -> str:
    return f"{moment(at, appointment.provider.time_zone)}, {fee_words.before_start(appointment.start - at)}"
