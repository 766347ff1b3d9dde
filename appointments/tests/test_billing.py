"""What is noted for the billing system: each change of a fee, once, in its own transaction, and no name."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from pytest_django import Settings

from appointments import cancellation, fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import BillingEvent, CancellationReason, Fee, Settlement
from appointments.refusals import FeeNotOpen
from appointments.tests.billing_system import SECRET
from appointments.tests.factories import NOW, late
from appointments.tests.paying import paid
from appointments.tests.test_admin import act, words
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_fees import left_open
from clients.models import Client, Payer
from practice.actors import Actor
from practice.models import Provider, User

CHARGE = FeeDecision(FeeChoice.CHARGE, Decimal("75.00"))
REDUCE = FeeDecision(FeeChoice.REDUCE, Decimal("75.00"), reduced_to=Decimal(40), why="Poor thing")
LATER = NOW + timedelta(minutes=3)
WHY = "It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours."


def kinds() -> list[str]:
    return list(BillingEvent.objects.order_by("id").values_list("kind", flat=True))


def test_each_step_of_a_fee_is_noted_once(maya: Provider, jordan: Client, office: User, her: Actor) -> None:
    fee = left_open(maya, jordan, office)
    fee = fees.decide(fee, decision=REDUCE, by=her, at=NOW)
    fee = paid(fee, by=her)
    fee = fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    fee = fees.waive(fee, why="Ill", by=her, at=LATER)
    cancellation.restore(fee.appointment, by=her, at=LATER)
    assert kinds() == [
        "fee.to_decide", "fee.reduced", "fee.paid", "fee.payment_taken_back", "fee.waived", "fee.void",
    ]  # fmt: skip
    owed = [(event.data["status"], event.data["owed"]) for event in BillingEvent.objects.order_by("id")]
    assert owed == [
        ("to_decide", "0.00"), ("due", "40.00"), ("paid", "0.00"), ("due", "40.00"), ("waived", "0.00"),
        ("void", "0.00"),
    ]  # fmt: skip


def test_a_fee_decided_with_its_cancellation_is_noted_as_it_is(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, fee=CHARGE)
    assert kinds() == ["fee.due"]


def test_where_no_fee_is_owed_nothing_is_noted(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, "provider-unwell")
    assert kinds() == []


def test_an_event_says_all_that_billing_needs(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, her, fee=CHARGE)
    paid(Fee.objects.get(), by=her, at=LATER)
    event = BillingEvent.objects.latest("pk")
    assert event.at == LATER
    assert event.data == {
        "fee": Fee.objects.get().pk,
        "appointment": str(appointment.uid),
        "client": jordan.pk,
        "provider": maya.pk,
        "kind": "late_cancellation",
        "status": "paid",
        "currency": "USD",
        "assessed": "75.00",
        "amount": "75.00",
        "owed": "0.00",
        "limits": {"agreed": "75.00", "in_force": "75.00", "cap": "200.00", "payer": None},
        "explanation": [
            WHY,
            "It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 8:59 AM EST, 24 hours ahead.",
            "You agreed on Jan 12, 2026: $75.00 inside 24 hours.",
            "The policy of that day: $75.00 inside 24 hours, so it stays $75.00.",
            "The practice’s limit: $200.00, so it stays $75.00.",
        ],
        "appointment_start": "2026-03-04T13:59:00Z",
        "created_at": "2026-03-03T15:44:00Z",
        "decided_at": "2026-03-03T15:44:00Z",
        "payment": {
            "receipt": Settlement.objects.get().pk,
            "amount": "75.00",
            "method": "check",
            "paid_on": "2026-03-03",
            "settled_at": "2026-03-03T15:47:00Z",
        },
    }


def test_no_name_no_reason_and_nothing_that_somebody_typed(
    maya: Provider, jordan: Client, office: User, her: Actor
) -> None:
    jordan.payer = Payer.objects.create(name="Oxbow Mutual", rule=Payer.Rule.CAPPED, cap=Decimal(50))
    jordan.language = "es"
    jordan.save()
    fee = left_open(maya, jordan, office)
    half = FeeDecision(FeeChoice.REDUCE, Decimal(50), reduced_to=Decimal(40), why="Poor thing")
    fee = paid(fees.decide(fee, decision=half, by=her, at=NOW), by=her, reference="Check of his mother")
    fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    everything = json.dumps(list(BillingEvent.objects.values_list("data", flat=True)), ensure_ascii=False)
    reason = CancellationReason.objects.get(key="client-asked").provider_words
    typed = ("Poor thing", "mother", "bounced", "Oxbow", "Jordan", "Lee", "Maya", "Chen", "@", reason)
    assert [absent for absent in typed if absent in everything] == []
    assert "It was canceled" in everything


def test_what_is_refused_is_not_noted(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, fee=CHARGE)
    with pytest.raises(FeeNotOpen):
        fees.decide(Fee.objects.get(), decision=CHARGE, by=her, at=NOW)
    assert kinds() == ["fee.due"]


def test_what_is_rolled_back_is_not_noted(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, fee=CHARGE)
    with transaction.atomic():
        fees.waive(Fee.objects.get(), why="Ill", by=her, at=NOW)
        transaction.set_rollback(True)
    assert kinds() == ["fee.due"]


def test_a_fee_is_saved_in_one_place_and_noted_there() -> None:
    root = Path(configured.BASE_DIR) / "appointments"
    code = [path for path in root.rglob("*.py") if not {"tests", "migrations", "bench"} & set(path.parts)]
    saves = re.compile(r"\bfee\.save\(|\bFee\.objects\.(create|update)\(")
    saving = [path.name for path in code if saves.search(path.read_text())]
    assert saving == ["fees.py"]
    assert (root / "fees.py").read_text().count("fee.save(") == 1


# --- Connected or not ---


def connect(settings: Settings) -> None:
    settings.BILLING_WEBHOOK_URL, settings.BILLING_WEBHOOK_SECRET = "https://billing.example/fees", SECRET


def test_without_a_billing_system_events_are_kept(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, fee=CHARGE)
    assert BillingEvent.objects.get().delivery == "kept"


def test_with_one_they_wait_to_be_sent(settings: Settings, maya: Provider, jordan: Client, her: Actor) -> None:
    connect(settings)
    cancel(late(maya, jordan), her, fee=CHARGE)
    event = BillingEvent.objects.get()
    assert (event.delivery, event.due_at, event.attempts) == ("queued", NOW, 0)


@pytest.mark.parametrize("delivery", ["kept", "failed", "sent"])
def test_the_office_sends_again_what_no_longer_waits(
    delivery: str, settings: Settings, as_clerk: Browser, maya: Provider, jordan: Client, her: Actor
) -> None:
    cancel(late(maya, jordan), her, fee=CHARGE)
    BillingEvent.objects.update(delivery=delivery, attempts=17, error="HTTP 500", sent_at=NOW)
    uid = BillingEvent.objects.get().uid
    page = act(as_clerk, "appointments_billingevent", "send_again", BillingEvent.objects.get())
    assert "No billing system is connected: BILLING_WEBHOOK_URL is not set." in words(page)
    assert BillingEvent.objects.get().delivery == delivery
    connect(settings)
    page = act(as_clerk, "appointments_billingevent", "send_again", BillingEvent.objects.get())
    assert "1 queued; the rest waits already." in words(page)
    event = BillingEvent.objects.get()
    assert (event.delivery, event.attempts, event.error, event.sent_at, event.uid) == ("queued", 0, "", None, uid)
    page = act(as_clerk, "appointments_billingevent", "send_again", event)
    assert "0 queued; the rest waits already." in words(page)


def test_many_events_of_a_transaction_ring_once(
    settings: Settings, maya: Provider, jordan: Client, her: Actor, django_capture_on_commit_callbacks: type
) -> None:
    connect(settings)
    with django_capture_on_commit_callbacks() as bells:
        cancel(late(maya, jordan), her, fee=CHARGE)
        paid(Fee.objects.get(), by=her)
    assert sorted(bell.task for bell in bells) == ["appointments.tasks.tell_billing", "notifications.tasks.deliver"]


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"delivery": "lost"}, "billing_event_delivery_known"),
        ({"delivery": "sent"}, "billing_event_sent_has_its_instant"),
        ({"leased_until": NOW}, "billing_event_only_queued_is_leased"),
    ],
)
def test_the_database_refuses_it_too(
    wrong: dict[str, object], constraint: str, maya: Provider, jordan: Client, her: Actor
) -> None:
    cancel(late(maya, jordan), her, fee=CHARGE)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BillingEvent.objects.update(**wrong)
