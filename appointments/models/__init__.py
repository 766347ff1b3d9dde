"""What is booked, and what became of it."""

from appointments.models.absence import AbsenceReport
from appointments.models.appointment import Appointment
from appointments.models.billing import BillingEvent
from appointments.models.cancellation import Cancellation, CancellationReason
from appointments.models.fee import Fee
from appointments.models.history import HistoryEntry
from appointments.models.objection import Objection
from appointments.models.passes import GivenPass, PassUse
from appointments.models.requests import LateRequest, RescheduleRequest
from appointments.models.settlement import Settlement
from appointments.models.waiver import WaiverRequest

__all__ = [
    "AbsenceReport",
    "Appointment",
    "BillingEvent",
    "Cancellation",
    "CancellationReason",
    "Fee",
    "GivenPass",
    "HistoryEntry",
    "LateRequest",
    "Objection",
    "PassUse",
    "RescheduleRequest",
    "Settlement",
    "WaiverRequest",
]
