"""A broker that hangs, and one that is gone: the page goes on, and the mail goes out later."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery
from celery.app import app_or_default
from django.conf import settings
from django.db import transaction

from notifications import doorbell, outbox
from notifications.models import OutboxMessage
from notifications.tests.factories import AT, one
from notifications.tests.sink import Sink
from practice.tests import servers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_postgres]


class Broker:
    def __init__(self, socket: Path) -> None:
        self.client = redis.Redis(unix_socket_path=str(socket))
        self.pid = int(self.client.info("server")["process_id"])

    @property
    def rings(self) -> int:
        return int(self.client.llen("celery"))


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A Valkey of the test's own, which it may stop and kill, and at which the bell rings."""
    monkeypatch.delenv("CELERY_BROKER_URL")  # Celery heeds it before its own settings
    before = app_or_default()
    with servers.folder() as made, servers.valkey(made) as socket:
        app = Celery("of-the-test", broker=f"redis+socket://{socket}", set_as_current=False)
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        app.set_current()
        owned = Broker(socket)
        try:
            yield owned
        finally:
            os.kill(owned.pid, signal.SIGCONT)
            owned.client.close()
            app.close()
            before.set_current()


def act() -> float:
    """Queue a message as an act does; returns how long it took."""
    began = time.monotonic()
    with transaction.atomic():
        one()
    return time.monotonic() - began


def test_a_hung_broker_holds_no_act_up_for_two_seconds_and_the_mail_goes_later(broker: Broker, sink: Sink) -> None:
    healthy = act()
    assert broker.rings == 1

    os.kill(broker.pid, signal.SIGSTOP)
    hung = [act() for _ in range(2)]

    assert max(hung) - healthy < 2
    assert outbox.deliver_due(at=AT) == 3  # beat's ring needs no doorbell
    os.kill(broker.pid, signal.SIGCONT)
    until_free()
    act()
    assert broker.rings >= 2


def until_free() -> None:
    """Until no ring is under way."""
    for _ in range(8):
        assert doorbell.AT_ONCE.acquire(timeout=10)
    for _ in range(8):
        doorbell.AT_ONCE.release()


def test_when_many_rings_hang_acts_stop_waiting_for_the_broker(broker: Broker, sink: Sink) -> None:
    act()
    os.kill(broker.pid, signal.SIGSTOP)
    for _ in range(8):
        assert doorbell.AT_ONCE.acquire(timeout=1)
    try:
        assert act() < 0.5
    finally:
        for _ in range(8):
            doorbell.AT_ONCE.release()
    assert OutboxMessage.objects.filter(status="queued").count() == 2


def test_a_dead_broker_holds_no_act_up_and_the_mail_goes_later(broker: Broker, sink: Sink) -> None:
    healthy = act()
    os.kill(broker.pid, signal.SIGKILL)
    time.sleep(0.1)

    dead = [act() for _ in range(3)]

    assert max(dead) - healthy < 2
    assert outbox.deliver_due(at=AT) == 4
