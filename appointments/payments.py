"""What was paid for a fee, as the practice received it: kept with the fee, and told in its history.

Only noted here: nothing is charged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments.models import Fee, Settlement
from appointments.models.settlement import Method, paid_by
from practice.actors import Actor
from practice.zones import dated


@dataclass(frozen=True)
class Payment:
    """``paid_on`` is a day of the provider's calendar; ``reference`` stands on the receipt."""

    amount: Decimal
    method: Method
    paid_on: date
    reference: str = ""

    def facts(self) -> dict[str, str]:
        """For the history."""
        return {"method": self.method.value, "reference": self.reference, "paid_on": self.paid_on.isoformat()}

    def kept_with(self, fee: Fee, *, by: Actor, at: datetime) -> Settlement:
        return Settlement.objects.create(
            fee=fee,
            amount=self.amount,
            method=self.method,
            reference=self.reference,
            paid_on=self.paid_on,
            settled_at=at,
            settled_by=by.kind,
            settled_by_user_id=by.user_id,
        )


def take_back(fee: Fee, *, why: str, by: Actor, at: datetime) -> Settlement | None:
    """The payment stays, marked. None where the fee was paid before payments were kept."""
    payment = fee.settlements.live().first()
    if payment is not None:
        payment.taken_back_at, payment.taken_back_why = at, why
        payment.taken_back_by, payment.taken_back_by_user_id = by.kind, by.user_id
        payment.save()
    return payment


def told(facts: Mapping[str, str]) -> str:
    """``Check, 1042, on Mar 3, 2026``"""
    return _("%(how)s, on %(day)s") % {
        "how": paid_by(facts["method"], facts["reference"]),
        "day": dated(date.fromisoformat(facts["paid_on"])),
    }
