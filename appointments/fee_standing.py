"""Where a fee that is kept stands by now, in words for the provider and for the client."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments.assessments import FeeKind
from appointments.models import Fee
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.amounts import money
from practice.zones import moment


def named(kind: str) -> str:
    """In the midst of a sentence."""
    return _("no-show fee") if kind == FeeKind.NO_SHOW else _("late fee")


def decided(fee: Fee, *, reader: ActorKind) -> str:
    """What was decided about it, or that nothing is yet; without the full stop, for a heading."""
    facts = {"what": named(fee.kind), "fee": money(fee.amount), "assessed": money(fee.assessed)}
    waits = {
        FeeStatus.TO_DECIDE: f"A {facts['what']} of {facts['assessed']} waits for your decision",
        FeeStatus.DISPUTED: f"{fee.appointment.client.called} objected to the {facts['what']} of {facts['fee']}",
    }
    if reader != ActorKind.CLIENT and fee.status in waits:
        return waits[FeeStatus(fee.status)]
    return _decided(fee) % facts


def with_the_office(fee: Fee) -> str:
    """To the provider, who has decided to let some of it go; without the full stop, for a heading."""
    return f"A {named(fee.kind)} of {money(fee.assessed)} stands until the office answers"


def _decided(fee: Fee) -> str:
    words: dict[str, str] = {
        FeeStatus.TO_DECIDE: _("A %(what)s of up to %(assessed)s may apply"),
        FeeStatus.DISPUTED: _("You objected to the %(what)s of %(fee)s"),
        FeeStatus.PENDING: _("The %(what)s of %(fee)s is pending"),
        FeeStatus.VOID: _("The %(what)s of %(assessed)s no longer applies"),
        FeeStatus.WAIVED: _("The %(what)s of %(assessed)s is waived"),
        FeeStatus.PAID: _("The %(what)s of %(fee)s is paid"),
    }
    if fee.is_reduced and fee.is_paid:
        return _("The %(what)s of %(fee)s, reduced from %(assessed)s, is paid")
    if fee.is_reduced and fee.is_due:
        return _("The %(what)s is %(fee)s, reduced from %(assessed)s")
    return words.get(fee.status, _("The %(what)s is %(fee)s"))


def what_may_melt_it(fee: Fee, *, reader: ActorKind, at: datetime) -> str:
    """Of a pending fee: what would make it come to nothing, and when it is due otherwise."""
    assert fee.pending_until is not None
    to_client = reader == ActorKind.CLIENT
    if fee.pending_until <= at:
        return _("It is decided once the session in its place is marked as attended or missed.")
    zone = fee.appointment.client.time_zone if to_client else fee.appointment.provider.time_zone
    facts = {
        "client": fee.appointment.client.called,
        "start": moment(fee.appointment.start, zone),
        "until": moment(fee.rebook_until or fee.pending_until, zone),
    }
    ways = []
    if fee.free_if_filled and at < fee.appointment.start:
        ways.append(_("if someone else takes the time before %(start)s"))
    if fee.rebook_until:
        comes_back = _("if you book again and come by %(until)s")
        ways.append(comes_back if to_client else "if %(client)s books again and comes by %(until)s")
    said = {"ways": _(" or ").join(way % facts for way in ways), "due": moment(fee.pending_until, zone)}
    return _("It falls away %(ways)s; otherwise it is due from %(due)s.") % said


def void(amount: Decimal) -> str:
    """Of what was owed for a cancellation that was taken back."""
    return _("The fee of %(fee)s for canceling no longer applies.") % {"fee": money(amount)}
