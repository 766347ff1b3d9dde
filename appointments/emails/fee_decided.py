"""The mail that tells a client what was decided about a fee."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_standing, fee_steps, fee_words
from appointments.emails.parts import contact, fees_url, in_clients_language
from appointments.models import Fee, HistoryEntry
from appointments.rules import FeeStatus
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.mailing import compose

NOTHING_OWED = {FeeStatus.WAIVED, FeeStatus.VOID}


@in_clients_language
def to_client(fee: Fee, entry: HistoryEntry) -> Message:
    """``entry`` is the decision's own, so that each decision is mailed once."""
    appointment = fee.appointment
    client, provider = appointment.client, appointment.provider
    context = {
        "appointment": appointment,
        "zone": client.time_zone,
        "decision": _decision(fee, at=entry.at),
        "waived": fee.status == FeeStatus.WAIVED,
        "why": fee_words.for_client(fee_words.story_of_fee(fee, zone=client.time_zone)),
        "worked_out": fee_steps.of_fee(fee, reader=ActorKind.CLIENT, zone=client.time_zone),
        "fees_url": fees_url(client),
        "contact": contact(provider),
    }
    return compose(
        "appointments/email/fee_decided_client",
        context,
        practice=provider.practice,
        about=f"client:{client.pk}",
        key=f"fee:{fee.pk}:decided:{entry.pk}:client",
        kind="fee_decided",
        recipient=client.email,
        discreet=client.discreet,
    )


def _decision(fee: Fee, *, at: datetime) -> str:
    decided = f"{fee_standing.decided(fee, reader=ActorKind.CLIENT)}."
    if fee.status == FeeStatus.PENDING:
        return f"{decided} {fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=at)}"
    return f"{decided} " + _("You owe nothing.") if fee.status in NOTHING_OWED else decided
