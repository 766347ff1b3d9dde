"""What a provider's open request to reschedule comes to: it ends with the act that answers it, in its transaction."""

from datetime import datetime

from appointments import history
from appointments.models import Appointment, HistoryEntry, RescheduleRequest
from appointments.openings import Span
from practice.models import TimeOff


def close(
    appointment: Appointment, outcome: RescheduleRequest.Outcome, *, freed: Span | None, at: datetime
) -> RescheduleRequest | None:
    """End the open one, if there is one; ``freed``, what it asked to block, becomes time off. The row is held."""
    request = appointment.reschedule_requests.open().first()
    if request is None:
        return None
    request.outcome, request.closed_at = outcome, at
    request.save(update_fields=["outcome", "closed_at"])
    history.drop_unsent(appointment, [HistoryEntry.Kind.ASKED_TO_RESCHEDULE], at=at)
    if request.block and freed is not None and freed.ends > at:
        TimeOff.objects.create(provider_id=appointment.provider_id, begins=freed.begins, ends=freed.ends)
    return request
