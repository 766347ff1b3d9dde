"""The mail that reminds a client: of the deadline while it is ahead, or of the session."""

from datetime import UTC, datetime
from enum import StrEnum

from appointments import policy_words, terms
from appointments.emails.addressed import for_client
from appointments.emails.parts import in_clients_language, manage_url, place
from appointments.models import Appointment
from notifications.outbox import Message
from practice.models import FeePolicy


class Which(StrEnum):
    DEADLINE = "deadline"
    SESSION = "session"


@in_clients_language
def to_client(appointment: Appointment, *, which: Which, number: int, policy: FeePolicy, at: datetime) -> Message:
    """``policy`` is the one in force; ``number`` counts the mails of this kind about this start, dropped ones too."""
    again = f":{number}" if number > 1 else ""
    context = {
        "which": which,
        "deadline": terms.standing(appointment, policy=policy).deadline,
        "fee_may_follow": terms.most_it_could_cost(appointment, policy=policy).amount > 0,
        "facts": place(appointment),
        "plans": _plans(appointment, policy=policy, at=at),
        "manage": manage_url(appointment, at=at),
    }
    return for_client(
        "appointments/email/reminder_client",
        context,
        appointment,
        key=f"reminder:{which}:{appointment.pk}:{appointment.start.astimezone(UTC):%Y%m%dT%H%M%SZ}{again}",
        kind=f"reminder_{which}",
    )


def _plans(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> str:
    """Until when it can be canceled, and what may follow later; of no fee where none was ever agreed to."""
    zone = appointment.client.time_zone
    if appointment.acknowledged_policy is not None:
        return policy_words.if_plans_change(appointment, policy=policy, at=at, zone=zone)
    standing = terms.standing(appointment, policy=policy)
    if standing.is_on_time(at):
        return policy_words.until_when(appointment, policy=policy, zone=zone)
    return policy_words.too_near(standing.cutoff.notice)
