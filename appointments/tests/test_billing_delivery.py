"""Telling the billing system: signed, in order, again until it is taken, by whichever worker, to one address alone."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from appointments import billing_delivery, fees, tasks
from appointments.billing_delivery import LEASE, PAUSES, SERVER_PAUSE, claim, deliver_due
from appointments.models import BillingEvent, Fee
from appointments.tests.billing_system import SECRET, BillingSystem, running
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_billing import CHARGE
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider

MINUTE = timedelta(minutes=1)


@pytest.fixture
def system(settings: Settings, now: datetime) -> Iterator[BillingSystem]:
    with running() as listening:
        settings.BILLING_WEBHOOK_URL, settings.BILLING_WEBHOOK_SECRET = listening.url, SECRET
        yield listening


@pytest.fixture
def fee(system: BillingSystem, maya: Provider, jordan: Client) -> Fee:
    """Due: one event waits."""
    return charged(maya, jordan)


def charged(maya: Provider, jordan: Client, *, hours: int = 5) -> Fee:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=hours))
    cancel(appointment, Actor.provider(maya.user_id), fee=CHARGE)
    return Fee.objects.with_appointment().get(appointment=appointment)


def told() -> list[tuple[str, int, str]]:
    return [(event.delivery, event.attempts, event.error) for event in BillingEvent.objects.order_by("id")]


def test_an_event_is_taken_signed_and_whole(system: BillingSystem, fee: Fee) -> None:
    assert deliver_due(at=NOW) == 1
    event = BillingEvent.objects.get()
    assert system.taken == [
        {"type": "fee.due", "timestamp": "2026-03-03T15:44:00Z", "number": event.pk, "data": event.data}
    ]
    assert system.ids == [f"evt_{event.uid.hex}"]
    assert (event.delivery, event.attempts, event.leased_until) == ("sent", 1, None)
    assert event.sent_at is not None
    assert system.forged == 0


def test_the_worker_tells_what_is_due_and_then_nothing(system: BillingSystem, fee: Fee) -> None:
    tasks.tell_billing()
    tasks.tell_billing()
    assert len(system.tries) == 1


def test_signed_with_another_secret_it_is_not_believed(settings: Settings, system: BillingSystem, fee: Fee) -> None:
    settings.BILLING_WEBHOOK_SECRET = "whsec_" + "A" * 32
    assert deliver_due(at=NOW) == 0
    assert (system.taken, system.forged) == ([], 1)
    assert told() == [("queued", 1, "HTTP 401")]


@pytest.mark.parametrize("status", [302, 400, 404, 410, 500, 503])
def test_what_is_not_taken_is_sent_again_under_the_same_id(status: int, system: BillingSystem, fee: Fee) -> None:
    system.answers = [status, 204]
    assert deliver_due(at=NOW) == 0
    assert told() == [("queued", 1, f"HTTP {status}")]
    assert deliver_due(at=NOW + MINUTE - timedelta(seconds=5)) == 0
    assert deliver_due(at=NOW + MINUTE + timedelta(seconds=5)) == 1
    assert told() == [("sent", 2, "")]
    assert system.tries == [system.ids[0]] * 2  # and a redirect was followed nowhere


def test_after_three_days_it_has_failed(system: BillingSystem, fee: Fee) -> None:
    system.answers = [500]
    at = NOW
    for pause in PAUSES:
        with time_machine.travel(at, tick=False):
            deliver_due(at=at)
        at += pause + timedelta(seconds=30)
    assert told()[0][:2] == ("queued", len(PAUSES))
    with time_machine.travel(at, tick=False):
        deliver_due(at=at)
    assert told() == [("failed", len(PAUSES) + 1, "HTTP 500")]
    assert timedelta(days=2, hours=12) < at - NOW < timedelta(days=4)
    deliver_due(at=at + timedelta(days=1))
    assert len(system.tries) == len(PAUSES) + 1


def test_of_one_fee_nothing_overtakes_what_came_before(system: BillingSystem, fee: Fee, maya: Provider) -> None:
    paid(fee, by=Actor.provider(maya.user_id))
    system.answers = [500, 204]
    deliver_due(at=NOW)
    assert told() == [("queued", 1, "HTTP 500"), ("queued", 0, "")]
    deliver_due(at=NOW + 2 * MINUTE)
    assert [event["type"] for event in system.taken] == ["fee.due", "fee.paid"]


def test_another_fee_does_not_wait_for_it(system: BillingSystem, fee: Fee, maya: Provider, jordan: Client) -> None:
    other = charged(maya, jordan, hours=7)
    system.answers = [500, 204]
    assert deliver_due(at=NOW) == 1
    assert system.taken[0]["data"]["fee"] == other.pk


def test_what_has_failed_for_good_keeps_nothing_behind_it(system: BillingSystem, fee: Fee, maya: Provider) -> None:
    paid(fee, by=Actor.provider(maya.user_id))
    BillingEvent.objects.filter(kind="fee.due").update(delivery="failed")
    deliver_due(at=NOW)
    assert [event["type"] for event in system.taken] == ["fee.paid"]


# --- No answer at all ---


def test_a_server_that_thinks_too_long_is_left_alone_for_a_while(
    system: BillingSystem, fee: Fee, maya: Provider, jordan: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    charged(maya, jordan, hours=7)
    monkeypatch.setattr(billing_delivery, "PATIENCE", (0.2, 0.2))
    system.pause = 0.6
    assert deliver_due(at=NOW) == 0
    assert len(system.tries) == 1
    assert told() == [("queued", 1, "ReadTimeout"), ("queued", 0, "")]
    system.pause = 0
    assert deliver_due(at=NOW + timedelta(seconds=5)) == 0
    assert deliver_due(at=NOW + SERVER_PAUSE + timedelta(seconds=5)) == 1
    assert deliver_due(at=NOW + 2 * MINUTE) == 1


def test_nobody_there_is_no_loss(settings: Settings, fee: Fee, system: BillingSystem) -> None:
    there, settings.BILLING_WEBHOOK_URL = settings.BILLING_WEBHOOK_URL, "http://127.0.0.1:9/"
    assert deliver_due(at=NOW) == 0
    assert told() == [("queued", 1, "ConnectionError")]
    settings.BILLING_WEBHOOK_URL = there
    assert deliver_due(at=NOW + 2 * MINUTE) == 1


# --- Workers ---


def test_a_worker_that_died_before_its_mark_makes_one_copy_with_the_same_id(system: BillingSystem, fee: Fee) -> None:
    event = claim(at=NOW)
    assert event is not None
    assert billing_delivery.post(event, at=NOW).error == ""  # and here it dies
    assert deliver_due(at=NOW + MINUTE) == 0  # it is in that one's hands still
    assert deliver_due(at=NOW + LEASE) == 1
    assert system.ids == [event.webhook_id] * 2
    assert system.taken[0] == system.taken[1]
    assert told() == [("sent", 2, "")]


def test_what_another_worker_has_taken_over_is_not_marked_by_the_first(
    system: BillingSystem, fee: Fee, caplog: pytest.LogCaptureFixture
) -> None:
    slow = claim(at=NOW)
    assert slow is not None
    quick = claim(at=NOW + LEASE)
    assert quick is not None
    billing_delivery._mark(slow, billing_delivery.Answer(), at=NOW + LEASE)
    assert told() == [("queued", 2, "")]
    assert "no longer ours to mark" in caplog.text


def test_no_two_workers_hold_one_fee_at_once(fee: Fee, maya: Provider) -> None:
    paid(fee, by=Actor.provider(maya.user_id))
    assert claim(at=NOW) is not None
    assert claim(at=NOW) is None


def test_a_worker_that_stops_leaves_the_rest(system: BillingSystem, fee: Fee) -> None:
    assert deliver_due(at=NOW, stopping=lambda: True) == 0
    assert told() == [("queued", 0, "")]


def test_mail_gets_its_turn(system: BillingSystem, fee: Fee, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(billing_delivery, "TURN", timedelta(0))
    assert deliver_due(at=NOW) == 0


def test_unconnected_nothing_is_sent(settings: Settings, system: BillingSystem, fee: Fee) -> None:
    settings.BILLING_WEBHOOK_URL = ""
    assert deliver_due(at=NOW + MINUTE) == 0
    assert (system.tries, told()) == ([], [("queued", 0, "")])


def test_logs_name_numbers_and_nobody(
    system: BillingSystem, fee: Fee, caplog: pytest.LogCaptureFixture, maya: Provider
) -> None:
    system.answers = [500]
    with caplog.at_level(logging.INFO):
        fees.waive(fee, why="Ill", by=Actor.provider(maya.user_id), at=NOW)
        deliver_due(at=NOW)
    first = BillingEvent.objects.earliest("pk")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("appointments")] == [
        f"Billing event {first.pk}: try 1, HTTP 500"
    ]
