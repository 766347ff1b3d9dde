"""Canceling an appointment and taking that back: the rule, the fee, the record and the mails, in one transaction."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from appointments import (
    care_now,
    drafts,
    fees,
    history,
    late_requests,
    passes,
    refusals,
    reschedule_requests,
    restoring,
    rules,
    terms,
)
from appointments.assessments import NOTHING, Cause
from appointments.care_now import CareNow
from appointments.drafts import Answers, Draft, Notes
from appointments.emails import canceled, stands
from appointments.fees import FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee, HistoryEntry, RescheduleRequest
from appointments.openings import Span
from appointments.rules import Status
from clients import addresses as client_addresses
from clients.models import CareRelationship
from notifications import outbox
from practice import addresses
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy, Provider

Kind = HistoryEntry.Kind
Outcome = RescheduleRequest.Outcome

# What was told of these no longer holds once the appointment is canceled, or stands again.
ABOUT_WHAT_STANDS = [Kind.RESTORED, Kind.REMINDED, Kind.LATE_REQUEST, Kind.LATE_REQUEST_DECLINED]
ABOUT_THE_FEE = (HistoryEntry.OF_FEES | {Kind.WAIVER_DECLINED}) - {Kind.FEE_PAID}
ABOUT_THE_CANCELLATION = [Kind.CANCELED, *ABOUT_THE_FEE]


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
    policy = terms.read_anew(appointment, at=at)
    answers = Answers(reason=reason, told_at=told_at, notes=notes, send_link=send_link, fee=fee)
    care = care_now.of(appointment, policy=policy, at=at)
    return cancel_held(appointment, answers, by=by, at=at, policy=policy, care=care)


def cancel_held(
    appointment: Appointment, answers: Answers, *, by: Actor, at: datetime, policy: FeePolicy, care: CareNow
) -> Cancellation:
    """As ``cancel``, for who holds the row in their transaction already and has read the rest anew since."""
    asked = late_requests.to_approve(appointment, at=at)
    standing = terms.standing(appointment, policy=policy, asked_late=asked is not None)
    if refusal := rules.may_cancel(standing, by=by.kind, at=at):
        raise refusals.of(refusal, appointment, policy=policy, by=by, at=at)
    if by.kind == ActorKind.PROVIDER and answers.reason.caused_by == Cause.CLIENT:
        answers = replace(answers, told_at=late_requests.told_at(answers.told_at, asked=asked, at=at))
    assessment = drafts.assess(
        appointment, reason=answers.reason, told_at=answers.told_at, at=at, policy=policy, reliefs=care.reliefs
    )
    if answers.fee is not None or by.kind != ActorKind.ADMIN:  # the office leaves the fee to the provider
        drafts.check_shown(appointment, assessment, shown=answers.fee.shown if answers.fee else NOTHING)
    plan = drafts.draft(appointment, answers, by=by, assessment=assessment, at=at, policy=policy, care=care)
    cancellation = _keep(plan, by=by, at=at)
    if plan.fee is not None:
        fees.ask_approval(plan.fee, answers.fee, by=by, at=at)
    return cancellation


def _keep(plan: Draft, *, by: Actor, at: datetime) -> Cancellation:
    appointment, cancellation, fee = plan.appointment, plan.cancellation, plan.fee
    appointment.save(update_fields=["status", "sequence"])
    cancellation.save()
    if fee is not None:
        fee.cancellation = cancellation
        fees.keep(fee, at=at)
    if plan.assessment.uses_pass:
        passes.use(cancellation, plan.assessment, at=at)
    if passes.is_given_for(cancellation):
        passes.give(cancellation, at=at)
    history.drop_unsent(appointment, ABOUT_WHAT_STANDS, at=at)
    # A time goes by itself only where a request to reschedule says so.
    outcome = Outcome.LET_GO if by.kind == ActorKind.SYSTEM else Outcome.CANCELED
    freed = Span(appointment.start, appointment.end)
    asked = reschedule_requests.close(appointment, outcome, freed=freed, at=at)
    blocked = asked is not None and asked.block
    late_requests.close(cancellation, by=by, at=at)
    mails = outbox.enqueue(canceled.to_client(plan), canceled.to_provider(plan, blocked=blocked), at=at)
    history.record(appointment, Kind.CANCELED, by=by, at=at, messages=mails)
    if fee is not None and fee.decided_at is not None:
        history.record(appointment, Kind.FEE_DECIDED, by=by, at=at, facts=history.fee_facts(fee))
    return cancellation


@transaction.atomic
def restore(appointment: Appointment, *, by: Actor, at: datetime, why: str = "") -> Appointment:
    """Take a cancellation back: the appointment stands as it was, no fee is owed, and who was told is told so.

    ``why`` is the office's reason, kept in the history and never shown to the client. Raises a ``refusals.Refused``
    out of ``restore_refusals``: NothingToRestore, AlreadyRestored, TimeHasCome, NotYours, FeePaid, CareIsOver,
    TakenSince or ClosedSince; each ``str()`` is safe to show to ``by``.
    """
    # It fills time: the provider first, so that of two who fill the same time the second sees the first.
    Provider.objects.select_for_update(no_key=True).get(pk=appointment.provider_id)
    CareRelationship.objects.of(provider=appointment.provider_id, client=appointment.client_id).hold()
    # What was booked to make up for it makes up for nothing once it stands again.
    both = Appointment.objects.filter(Q(pk=appointment.pk) | Q(replaces=appointment.pk))
    list(both.select_for_update(no_key=True).by_start().values_list("pk"))
    # The client after both: whoever holds one of them waits for the client next.
    client_addresses.hold(appointment.client_id)
    addresses.hold(appointment.provider_id)
    appointment = Appointment.objects.with_people().get(pk=appointment.pk)
    policy = terms.in_force(appointment, at=at)
    if refusal := restoring.refusal(appointment, by=by, at=at, policy=policy):
        raise refusal
    cancellation, fee = appointment.cancellation, appointment.fee
    assert cancellation is not None
    cancellation.appointment = appointment
    _undo(cancellation, fee, by=by, at=at)
    history.drop_unsent(appointment, ABOUT_THE_CANCELLATION, at=at)
    told = restoring.told_otherwise(appointment, cancellation)
    owed = fee if fee is not None and fee.amount > NOTHING else None
    messages = [
        stands.to_client(cancellation, fee=owed, by=by, policy=policy, at=at),
        stands.to_provider(cancellation, fee=owed, by=by, policy=policy, at=at),
    ]
    mails = outbox.enqueue(*(message for message in messages if message.about in told), at=at)
    facts = ({"void": str(owed.assessed)} if owed else {}) | ({"why": why} if why else {})
    history.record(appointment, Kind.RESTORED, by=by, at=at, facts=facts, messages=mails)
    return appointment


def _undo(cancellation: Cancellation, fee: Fee | None, *, by: Actor, at: datetime) -> None:
    appointment = cancellation.appointment
    appointment.status = rules.MOVES[Status(appointment.status), "restore"]
    appointment.sequence += 1
    appointment.save(update_fields=["status", "sequence"])
    cancellation.undone_at, cancellation.undone_actor, cancellation.undone_by_id = at, by.kind, by.user_id
    cancellation.save(update_fields=["undone_at", "undone_actor", "undone_by"])
    appointment.replaced_by.update(replaces=None)
    passes.undo(cancellation, by=by, at=at)
    if fee is not None:
        fee.appointment = appointment
        fees.void(fee, at=at)
    appointment.live_cancellations, appointment.live_fees = [], []
