"""Keeps what happened to an appointment. The only writer of HistoryEntry."""

from collections.abc import Collection, Iterable
from datetime import datetime

from appointments.models import Appointment, Fee, HistoryEntry
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import Actor


def record(
    appointment: Appointment,
    kind: HistoryEntry.Kind,
    *,
    by: Actor,
    at: datetime,
    facts: dict[str, str] | None = None,
    messages: Iterable[OutboxMessage] = (),
) -> HistoryEntry:
    """``facts``: amounts and instants (ISO 8601, UTC) as they were then; ``messages``: the mails that tell of it."""
    entry = HistoryEntry.objects.create(
        appointment=appointment, kind=kind, at=at, actor=by.kind, user_id=by.user_id, facts=facts or {}
    )
    entry.messages.add(*messages)
    vars(appointment).pop("happened", None)  # it has grown
    return entry


def tell_again(entry: HistoryEntry, mail: OutboxMessage) -> None:
    """``mail`` tells once more what an earlier one did not bring to its reader."""
    entry.messages.add(mail)


def drop_unsent(appointment: Appointment, kinds: Collection[HistoryEntry.Kind], *, at: datetime) -> int:
    """Mails that told of something of these kinds and that no worker has yet are never sent; returns how many."""
    queued = appointment.unsent(kinds)
    # Mostly there are none, and an update that finds none costs three times the look.
    return outbox.drop(OutboxMessage.objects.filter(pk__in=queued), at=at) if queued else 0


def last_told(appointment: Appointment, kinds: Collection[HistoryEntry.Kind]) -> str:
    """The kind of the last of these that a mail told its client of, or still will; empty where none did."""
    to_client = OutboxMessage.objects.filter(about=f"client:{appointment.client_id}")
    not_dropped = to_client.exclude(status=MailStatus.DROPPED)
    told = appointment.history.filter(kind__in=kinds, messages__in=not_dropped)
    return told.order_by("at", "id").values_list("kind", flat=True).last() or ""


def fee_facts(fee: Fee) -> dict[str, str]:
    """A fee as it stands now, for its entry."""
    amounts = {"assessed": str(fee.assessed), "amount": str(fee.amount)}
    facts = {"kind": fee.kind, "status": fee.status, "why": fee.why} | amounts
    return facts | ({"melted_by": fee.melted_by} if fee.melted_by else {})
