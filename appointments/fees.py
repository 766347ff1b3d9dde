"""Deciding, waiving and settling a fee, objecting to it and answering. The amount is assessed in ``fee_rules``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import transaction

from appointments import (
    billing,
    history,
    objections,
    payments,
    refusals,
    rules,
    settle_refusals,
    waiver_requests,
)
from appointments.assessments import NOTHING, Assessment, Bound, FeeKind, NoFee
from appointments.emails import fee_answered, fee_decided, fee_disputed, fee_paid, fee_unpaid
from appointments.models import Appointment, Cancellation, Fee, HistoryEntry, Objection, Settlement
from appointments.payments import Payment
from appointments.rules import FeeStatus
from notifications import outbox
from practice import addresses
from practice.actors import Actor
from practice.amounts import money

Answer = Objection.Answer
Kind = HistoryEntry.Kind
# What was told of these no longer holds once it is decided otherwise, objected to, or comes to nothing.
HOW_IT_STOOD = [Kind.FEE_DECIDED, Kind.FEE_RIPENED, Kind.FEE_UNPAID]
AFTER_OBJECTION = "In answer to an objection"


class FeeChoice(StrEnum):
    """``COVER``: nothing is decided, as a free pass covers it."""

    CHARGE = "charge"
    REDUCE = "reduce"
    WAIVE = "waive"
    COVER = "cover"


@dataclass(frozen=True)
class FeeDecision:
    """``shown`` is the amount that was on the page; ``reduced_to`` goes with Reduce, ``why`` with Reduce and Waive."""

    choice: FeeChoice
    shown: Decimal
    reduced_to: Decimal | None = None
    why: str = ""


@transaction.atomic
def decide(fee: Fee, *, decision: FeeDecision, by: Actor, at: datetime) -> Fee:
    """Charge, reduce or waive a fee that waits for it, and tell the client.

    What lets go of more than ``by`` may alone waits for another's approval: see its ``waiver_request``.
    Raises FeeNotOpen where somebody was first or another amount was shown, TooMuch, ApprovalAsked.
    """
    fee = locked(fee)
    if decision.shown != fee.assessed:
        raise refusals.FeeNotOpen(f"The fee is {money(fee.assessed)}, not {money(decision.shown)}. Look at it again.")
    if fee.status != FeeStatus.TO_DECIDE:
        raise refusals.FeeNotOpen(refusals.fee_is(fee))
    return _decide(fee, decision, words="", by=by, at=at)


@transaction.atomic
def waive(fee: Fee, *, why: str, by: Actor, at: datetime) -> Fee:
    """Ask nothing after all, also of a fee already due; tell the client. Raises FeeNotOpen or ApprovalAsked.

    To one that the client objects to it is the answer, without words.
    """
    fee = locked(fee)
    return _decide(fee, FeeDecision(FeeChoice.WAIVE, shown=fee.assessed, why=why), words="", by=by, at=at)


@transaction.atomic
def settle(fee: Fee, *, payment: Payment, by: Actor, at: datetime) -> Fee:
    """Keep that a due fee has been paid, all of it, and tell the client. Nothing is charged here.

    Raises AlreadyPaid, FeeNotOpen, NotInFull or PaidOnImpossible.
    """
    fee = locked(fee)
    move = rules.FEE_MOVES.get((FeeStatus(fee.status), "settle"))
    if move is None:
        raise settle_refusals.not_due(fee, by=by, at=at)
    settle_refusals.check(fee, payment, at=at)
    fee.status = move
    waiver_requests.close(fee, at=at)
    settlement = payment.kept_with(fee, by=by, at=at)
    keep(fee, at=at, payment=settlement)
    history.drop_unsent(fee.appointment, [Kind.FEE_UNPAID], at=at)
    facts = history.fee_facts(fee) | payment.facts()
    mails = outbox.enqueue(fee_paid.to_client(settlement), at=at)
    history.record(fee.appointment, Kind.FEE_PAID, by=by, at=at, facts=facts, messages=mails)
    return fee


@transaction.atomic
def unsettle(fee: Fee, *, why: str, by: Actor, at: datetime) -> Fee:
    """Take back that a fee was paid: it is due again, or waits again, and a client who heard of it is told.

    Raises FeeNotOpen.
    """
    fee = locked(fee)
    move = rules.FEE_MOVES.get((FeeStatus(fee.status), "unsettle"))
    if move is None:
        raise refusals.FeeNotOpen(refusals.fee_is(fee))
    fee.status = _waits(fee, move, at=at)
    payment = payments.take_back(fee, why=why, by=by, at=at)
    keep(fee, at=at, payment=payment, told_as=billing.PAYMENT_TAKEN_BACK)
    dropped = history.drop_unsent(fee.appointment, [Kind.FEE_PAID], at=at)
    never_heard = dropped and history.last_told(fee.appointment, HistoryEntry.OF_FEES) != Kind.FEE_PAID
    facts = history.fee_facts(fee) | {"why": why}
    entry = history.record(fee.appointment, Kind.FEE_UNPAID, by=by, at=at, facts=facts)
    if not never_heard:
        entry.messages.add(*outbox.enqueue(fee_unpaid.to_client(fee, entry), at=at))
    return fee


@transaction.atomic
def dispute(fee: Fee, *, words: str, by: Actor, at: datetime) -> Objection:
    """Its client, signed in, objects to a fee that is due: until it is answered nothing is to be paid.

    Raises a ``refusals.Refused`` out of ``fee_refusals``: ObjectedAlready, NothingIsDue or TooLateToObject; each
    ``str()`` is safe to show to the client.
    """
    fee = locked(fee)
    if refusal := objections.refusal(fee, at=at):
        raise refusal
    assert by.user_id is not None
    fee.status = rules.FEE_MOVES[FeeStatus(fee.status), "dispute"]
    keep(fee, at=at)
    history.drop_unsent(fee.appointment, HOW_IT_STOOD, at=at)
    objection = Objection.objects.create(fee=fee, objected_at=at, user_id=by.user_id, amount=fee.amount, words=words)
    mails = outbox.enqueue(fee_disputed.to_provider(objection), at=at)
    facts = history.fee_facts(fee)
    history.record(fee.appointment, Kind.FEE_DISPUTED, by=by, at=at, facts=facts, messages=mails)
    return objection


@transaction.atomic
def answer(fee: Fee, *, answer: Answer, reduced_to: Decimal | None, words: str, by: Actor, at: datetime) -> Fee:
    """Keep, reduce or waive a fee that its client objects to, in words to them.

    Raises FeeNotOpen, TooMuch or ApprovalAsked.
    """
    fee = locked(fee)
    if fee.status != FeeStatus.DISPUTED:
        raise refusals.FeeNotOpen(refusals.fee_is(fee))
    if answer == Answer.UPHELD:
        fee.status = rules.FEE_MOVES[FeeStatus.DISPUTED, "uphold"]
        return _answer(fee, answer, words=words, by=by, at=at)
    choice = FeeChoice.REDUCE if answer == Answer.REDUCED else FeeChoice.WAIVE
    decision = FeeDecision(choice, shown=fee.amount, reduced_to=reduced_to, why=AFTER_OBJECTION)
    return _decide(fee, decision, words=words, by=by, at=at)


def _decide(fee: Fee, decision: FeeDecision, *, words: str, by: Actor, at: datetime) -> Fee:
    left = left_by(fee, decision)
    if waiver_requests.needed(fee, left=left, by=by):
        waiver_requests.ask(fee, left=left, why=decision.why, words=words, by=by, at=at)
        return fee
    return carry_out(fee, decision, words=words, by=by, at=at)


def carry_out(fee: Fee, decision: FeeDecision, *, words: str, by: Actor, at: datetime) -> Fee:
    """Done, whatever its amount; ``words`` are for a client who objected. The fee is ``locked``."""
    was_disputed = fee.status == FeeStatus.DISPUTED
    apply_decision(fee, decision, by=by, at=at)
    if was_disputed:
        answer = Answer.REDUCED if decision.choice == FeeChoice.REDUCE else Answer.WAIVED
        return _answer(fee, answer, words=words, by=by, at=at)
    waiver_requests.close(fee, at=at)
    keep(fee, at=at)
    history.drop_unsent(fee.appointment, HOW_IT_STOOD, at=at)
    entry = history.record(fee.appointment, Kind.FEE_DECIDED, by=by, at=at, facts=history.fee_facts(fee))
    entry.messages.add(*outbox.enqueue(fee_decided.to_client(fee, entry), at=at))
    return fee


def _answer(fee: Fee, answer: Answer, *, words: str, by: Actor, at: datetime) -> Fee:
    """The fee has moved already, and is not yet kept."""
    objection = fee.record
    assert objection is not None
    waiver_requests.close(fee, at=at)
    keep(fee, at=at)
    objection.answer, objection.answered_amount, objection.answer_words = answer, fee.amount, words
    objection.answered_by, objection.answered_by_user_id, objection.answered_at = by.kind, by.user_id, at
    objection.save()
    history.drop_unsent(fee.appointment, [Kind.FEE_DISPUTED], at=at)
    mails = outbox.enqueue(fee_answered.to_client(objection), at=at)
    facts = history.fee_facts(fee)
    history.record(fee.appointment, Kind.FEE_ANSWERED, by=by, at=at, facts=facts, messages=mails)
    return fee


def void(fee: Fee, *, at: datetime) -> None:
    """Of a cancellation that is taken back; whoever does that holds the appointment."""
    fee.status = rules.FEE_MOVES[FeeStatus(fee.status), "void"]
    waiver_requests.close(fee, at=at)
    keep(fee, at=at)


@transaction.atomic
def melt(fee: Fee, *, why: NoFee, at: datetime) -> bool:
    """Let a fee come to nothing by itself, and tell the client; False where it has moved on meanwhile."""
    fee = locked(fee)
    move = rules.FEE_MOVES.get((FeeStatus(fee.status), "melt"))
    if move is None:
        return False
    melted = fee.assessment.melted(why)
    waiver_requests.close(fee, at=at)
    fee.status, fee.amount, fee.melted_by, fee.steps = move, NOTHING, why.value, melted.as_json()
    del fee.assessment  # what was kept of it is no longer so
    if fee.cancellation is not None:
        fee.cancellation.steps = fee.steps
        fee.cancellation.save(update_fields=["steps"])
    _tell(fee, Kind.FEE_MELTED, at=at)
    return True


@transaction.atomic
def ripen(fee: Fee, *, at: datetime) -> bool:
    """A pending fee is due now, and the client is told; False where it has moved on meanwhile."""
    fee = locked(fee)
    move = rules.FEE_MOVES.get((FeeStatus(fee.status), "ripen"))
    if move is None:
        return False
    fee.status = move
    _tell(fee, Kind.FEE_RIPENED, at=at)
    return True


def _tell(fee: Fee, kind: HistoryEntry.Kind, *, at: datetime) -> None:
    """What happened by itself; of what was decided before no mail goes out any more."""
    keep(fee, at=at)
    history.drop_unsent(fee.appointment, HOW_IT_STOOD, at=at)
    entry = history.record(fee.appointment, kind, by=Actor.system(), at=at, facts=history.fee_facts(fee))
    entry.messages.add(*outbox.enqueue(fee_decided.to_client(fee, entry), at=at))


def keep(fee: Fee, *, at: datetime, payment: Settlement | None = None, told_as: str = "") -> None:
    """Save a fee that is new or has moved, and note it for the billing system: whatever writes a fee ends here."""
    fee.save()
    billing.note(fee, at=at, payment=payment, kind=told_as)


def locked(fee: Fee) -> Fee:
    """The fee as it is now: its appointment is locked first, in the one order of locks; its people's addresses stay."""
    appointment = Appointment.objects.held().get(pk=fee.appointment_id)
    addresses.hold(appointment.provider_id)
    Fee.objects.select_for_update().get(pk=fee.pk)
    return Fee.objects.with_appointment().get(pk=fee.pk)


