"""The words of a refusal to mark a fee as paid, for the provider and the office; see ``appointments.refusals``."""

from datetime import datetime

from appointments import refusals, who
from appointments.models import Fee, Settlement
from appointments.payments import Payment
from appointments.refusals import FeeNotOpen, Refused, how_long_ago
from practice.actors import Actor
from practice.amounts import money
from practice.zones import dated, local


class AlreadyPaid(FeeNotOpen):
    """Somebody was first; ``settlement`` says who and when."""

    def __init__(self, settlement: Settlement, *, by: Actor, at: datetime) -> None:
        self.settlement = settlement
        zone = settlement.appointment.provider.time_zone
        when = how_long_ago(settlement.settled_at, at, zone)
        first = who.settled(settlement, reader=by)
        super().__init__(f"{first} marked this fee as paid {when}. Nothing was kept twice.")


class NotInFull(Refused):
    def __init__(self, fee: Fee, payment: Payment) -> None:
        owed = money(fee.amount)
        if payment.amount < fee.amount:
            words = f"The fee is {owed}. It is marked as paid once all of it is: part payments are not kept here."
        else:
            words = f"The fee is {owed}, so no more than that can be marked as paid."
        super().__init__(words)


class PaidOnImpossible(Refused):
    """Before there was a fee, or on a day still to come."""


def not_due(fee: Fee, *, by: Actor, at: datetime) -> FeeNotOpen:
    settlement = fee.settlements.live().first()
    if settlement is None:
        return FeeNotOpen(refusals.fee_is(fee))
    settlement.fee = fee
    return AlreadyPaid(settlement, by=by, at=at)


def check(fee: Fee, payment: Payment, *, at: datetime) -> None:
    """Raises NotInFull or PaidOnImpossible; ``fee`` as it is now."""
    if payment.amount != fee.amount:
        raise NotInFull(fee, payment)
    zone = fee.appointment.provider.time_zone
    first, today = local(fee.created_at, zone).date(), local(at, zone).date()
    if payment.paid_on > today:
        raise PaidOnImpossible(f"That day is still to come: it is {dated(today)} now.")
    if payment.paid_on < first:
        raise PaidOnImpossible(f"There was no fee yet: it is there since {dated(first)}.")
