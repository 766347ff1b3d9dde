"""Canceling an appointment: the rule, the fee, the record and the two mails, in one transaction."""

from datetime import datetime

from django.db import transaction

from appointments import drafts, history, refusals, reminders, reschedule_requests, rules, terms
from appointments.drafts import Draft, Notes
from appointments.emails import canceled
from appointments.fee_rules import NOTHING
from appointments.fees import FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, HistoryEntry, RescheduleRequest
from appointments.openings import Span
from notifications import outbox
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy

Outcome = RescheduleRequest.Outcome


@transaction.atomic
def cancel(
    appointment: Appointment,
    *,
    by: Actor,
    reason: CancellationReason,
    told_at: datetime | None,
    notes: Notes,
    send_link: bool,
    fee: FeeDecision | None,
    at: datetime,
) -> Cancellation:
    """Cancel a booked appointment, decide its fee and tell both people.

    ``told_at`` None means ``at``. ``fee`` None leaves a fee for the provider to decide when the
    office cancels, and says that none was shown when the provider does. Raises a
    ``refusals.Refused``: AlreadyCanceled, NothingToCancel, Started, PastDeadline, ToldAtImpossible,
    FeeChanged or TooMuch; each ``str()`` is safe to show to ``by``.
    """
    # The row as it is now, not as the page showed it.
    appointment = Appointment.objects.held().get(pk=appointment.pk)
    return cancel_held(
        appointment,
        by=by,
        reason=reason,
        told_at=told_at,
        notes=notes,
        send_link=send_link,
        fee=fee,
        at=at,
        policy=terms.read_anew(appointment, at=at),
    )


def cancel_held(
    appointment: Appointment,
    *,
    by: Actor,
    reason: CancellationReason,
    told_at: datetime | None,
    notes: Notes,
    send_link: bool,
    fee: FeeDecision | None,
    at: datetime,
    policy: FeePolicy,
) -> Cancellation:
    """As ``cancel``, for who holds the row in their transaction already and has read ``policy`` anew since."""
    if refusal := rules.may_cancel(terms.standing(appointment, policy=policy), by=by.kind, at=at):
        raise refusals.of(refusal, appointment, policy=policy, by=by, at=at)
    assessment = drafts.assess(appointment, reason=reason, told_at=told_at, at=at, policy=policy)
    if fee is not None or by.kind != ActorKind.ADMIN:  # the office leaves the fee to the provider
        shown = fee.shown if fee else NOTHING
        drafts.check_shown(appointment, assessment, shown=shown, told_at=told_at or at, policy=policy)
    plan = drafts.draft(
        appointment,
        by=by,
        reason=reason,
        told_at=told_at,
        notes=notes,
        send_link=send_link,
        fee=fee,
        assessment=assessment,
        at=at,
        policy=policy,
    )
    return _keep(plan, by=by, at=at)


def _keep(plan: Draft, *, by: Actor, at: datetime) -> Cancellation:
    appointment, cancellation, fee = plan.appointment, plan.cancellation, plan.fee
    appointment.save(update_fields=["status", "sequence"])
    cancellation.save()
    if fee is not None:
        fee.cancellation = cancellation
        fee.save()
    reminders.drop_queued(appointment, at=at)
    # A time goes by itself only where a request to reschedule says so.
    outcome = Outcome.LET_GO if by.kind == ActorKind.SYSTEM else Outcome.CANCELED
    freed = Span(appointment.start, appointment.end)
    asked = reschedule_requests.close(appointment, outcome, freed=freed, at=at)
    blocked = asked is not None and asked.block
    mails = outbox.enqueue(canceled.to_client(plan), canceled.to_provider(plan, blocked=blocked), at=at)
    history.record(appointment, HistoryEntry.Kind.CANCELED, by=by, at=at, messages=mails)
    if fee is not None and fee.decided_at is not None:
        history.record(appointment, HistoryEntry.Kind.FEE_DECIDED, by=by, at=at, facts=history.fee_facts(fee))
    return cancellation
