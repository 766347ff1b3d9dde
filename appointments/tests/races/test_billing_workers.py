"""Several workers tell one billing system, and Celery's own does it as soon as a fee changes."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from signal import SIGKILL

import pytest
from django.conf import settings as configured
from django.utils import timezone
from pytest_django import Settings

from appointments import fees
from appointments.billing_delivery import deliver_due
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import BillingEvent
from appointments.tests.billing_system import SECRET, BillingSystem, running
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_billing import CHARGE
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from notifications.tests import sink as smtp
from notifications.tests.races.conftest import environment
from notifications.tests.races.test_celery import WORKER
from practice.actors import Actor
from practice.launch.ties import die_with_parent
from practice.models import Provider
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def system(settings: Settings) -> Iterator[BillingSystem]:
    with running() as listening:
        settings.BILLING_WEBHOOK_URL, settings.BILLING_WEBHOOK_SECRET = listening.url, SECRET
        yield listening


def test_workers_at_once_tell_each_event_once_and_each_fees_in_order(
    system: BillingSystem, maya: Provider, jordan: Client, now: datetime
) -> None:
    her = Actor.provider(maya.user_id)
    for hours in range(3, 9):
        appointment = booked(maya, jordan, start=NOW + timedelta(hours=hours))
        cancel(appointment, her, fee=CHARGE)
        paid(appointment.fees.get(), by=her)

    taken = at_once([partial(deliver_due, at=NOW)] * 4)
    deliver_due(at=NOW)  # what was in the hands of one while the others looked

    assert all(isinstance(count, int) for count in taken), taken
    assert Counter(system.ids) == dict.fromkeys([event.webhook_id for event in BillingEvent.objects.all()], 1)
    assert not BillingEvent.objects.exclude(delivery="sent").exists()
    order: dict[int, list[str]] = {}
    for event in system.taken:
        order.setdefault(event["data"]["fee"], []).append(event["type"])
    assert list(order.values()) == [["fee.due", "fee.paid"]] * 6


def test_celerys_worker_tells_of_a_change_as_soon_as_it_is_made(
    system: BillingSystem, maya: Provider, jordan: Client
) -> None:
    with smtp.running() as sink:
        connected = {"BILLING_WEBHOOK_URL": system.url, "BILLING_WEBHOOK_SECRET": SECRET}
        worker = subprocess.Popen(
            [sys.executable, "-m", *WORKER],
            env=environment(sink, **connected),
            cwd=Path(configured.BASE_DIR),
            preexec_fn=die_with_parent(SIGKILL),
        )
        try:
            at = timezone.now()
            appointment = booked(maya, jordan, start=at + timedelta(hours=5), booked_at=at - timedelta(days=30))
            cancel(appointment, Actor.provider(maya.user_id), fee=CHARGE, at=at)
            end = time.monotonic() + 60
            while not system.taken:
                assert time.monotonic() < end, "waited in vain"
                time.sleep(0.1)
        finally:
            worker.kill()
            worker.wait()
    assert [event["type"] for event in system.taken] == ["fee.due"]


def test_decided_by_two_at_once_it_is_told_of_once(maya: Provider, jordan: Client, now: datetime) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=5))
    cancel(appointment, Actor.admin(maya.user_id))
    waive = FeeDecision(FeeChoice.WAIVE, CHARGE.shown, why="Ill")
    by = Actor.provider(maya.user_id)
    at_once([partial(fees.decide, appointment.fees.get(), decision=each, by=by, at=NOW) for each in (CHARGE, waive)])
    told = [event.kind for event in BillingEvent.objects.order_by("id")]
    assert told[0] == "fee.to_decide"
    assert told[1:] in (["fee.due"], ["fee.waived"])
