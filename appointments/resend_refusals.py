"""The words of a refusal to send a mail again; see ``appointments.refusals``. For the provider and the office."""

from datetime import datetime

from appointments.models import Appointment
from appointments.refusals import Refused, how_long_ago
from notifications.models import OutboxMessage


class NotMissed(Refused):
    def __init__(self) -> None:
        super().__init__("No mail has failed or bounced here, so there is nothing to send again.")


class SentAgain(Refused):
    """``mail`` is the newer copy."""

    def __init__(self, appointment: Appointment, mail: OutboxMessage, *, at: datetime) -> None:
        when = how_long_ago(mail.queued_at, at, appointment.provider.time_zone)
        super().__init__(f"This mail was sent again {when}. Nothing was sent twice.")


class StillTheAddress(Refused):
    def __init__(self) -> None:
        super().__init__("It bounced, and the address is still the same. Have the office mend it first.")


class Outdated(Refused):
    """What it says no longer holds."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This mail is not sent again: {why}.")
