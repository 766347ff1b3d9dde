"""Approving or declining what somebody else wants to let go of a fee; it is asked by ``waiver_requests``."""

from datetime import datetime

from django.db import transaction

from appointments import fee_refusals, fees, history, waiver_requests
from appointments.emails import waiver_declined
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee, HistoryEntry, WaiverRequest
from notifications import outbox
from practice.actors import Actor, ActorKind

Kind = HistoryEntry.Kind
Outcome = WaiverRequest.Outcome


@transaction.atomic
def approve(request: WaiverRequest, *, words: str, by: Actor, at: datetime) -> Fee:
    """What was asked is done, in the name of who asked; the client is told now. Raises ApprovalClosed or TakesTwo."""
    fee = fees.locked(request.fee)
    request = _close(request, fee, Outcome.APPROVED, words=words, by=by, at=at)
    facts = waiver_requests.facts(request, words)
    history.record(fee.appointment, Kind.WAIVER_APPROVED, by=by, at=at, facts=facts)
    choice = FeeChoice.REDUCE if request.left else FeeChoice.WAIVE
    decision = FeeDecision(choice, shown=fee.assessed, reduced_to=request.left or None, why=request.why)
    asker = Actor(ActorKind(request.asked_by), request.asked_by_user_id)
    return fees.carry_out(fee, decision, words=request.words, by=asker, at=at)


@transaction.atomic
def decline(request: WaiverRequest, *, words: str, by: Actor, at: datetime) -> WaiverRequest:
    """The fee stays as it is; a provider who asked is told. Raises ApprovalClosed or TakesTwo."""
    fee = fees.locked(request.fee)
    request = _close(request, fee, Outcome.DECLINED, words=words, by=by, at=at)
    facts = waiver_requests.facts(request, words)
    by_provider = request.asked_by == ActorKind.PROVIDER
    mails = outbox.enqueue(waiver_declined.to_provider(request), at=at) if by_provider else []
    history.record(fee.appointment, Kind.WAIVER_DECLINED, by=by, at=at, facts=facts, messages=mails)
    return request


def _close(request: WaiverRequest, fee: Fee, outcome: Outcome, *, words: str, by: Actor, at: datetime) -> WaiverRequest:
    """Read anew: the fee's appointment is held."""
    request = WaiverRequest.objects.get(pk=request.pk)
    request.fee = fee
    if not request.is_open:
        raise fee_refusals.ApprovalClosed(request)
    if by.user_id == request.asked_by_user_id:
        raise fee_refusals.TakesTwo
    request.outcome, request.closing_words = outcome, words
    request.closed_at, request.closed_by_id = at, by.user_id
    request.save(update_fields=["outcome", "closing_words", "closed_at", "closed_by"])
    waiver_requests.drop_mail(request, at=at)
    return request
