"""The words of a refusal of what one of the two asks of the other; see ``appointments.refusals``."""

from datetime import datetime

from appointments.models import Appointment, RescheduleRequest
from appointments.refusals import Refused
from practice.zones import moment


class AlreadyAsked(Refused):
    """The client was asked to pick another time and has not yet."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(f"{appointment.client.called} has been asked already. Nothing was sent twice.")


class LetGoImpossible(Refused):
    """The instant at which the time is to be let go does not lie between now and the start."""

    def __init__(self, appointment: Appointment, *, at: datetime) -> None:
        zone = appointment.provider.time_zone
        now, start = moment(at, zone), moment(appointment.start, zone)
        super().__init__(f"Choose a time after now, {now}, and before the start, {start}.")


class Answered(Refused):
    """A question that is no longer open."""

    def __init__(self, request: RescheduleRequest) -> None:
        called = request.appointment.client.called
        became = {
            RescheduleRequest.Outcome.MOVED: "It has been moved meanwhile",
            RescheduleRequest.Outcome.LET_GO: "The time has been let go meanwhile",
            RescheduleRequest.Outcome.CANCELED: "It has been canceled meanwhile",
            RescheduleRequest.Outcome.WITHDRAWN: "You have withdrawn this already",
        }[RescheduleRequest.Outcome(request.outcome)]
        super().__init__(f"{became}, so nothing more was sent to {called}.")
