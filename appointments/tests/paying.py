"""Fees that have been paid, as the act leaves them."""

from datetime import datetime
from decimal import Decimal

from appointments import fees
from appointments.models import Fee
from appointments.models.settlement import Method
from appointments.payments import Payment
from appointments.tests.factories import NOW
from practice.actors import Actor
from practice.zones import local


def paid(fee: Fee, *, by: Actor, at: datetime = NOW, amount: Decimal | None = None, reference: str = "1042") -> Fee:
    """By check, on the day of ``at``; all of it unless told otherwise."""
    day = local(at, fee.appointment.provider.time_zone).date()
    payment = Payment(fee.amount if amount is None else amount, Method.CHECK, day, reference)
    return fees.settle(fee, payment=payment, by=by, at=at)
