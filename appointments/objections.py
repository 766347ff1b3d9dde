"""Until when a client may object to a fee, and what both of them read of it; the acts are in ``fees``."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import fee_refusals, rules, who
from appointments.assessments import NOTHING
from appointments.models import Fee, Objection
from appointments.refusals import Refused
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.amounts import money
from practice.zones import moment

Answer = Objection.Answer


def until(fee: Fee) -> datetime | None:
    """The last instant, itself included, at which its client may object; None where that is not the question."""
    if fee.record is not None or (fee.status, "dispute") not in rules.FEE_MOVES or fee.decided_at is None:
        return None
    return max(filter(None, [fee.decided_at, fee.pending_until])) + rules.OBJECTION_WINDOW  # from when it was due


def refusal(fee: Fee, *, at: datetime) -> Refused | None:
    """Why its client may not object; None where they may."""
    if fee.record is not None:
        return fee_refusals.ObjectedAlready(fee.record)
    last = until(fee)
    if last is None:
        return fee_refusals.NothingIsDue(fee)
    return fee_refusals.TooLateToObject(fee) if at > last else None


def waits(fee: Fee) -> bool:
    """Its client objects and has no answer yet."""
    return fee.status == FeeStatus.DISPUTED


@dataclass(frozen=True)
class Said:
    """One side's part of the record: who did what, when in the reader's zone, and in which words."""

    what: str
    when: str
    words: str


def record(fee: Fee, *, reader: ActorKind) -> list[Said]:
    """The objection and its answer, alike for provider and client; the fee's appointment with its people is read."""
    objection, appointment = fee.record, fee.appointment
    if objection is None:
        return []
    zone = appointment.client.time_zone if reader == ActorKind.CLIENT else appointment.provider.time_zone
    by_client = who.name(ActorKind.CLIENT, appointment, reader=reader)
    said = [Said(objected(objection.amount, by=by_client), moment(objection.objected_at, zone), objection.words)]
    if objection.answered_at is not None:
        by = who.name(objection.answered_by, appointment, reader=reader)
        said.append(Said(answered(objection, by=by), moment(objection.answered_at, zone), objection.answer_words))
    return said


def objected(amount: Decimal, *, by: str) -> str:
    return _("%(who)s objected to the fee of %(amount)s") % {"who": by, "amount": money(amount)}


def answered(objection: Objection, *, by: str) -> str:
    facts = {"who": by, "before": money(objection.amount), "amount": money(objection.answered_amount or NOTHING)}
    if objection.answer == Answer.UPHELD:
        return _("%(who)s kept the fee of %(amount)s") % facts
    if objection.answer == Answer.REDUCED:
        return _("%(who)s reduced the fee from %(before)s to %(amount)s") % facts
    return _("%(who)s waived the fee of %(before)s") % facts
