"""Notes each change of a fee for the practice's billing system, in the transaction of the change itself.

Who is told and how stands in ``billing_delivery``. Ids, amounts and instants: no name, no reason, no free text.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from appointments import fee_explained
from appointments.models import BillingEvent, Fee, Settlement
from appointments.models.billing import BillingEventQuerySet, Delivery
from notifications import doorbell
from practice.actors import ActorKind
from practice.language import ENGLISH, spoken
from practice.zones import plain

PAYMENT_TAKEN_BACK = "fee.payment_taken_back"
TASK = "appointments.tasks.tell_billing"


def is_connected() -> bool:
    return bool(settings.BILLING_WEBHOOK_URL)


def note(fee: Fee, *, at: datetime, kind: str = "", payment: Settlement | None = None) -> BillingEvent:
    """``fee`` is saved, with its appointment, people and policy; ``kind`` if not that of the state it is in.

    While no billing system is connected the event is kept and goes nowhere by itself.
    """
    event = BillingEvent.objects.create(
        fee=fee,
        kind=kind or _kind(fee),
        at=at,
        data=_data(fee, payment),
        delivery=Delivery.QUEUED if is_connected() else Delivery.KEPT,
        due_at=at,
    )
    if is_connected():
        doorbell.ring_on_commit(TASK)
    return event


def send_again(events: BillingEventQuerySet, *, at: datetime) -> int:
    """Queue what is no longer, or never was; returns how many. The same webhook-id lets its receiver know a copy."""
    count = events.exclude(delivery=Delivery.QUEUED).update(
        delivery=Delivery.QUEUED, due_at=at, attempts=0, error="", sent_at=None
    )
    if count:
        doorbell.ring_on_commit(TASK)
    return count


def _kind(fee: Fee) -> str:
    return "fee.reduced" if fee.is_due and fee.is_reduced else f"fee.{fee.status}"


def _data(fee: Fee, payment: Settlement | None) -> dict[str, Any]:
    appointment = fee.appointment
    with spoken(ENGLISH):
        explanation = fee_explained.lines(fee, reader=ActorKind.CLIENT, zone=appointment.provider.time_zone)
    return {
        "fee": fee.pk,
        "appointment": str(appointment.uid),
        "client": appointment.client_id,
        "provider": appointment.provider_id,
        "kind": fee.kind,
        "status": fee.status,
        "currency": appointment.provider.practice.currency,
        "assessed": amount(fee.assessed),
        "amount": amount(fee.amount),
        "owed": amount(fee.owed_now),
        "limits": {
            "agreed": amount(fee.agreed),
            "in_force": amount(fee.in_force),
            "cap": amount(fee.cap),
            "payer": None if fee.payer_limit is None else amount(fee.payer_limit),
        },
        "explanation": [plain(line) for line in explanation],
        "appointment_start": instant(appointment.start),
        "created_at": instant(fee.created_at),
        "decided_at": instant(fee.decided_at) if fee.decided_at else None,
        "payment": None if payment is None else _payment(payment),
    }


def _payment(payment: Settlement) -> dict[str, Any]:
    return {
        "receipt": payment.pk,
        "amount": amount(payment.amount),
        "method": payment.method,
        "paid_on": payment.paid_on.isoformat(),
        "settled_at": instant(payment.settled_at),
    }


def amount(value: Decimal) -> str:
    """``75.00``: money is never a floating-point number."""
    return f"{value:.2f}"


def instant(value: datetime) -> str:
    """``2026-03-03T15:44:00Z``"""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
