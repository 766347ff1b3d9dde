"""The receipt of a paid fee: what stands on its page and, line for line, on its PDF.

Nothing clinical: it is about a fee, not about care.
"""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments import fee_explained
from appointments.models import Fee, Settlement
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.amounts import money
from practice.zones import NBSP, abbreviation, clock, date_with_year, dated, plain


@dataclass(frozen=True)
class Receipt:
    """In the language spoken when it was made. ``ended``: that it counts no more; empty while it does."""

    title: str
    issuer: str
    contact: str
    ended: str
    facts: list[tuple[str, str]]
    why_title: str
    why: list[str]
    notes: list[str]
    language: str
    file_name: str

    def lines(self) -> list[str]:
        """All that it says, in order, with ordinary spaces."""
        facts = [f"{label} {value}" for label, value in self.facts]
        every = [self.title, self.issuer, self.contact, self.ended, *facts, self.why_title, *self.why, *self.notes]
        return [plain(line) for line in every if line]


def of(fee: Fee, *, reader: ActorKind) -> Receipt | None:
    """None where nothing was ever paid. ``fee`` with its appointment; times are in the reader's zone."""
    settlement = fee.settlements.newest_first().first()
    if settlement is None and fee.status != FeeStatus.PAID:
        return None
    appointment = fee.appointment
    practice = appointment.provider.practice
    zone = appointment.client.time_zone if reader == ActorKind.CLIENT else appointment.provider.time_zone
    return Receipt(
        title=_("Receipt %(number)s") % {"number": settlement.pk} if settlement else _("Receipt"),
        issuer=practice.name,
        contact=f"{practice.phone}, {practice.contact_email}",
        ended=_ended(fee, settlement, zone=zone),
        facts=_facts(fee, settlement, zone=zone),
        why_title=_("Why this fee"),
        why=fee_explained.lines(fee, reader=reader, zone=zone),
        notes=[
            _("This receipt is for a fee for a late canceled or missed appointment, not for a session."),
            _("Insurance does not cover such fees, and this is no claim."),
        ],
        language=get_language() or "en",
        file_name=f"receipt-{settlement.pk if settlement else f'fee-{fee.pk}'}.pdf",
    )


def _facts(fee: Fee, settlement: Settlement | None, *, zone: str) -> list[tuple[str, str]]:
    appointment, not_known = fee.appointment, _("Not on record")
    start = appointment.start
    when = f"{date_with_year(start, zone)}, {clock(start, zone)}{NBSP}{abbreviation(start, zone)}"
    facts = [
        (_("Paid by"), appointment.client.name),
        (_("Amount paid"), f"{money(settlement.amount if settlement else fee.amount)} {_currency(fee)}"),
        (_("Paid on"), dated(settlement.paid_on) if settlement else not_known),
        (_("How"), settlement.how if settlement else not_known),
        (_("What for"), fee.get_kind_display()),
        (_("Appointment"), when),
        (_("With"), appointment.provider.display_name),
    ]
    if settlement:
        at = settlement.settled_at
        facts.append((_("Issued"), f"{date_with_year(at, zone)}, {clock(at, zone)}{NBSP}{abbreviation(at, zone)}"))
    return facts


def _currency(fee: Fee) -> str:
    return fee.appointment.provider.practice.currency


def _ended(fee: Fee, settlement: Settlement | None, *, zone: str) -> str:
    if settlement is None or settlement.taken_back_at is None:
        return ""
    words = _("This receipt no longer counts: the payment had been noted by mistake, and was taken back on %(day)s.")
    ended, owed = words % {"day": date_with_year(settlement.taken_back_at, zone)}, _("The fee is due.")
    return f"{ended} {owed}" if fee.status == FeeStatus.DUE else ended
