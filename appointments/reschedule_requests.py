"""A provider asks a client to pick another time. The question ends with the act that answers it, in its transaction:
a move, a cancellation, letting the time go, or taking it back."""

from datetime import datetime

from django.db import transaction

from appointments import history, moving, request_refusals, rules, terms
from appointments.emails import asked_to_reschedule
from appointments.models import Appointment, CancellationReason, HistoryEntry, RescheduleRequest
from appointments.openings import Span
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import Actor
from practice.models import TimeOff

Kind = HistoryEntry.Kind


@transaction.atomic
def ask(
    appointment: Appointment,
    *,
    by: Actor,
    note: str,
    reason: CancellationReason,
    let_go_at: datetime | None,
    block: bool,
    at: datetime,
) -> RescheduleRequest:
    """Ask the client to pick another time; until they do, the appointment stays booked.

    With ``let_go_at`` it stays so until then: ``reason``, one that the provider caused, is why it is canceled.
    ``block``: the old time becomes time off once it is free. Raises a ``refusals.Refused``: AlreadyCanceled,
    NothingToMove, Started, CareEnded, AlreadyAsked or LetGoImpossible; each ``str()`` is safe to show to ``by``.
    """
    appointment = Appointment.objects.hold(appointment)
    policy = terms.in_force(appointment, at=at)
    if refusal := moving.refusal(appointment, policy=policy, by=by, at=at, asked=False):
        raise refusal
    if appointment.reschedule_requests.open().exists():
        raise request_refusals.AlreadyAsked(appointment)
    if let_go_at is not None and not rules.may_let_go(let_go_at, start=appointment.start, at=at):
        raise request_refusals.LetGoImpossible(appointment, at=at)
    request = RescheduleRequest.objects.create(
        appointment=appointment,
        asked_at=at,
        asked_by=by.kind,
        user_id=by.user_id,
        note_to_client=note,
        reason=reason,
        let_go_at=let_go_at,
        block=block,
    )
    mails = outbox.enqueue(asked_to_reschedule.to_client(request), at=at)
    facts = {"let_go_at": let_go_at.isoformat()} if let_go_at else {}
    history.record(appointment, Kind.ASKED_TO_RESCHEDULE, by=by, at=at, facts=facts, messages=mails)
    return request


@transaction.atomic
def withdraw(request: RescheduleRequest, *, by: Actor, at: datetime) -> RescheduleRequest:
    """Ask no longer: the appointment stays as it is, which the client is told if they know of the question.

    Until the start. Raises ``request_refusals.Answered``.
    """
    appointment = Appointment.objects.hold(request.appointment)
    lies_ahead = at < appointment.start
    closed = close(appointment, RescheduleRequest.Outcome.WITHDRAWN, freed=None, at=at) if lies_ahead else None
    if closed is None or closed.pk != request.pk:
        requests = RescheduleRequest.objects.select_related("appointment__client")
        raise request_refusals.Answered(requests.get(pk=request.pk))
    closed.appointment = appointment
    mails = outbox.enqueue(asked_to_reschedule.withdrawn(closed), at=at) if _was_told(closed) else []
    history.record(appointment, Kind.ASKED_TO_RESCHEDULE, by=by, at=at, facts={"step": "withdrawn"}, messages=mails)
    return closed


def close(
    appointment: Appointment, outcome: RescheduleRequest.Outcome, *, freed: Span | None, at: datetime
) -> RescheduleRequest | None:
    """End the open one, if there is one; ``freed``, what it asked to block, becomes time off. The row is held."""
    was_asked = appointment.has_had(Kind.ASKED_TO_RESCHEDULE)
    request = appointment.reschedule_requests.open().first() if was_asked else None
    if request is None:
        return None
    request.outcome, request.closed_at = outcome, at
    request.save(update_fields=["outcome", "closed_at"])
    history.drop_unsent(appointment, [Kind.ASKED_TO_RESCHEDULE], at=at)
    if request.block and freed is not None and freed.ends > at:
        TimeOff.objects.create(provider_id=appointment.provider_id, begins=freed.begins, ends=freed.ends)
    return request


def _was_told(request: RescheduleRequest) -> bool:
    """Their mail has gone, or a worker has it."""
    mails = OutboxMessage.objects.filter(key=asked_to_reschedule.key(request))
    return mails.exclude(status=MailStatus.DROPPED).exists()