def assessed(
    appointment: Appointment,
    assessment: Assessment,
    *,
    kind: FeeKind,
    cancellation: Cancellation | None,
    decision: FeeDecision | None,
    by: Actor,
    at: datetime,
    covered: bool = False,
) -> Fee:
    """The fee that was assessed, unsaved; without a decision it waits for the provider's, with too generous a one
    for the office's: see ``ask_approval``.

    ``covered``: a free pass would have made it nothing, so nobody is asked whether that may be let go.
    """
    agreed = appointment.acknowledged_policy
    assert agreed is not None
    bounds = assessment.bounds
    fee = Fee(
        appointment=appointment,
        cancellation=cancellation,
        kind=kind,
        created_at=at,
        assessed=assessment.amount,
        amount=assessment.amount,
        agreed=bounds[Bound.AGREED],
        in_force=bounds[Bound.IN_FORCE],
        cap=bounds[Bound.CAP],
        payer_limit=bounds.get(Bound.PAYER),
        steps=assessment.as_json(),
        policy=agreed,
        status=FeeStatus.TO_DECIDE,
        free_if_filled=assessment.free_if_filled,
        rebook_until=appointment.start + timedelta(days=assessment.rebook_days) if assessment.rebook_days else None,
    )
    waits = [appointment.start] if fee.free_if_filled else []
    fee.pending_until = max([*waits, *filter(None, [fee.rebook_until])], default=None)
    if decision is None:
        return fee
    if covered or not waiver_requests.needed(fee, left=left_by(fee, decision), by=by):
        apply_decision(fee, decision, by=by, at=at)
    return fee


