"""The mail that tells a client what was decided about a fee."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_standing, fee_steps, fee_words
from appointments.emails.addressed import for_client
from appointments.emails.parts import fees_url, in_clients_language
from appointments.models import Fee, HistoryEntry
from appointments.rules import FeeStatus
from notifications.outbox import Message
from practice.actors import ActorKind

NOTHING_OWED = {FeeStatus.WAIVED, FeeStatus.VOID}


@in_clients_language
def to_client(fee: Fee, entry: HistoryEntry) -> Message:
    """``entry`` is the decision's own, so that each decision is mailed once."""
    appointment = fee.appointment
    client = appointment.client
    context = {
        "decision": _decision(fee, at=entry.at),
        "waived": fee.status == FeeStatus.WAIVED,
        "why": fee_words.for_client(fee_words.story_of_fee(fee, zone=client.time_zone)),
        "worked_out": fee_steps.of_fee(fee, reader=ActorKind.CLIENT, zone=client.time_zone),
        "fees_url": fees_url(client),
    }
    return for_client(
        "appointments/email/fee_decided_client",
        context,
        appointment,
        key=f"fee:{fee.pk}:decided:{entry.pk}:client",
        kind="fee_decided",
    )


def _decision(fee: Fee, *, at: datetime) -> str:
    decided = f"{fee_standing.decided(fee, reader=ActorKind.CLIENT)}."
    if fee.status == FeeStatus.PENDING:
        return f"{decided} {fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=at)}"
    return f"{decided} " + _("You owe nothing.") if fee.status in NOTHING_OWED else decided
