"""What happened to a fee, in sentences for the timeline; of why it was decided so the client's holds no word."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import fee_standing, payments, waiver_requests
from appointments import objections as record
from appointments.assessments import FeeKind, NoFee
from appointments.models import Appointment, HistoryEntry, Objection
from appointments.rules import FeeStatus
from practice.amounts import money

Kind = HistoryEntry.Kind
# Between provider and office: the client hears of what is decided in the end.
OF_THE_OFFICE = frozenset({Kind.WAIVER_ASKED, Kind.WAIVER_APPROVED, Kind.WAIVER_DECLINED})
KINDS = HistoryEntry.OF_FEES | OF_THE_OFFICE


def objections(appointment: Appointment) -> dict[datetime, Objection]:
    """By the instants at which they were made and answered."""
    rows = list(Objection.objects.filter(fee__appointment=appointment))
    return {row.objected_at: row for row in rows} | {row.answered_at: row for row in rows if row.answered_at}


def tell(entry: HistoryEntry, *, by: str, to_client: bool, objection: Objection | None) -> tuple[str, list[str]]:
    """The sentence and what else there is to say; ``by`` names who did it, ``objection`` is the entry's."""
    why = entry.facts.get("why", "")
    noted = [why] if why and not to_client else []
    if entry.kind in OF_THE_OFFICE:
        return _of_the_office(entry, by=by), noted
    if entry.kind == Kind.FEE_DISPUTED:
        amount = Decimal(entry.facts["amount"])
        return record.objected(amount, by=by), [objection.words] if objection else []
    if entry.kind == Kind.FEE_ANSWERED and objection is not None:
        return record.answered(objection, by=by), [objection.answer_words] if objection.answer_words else noted
    if entry.kind == Kind.FEE_MELTED:
        return _melted(entry), noted
    if entry.kind == Kind.FEE_RIPENED:
        return _("The fee of %(amount)s is due now") % {"amount": money(Decimal(entry.facts["amount"]))}, noted
    facts = {"who": by, "amount": money(Decimal(entry.facts["amount"]))}
    if entry.kind == Kind.FEE_PAID:
        # Told without a method before payments were kept.
        details = [payments.told(entry.facts)] if "method" in entry.facts else noted
        return _("%(who)s marked the fee of %(amount)s as paid") % facts, details
    if entry.kind == Kind.FEE_UNPAID:
        if entry.facts["status"] == FeeStatus.PENDING:
            return _("%(who)s took back that the fee of %(amount)s was paid: it is pending again") % facts, noted
        return _("%(who)s took back that the fee of %(amount)s was paid: it is due again") % facts, noted
    return _decided(entry, by=by), noted


def _melted(entry: HistoryEntry) -> str:
    fee = {"fee": money(Decimal(entry.facts["assessed"]))}
    if entry.facts.get("melted_by") == NoFee.FILLED:
        return _("Someone else took the time, so the fee of %(fee)s no longer applies") % fee
    return _("The session was made up for, so the fee of %(fee)s no longer applies") % fee


def _of_the_office(entry: HistoryEntry, *, by: str) -> str:
    wish = waiver_requests.wish(left=Decimal(entry.facts["left"]), assessed=Decimal(entry.facts["assessed"]))
    if entry.kind == Kind.WAIVER_ASKED:
        return f"{by} asked for approval for {wish}"
    return f"{by} {'approved' if entry.kind == Kind.WAIVER_APPROVED else 'did not approve'} {wish}"


def _decided(entry: HistoryEntry, *, by: str) -> str:
    assessed, amount = Decimal(entry.facts["assessed"]), Decimal(entry.facts["amount"])
    what = fee_standing.named(entry.facts.get("kind", FeeKind.LATE_CANCELLATION))
    if entry.facts["status"] == FeeStatus.WAIVED:
        sentence = _("%(who)s waived the %(what)s of %(assessed)s")
    elif amount < assessed:
        sentence = _("%(who)s reduced the %(what)s from %(assessed)s to %(amount)s")
    else:
        sentence = _("%(who)s charged the %(what)s of %(amount)s")
    return sentence % {"who": by, "what": what, "assessed": money(assessed), "amount": money(amount)}
