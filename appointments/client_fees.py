"""A client's own fees: what is owed, and each in the words its client reads."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_standing, fee_steps, fee_words, objections, policy_words
from appointments.fee_steps import StepLine
from appointments.models import Fee
from appointments.models.fee import FeeQuerySet
from appointments.objections import Said
from appointments.rules import FeeStatus
from clients.models import Client
from practice.actors import ActorKind
from practice.amounts import money

OWED = {FeeStatus.PENDING, FeeStatus.DUE, FeeStatus.DISPUTED, FeeStatus.PAID}


@dataclass(frozen=True)
class FeeLine:
    """``words`` is what is owed, ``why`` the facts behind it; what the provider noted about it stays theirs.

    ``steps``: how it was worked out. ``accepted`` is the policy as the client agreed to it; ``object_until`` the
    last instant to object, None where they can’t; ``record`` what was said about it by both.
    """

    fee: Fee
    amount: str
    state: str
    words: str
    why: str
    steps: list[StepLine]
    accepted: str
    object_until: datetime | None
    record: list[Said]


def owned_by(client: Client) -> FeeQuerySet:
    return Fee.objects.of(client).shown()


def line(fee: Fee, *, at: datetime) -> FeeLine:
    """The fee's appointment with its people, its cancellation and its policy are read."""
    zone = fee.appointment.client.time_zone
    shown = fee.amount if fee.status in OWED else fee.assessed
    last = objections.until(fee)
    start, limit = fee.appointment.start, fee.payer_limit
    return FeeLine(
        fee=fee,
        amount=money(shown),
        state=_state(fee),
        words=_words(fee, at=at),
        why=fee_words.for_client(fee_words.story_of_fee(fee, zone=zone)),
        steps=fee_steps.of_fee(fee, reader=ActorKind.CLIENT, zone=zone),
        accepted=policy_words.sentences(fee.policy.terms, start=start, zone=zone, payer_limit=limit),
        object_until=last if last is not None and at <= last else None,
        record=objections.record(fee, reader=ActorKind.CLIENT),
    )


def _state(fee: Fee) -> str:
    states: dict[str, str] = {
        FeeStatus.TO_DECIDE: _("Not decided yet"),
        FeeStatus.PENDING: _("Pending"),
        FeeStatus.DUE: _("Due"),
        FeeStatus.DISPUTED: _("You objected"),
        FeeStatus.WAIVED: _("Waived"),
        FeeStatus.PAID: _("Paid"),
        FeeStatus.VOID: _("No longer applies"),
    }
    return states[fee.status]


def _words(fee: Fee, *, at: datetime) -> str:
    facts = {
        "provider": fee.appointment.provider.first_name,
        "amount": money(fee.amount),
        "assessed": money(fee.assessed),
    }
    if fee.status == FeeStatus.TO_DECIDE:
        return _("%(provider)s decides whether it applies, and you get a mail.") % facts
    if fee.status == FeeStatus.PENDING:
        return fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=at)
    if fee.status == FeeStatus.DISPUTED:
        return _("Nothing is to be paid until it is answered, and you get a mail then.")
    if fee.status in {FeeStatus.WAIVED, FeeStatus.VOID}:
        return _("You owe nothing.")
    words = _("Nothing is left to pay.") if fee.status == FeeStatus.PAID else _("You owe %(amount)s.") % facts
    if fee.is_reduced:
        words += " " + _("%(provider)s reduced it from %(assessed)s.") % facts
    return words
