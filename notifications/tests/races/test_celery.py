"""Celery's own worker, started as the Procfile does, with the broker of this run."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from notifications import doorbell, outbox
from notifications.models import OutboxMessage
from notifications.tests.factories import queued
from notifications.tests.races.conftest import environment
from notifications.tests.sink import Sink
from practice.launch.ties import die_with_parent

pytestmark = pytest.mark.django_db(transaction=True)

LINES = Path(settings.BASE_DIR, "Procfile").read_text().splitlines()
WORKER = next(line for line in LINES if line.startswith("worker:")).partition(" exec ")[2].split()


@contextlib.contextmanager
def celery_worker(sink: Sink) -> Iterator["subprocess.Popen[bytes]"]:
    worker = subprocess.Popen(
        [sys.executable, "-m", *WORKER],
        env=environment(sink),
        cwd=Path(settings.BASE_DIR),
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def ring_until(sent: int, *, seconds: float = 60) -> None:
    """Ring as beat does, until so many have been sent."""
    end = time.monotonic() + seconds
    while OutboxMessage.objects.filter(status="sent").count() < sent:
        assert time.monotonic() < end, "waited in vain"
        doorbell.ring()
        time.sleep(0.3)


def test_a_killed_workers_mail_is_sent_by_the_next_one(sink: Sink) -> None:
    with celery_worker(sink) as first:
        begun = []

        def kill_over_the_third(_: Sink, sender: str) -> None:
            begun.append(sender)
            if len(begun) == 3:
                first.kill()

        sink.on["mail"] = kill_over_the_third
        queued(20, at=timezone.now())  # this rings
        first.wait(60)
    assert len(sink.raw) == 2
    sink.on.clear()

    with celery_worker(sink):
        ring_until(20)

    assert Counter(sink.message_ids) == dict.fromkeys(OutboxMessage.objects.values_list("message_id", flat=True), 1)


def test_a_worker_told_to_stop_finishes_the_message_in_hand_and_gives_the_rest_back(sink: Sink) -> None:
    sink.delay = 0.3
    with celery_worker(sink) as worker:

        def tell_it_to_stop(_: Sink, content: str) -> None:
            if len(sink.raw) == 1:
                os.kill(worker.pid, signal.SIGTERM)

        sink.on["data"] = tell_it_to_stop
        queued(20, at=timezone.now())
        end = time.monotonic() + 60
        while len(sink.raw) < 2:
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)
        told = time.monotonic()
        assert worker.wait(20) == 0
        assert time.monotonic() - told < 5

    sink.on.clear()
    sink.delay = 0
    left = OutboxMessage.objects.filter(status="queued")
    assert left.count() == 18
    assert set(left.values_list("leased_until", "attempts")) == {(None, 0)}
    assert outbox.deliver_due(at=timezone.now()) == 18
    assert len(set(sink.message_ids)) == len(sink.raw) == 20
