"""Inside the window a client asks their provider to cancel; the provider approves by canceling, or declines.

The instant at which they first asked is when they told: it counts for the notice, and for a no-show.
"""

from datetime import datetime

from django.db import transaction

from appointments import history, request_refusals, rules, terms
from appointments.emails import late_asked, late_declined
from appointments.models import Appointment, Cancellation, CancellationReason, HistoryEntry, LateRequest
from notifications import outbox
from practice.actors import Actor, ActorKind

Kind = HistoryEntry.Kind
Answer = LateRequest.Answer


@transaction.atomic
def ask(appointment: Appointment, *, by: Actor, reason: CancellationReason, note: str, at: datetime) -> LateRequest:
    """Ask the provider to cancel, after the deadline and until the start; the appointment stays booked.

    ``by`` is the client. Raises a ``refusals.Refused``: AskedAlready, CancelYourself, NothingToAsk or
    ReasonNotOffered; each ``str()`` is safe to show to them.
    """
    appointment = Appointment.objects.hold(appointment)
    policy = terms.in_force(appointment, at=at)
    standing = terms.standing(appointment, policy=policy)
    if refusal := rules.may_ask(standing, at=at):
        if isinstance(refusal, rules.IsOnTime):
            raise request_refusals.CancelYourself(appointment, deadline=standing.deadline)
        raise request_refusals.NothingToAsk(appointment, at=at)
    if (there := appointment.late_requests.open().first()) is not None:
        there.appointment = appointment
        raise request_refusals.AskedAlready(there, at=at)
    if not CancellationReason.objects.for_clients().filter(pk=reason.pk).exists():
        raise request_refusals.ReasonNotOffered
    request = LateRequest.objects.create(
        appointment=appointment, asked_at=at, user_id=by.user_id, reason=reason, note=note
    )
    mails = outbox.enqueue(late_asked.to_provider(request, policy=policy), at=at)
    facts = {"start": appointment.start.isoformat()}
    history.record(appointment, Kind.LATE_REQUEST, by=by, at=at, facts=facts, messages=mails)
    return request


@transaction.atomic
def decline(request: LateRequest, *, by: Actor, words: str, at: datetime) -> LateRequest:
    """The appointment stays as it is, and the client is told so in the provider's words. Raises NotWaiting."""
    appointment = Appointment.objects.hold(request.appointment)
    request = LateRequest.objects.select_related("reason").get(pk=request.pk)
    request.appointment = appointment
    if not request.is_open:
        raise request_refusals.NotWaiting(request, by=by, at=at)
    history.drop_unsent(appointment, [Kind.LATE_REQUEST], at=at)
    request.answer, request.answered_at, request.answered_by_id = Answer.DECLINED, at, by.user_id
    request.words = words
    request.save(update_fields=["answer", "answered_at", "answered_by", "words"])
    policy = terms.in_force(appointment, at=at)
    mails = outbox.enqueue(late_declined.to_client(request, policy=policy, at=at), at=at)
    history.record(appointment, Kind.LATE_REQUEST_DECLINED, by=by, at=at, messages=mails)
    return request


def to_approve(appointment: Appointment, *, at: datetime) -> LateRequest | None:
    """What its provider approves by canceling it now: the open one and, from the start on, also a declined one.

    Not while the client says that it is the provider who did not come: a fee would be the answer to that.
    """
    if appointment.start > at:
        return appointment.late_request
    is_reported = appointment.absence is not None and appointment.absence.is_open
    return appointment.late_request_on_record if appointment.is_booked and not is_reported else None


def told_at(said: datetime | None, *, asked: LateRequest | None, at: datetime) -> datetime | None:
    """When the client told, as the provider says it, None meaning ``at``: once it has started, when they asked."""
    if asked is None or asked.appointment.start > at:
        return said
    return min(said or at, asked.first_asked_at)


def no_longer_needed(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """The session took place, or its provider did not come: what was asked needs no answer. The row is held."""
    moot = {"answer": Answer.MOOT, "answered_at": at, "answered_by": by.user_id}
    if appointment.late_requests.open().update(**moot):
        history.drop_unsent(appointment, [Kind.LATE_REQUEST], at=at)


def close(cancellation: Cancellation, *, by: Actor, at: datetime) -> None:
    """Canceled by the provider or the office, it is approved; otherwise no longer needed. The row is held."""
    request = cancellation.appointment.late_request
    if request is None:
        return
    approved = by.kind in {ActorKind.PROVIDER, ActorKind.ADMIN}
    request.answer, request.answered_at, request.answered_by_id = (
        Answer.APPROVED if approved else Answer.MOOT,
        at,
        by.user_id,
    )
    request.cancellation = cancellation if approved else None
    request.save(update_fields=["answer", "answered_at", "answered_by", "cancellation"])
