"""Letting go of more of a fee than one person may: asked here by ``fees``, answered by another in ``waivers``."""

from datetime import datetime
from decimal import Decimal

from appointments import fee_refusals, history, who
from appointments.assessments import NOTHING
from appointments.emails import waiver_asked
from appointments.models import Fee, HistoryEntry, WaiverRequest
from notifications import outbox
from notifications.models import OutboxMessage
from practice.actors import Actor, ActorKind
from practice.amounts import money
from practice.models import Practice
from practice.zones import moment

Kind = HistoryEntry.Kind
Outcome = WaiverRequest.Outcome


def needed(fee: Fee, *, left: Decimal, by: Actor) -> bool:
    """Whether leaving so much to pay lets go of more than provider or office may without another's approval."""
    limit = fee.appointment.provider.practice.waiver_limit
    by_people = by.kind in {ActorKind.PROVIDER, ActorKind.ADMIN}
    return by_people and limit is not None and fee.assessed - left > limit


def ask(fee: Fee, *, left: Decimal, why: str, words: str, by: Actor, at: datetime) -> WaiverRequest:
    """The fee stays as it is, and its client hears nothing, until it is answered. Raises ApprovalAsked.

    The appointment is held.
    """
    if (there := fee.waiver_request) is not None:
        raise fee_refusals.ApprovalAsked(there)
    assert by.user_id is not None
    request = WaiverRequest.objects.create(
        fee=fee, left=left, why=why, words=words, asked_at=at, asked_by=by.kind, asked_by_user_id=by.user_id
    )
    outbox.enqueue(waiver_asked.to_office(request), at=at)
    history.record(fee.appointment, Kind.WAIVER_ASKED, by=by, at=at, facts=facts(request, why))
    return request


def facts(request: WaiverRequest, why: str) -> dict[str, str]:
    return {"assessed": str(request.fee.assessed), "left": str(request.left), "why": why}


def close(fee: Fee, *, at: datetime) -> None:
    """It is decided, paid or void by now: what was asked is no longer needed. The appointment is held."""
    if fee.appointment.has_had(Kind.WAIVER_ASKED) and (request := fee.waiver_request) is not None:
        request.outcome, request.closed_at = Outcome.MOOT, at
        request.save(update_fields=["outcome", "closed_at"])
        drop_mail(request, at=at)


def drop_mail(request: WaiverRequest, *, at: datetime) -> None:
    """Nobody in the office needs to be told of it any more."""
    outbox.drop(OutboxMessage.objects.filter(key=waiver_asked.key(request)), at=at)


# --- In words, to provider and office ---


def limit_words(practice: Practice, *, assessed: Decimal) -> str:
    """What a form says beforehand; empty where nobody need be asked."""
    limit = practice.waiver_limit
    if limit is None or assessed <= limit:
        return ""
    if limit == NOTHING:
        return "The office approves what is let go; until then the fee waits."
    return f"Above {money(limit)} the office approves what is let go; until then the fee waits."


def wish(*, left: Decimal, assessed: Decimal) -> str:
    """``waiving the fee of $75.00``"""
    if left:
        return f"reducing the fee from {money(assessed)} to {money(left)}"
    return f"waiving the fee of {money(assessed)}"


def wish_of(request: WaiverRequest) -> str:
    return wish(left=request.left, assessed=request.fee.assessed)


def waits(request: WaiverRequest) -> str:
    """``Waiving the fee of $75.00 waits for the office’s approval.``"""
    return f"{wish_of(request).capitalize()} waits for the office’s approval."


def said(request: WaiverRequest) -> str:
    """To who has just asked."""
    return f"{waits(request)} {request.appointment.client.called} hears of it once it is decided."


def asked(request: WaiverRequest) -> str:
    """``You asked for it Tue, Mar 3, 10:44 AM EST.``, to the provider."""
    by = who.name(request.asked_by, request.appointment, reader=ActorKind.PROVIDER)
    return f"{by} asked for it {moment(request.asked_at, request.appointment.provider.time_zone)}."