def ask_approval(fee: Fee, decision: FeeDecision | None, *, by: Actor, at: datetime) -> None:
    """Of the office, where a new fee is kept undecided because its decision lets go of more than ``by`` may alone."""
    if decision is not None and fee.decided_at is None:
        waiver_requests.ask(fee, left=left_by(fee, decision), why=decision.why, words="", by=by, at=at)


def left_by(fee: Fee, decision: FeeDecision) -> Decimal:
    """What a decision leaves to pay. Raises FeeNotOpen or TooMuch."""
    if (FeeStatus(fee.status), decision.choice.value) not in rules.FEE_MOVES:
        raise refusals.FeeNotOpen(refusals.fee_is(fee))
    if decision.choice == FeeChoice.CHARGE:
        return fee.amount
    if decision.choice == FeeChoice.WAIVE:
        return NOTHING
    reduced_to = decision.reduced_to or NOTHING
    if not NOTHING < reduced_to < fee.amount:
        raise refusals.TooMuch(f"More than $0.00 and less than {money(fee.amount)}.")
    return reduced_to


def apply_decision(fee: Fee, decision: FeeDecision, *, by: Actor, at: datetime) -> None:
    """Charge, reduce or waive, by the table of moves. Raises FeeNotOpen or TooMuch; saves nothing."""
    fee.amount = left_by(fee, decision)
    move = rules.FEE_MOVES[FeeStatus(fee.status), decision.choice.value]
    if fee.status == FeeStatus.TO_DECIDE:
        move = _waits(fee, move, at=at)
    fee.status, fee.why = move, decision.why
    fee.decided_by, fee.decided_by_user_id, fee.decided_at = by.kind, by.user_id, at


def _waits(fee: Fee, move: FeeStatus, *, at: datetime) -> FeeStatus:
    """What would be due waits while it may still come to nothing."""
    if move != FeeStatus.DUE or fee.pending_until is None:
        return move
    waits = at < fee.pending_until or Fee.objects.may_still_melt(at=at).filter(pk=fee.pk).exists()
    return rules.FEE_MOVES[move, "wait"] if waits else move
