"""The bell rings once an act, after it, and never breaks or holds up a page."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.app import app_or_default
from django.db import transaction

from notifications import doorbell
from notifications.tests.factories import one, queued


class Listener:
    """What has been rung into a broker of the test's own, a folder."""

    def __init__(self, folder: Path) -> None:
        self.queue = folder

    @property
    def rings(self) -> int:
        return len(list(self.queue.glob("*.msg")))


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets a test ring elsewhere, and puts our own application back."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery heeds it before its own settings
    before = app_or_default()
    yield
    before.set_current()


@pytest.fixture
def bell(tmp_path: Path, broker: None) -> Listener:
    app = Celery("bell", broker="filesystem://", set_as_current=False)
    folder = tmp_path / "queue"
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(tmp_path / "control"),
    }
    app.set_current()
    return Listener(folder)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rings_once_and_after_it_however_much_it_queues(bell: Listener) -> None:
    with transaction.atomic():
        queued(2)
        with transaction.atomic():
            queued(3)
        one()
        assert bell.rings == 0

    assert bell.rings == 1


@pytest.mark.django_db(transaction=True)
def test_each_transaction_rings(bell: Listener) -> None:
    one()
    one()

    assert bell.rings == 2


@pytest.mark.django_db(transaction=True)
def test_an_act_that_failed_rings_nothing(bell: Listener) -> None:
    with transaction.atomic():
        one()
        transaction.set_rollback(True)

    assert bell.rings == 0


@pytest.mark.django_db(transaction=True)
def test_a_part_that_failed_takes_no_other_parts_ring_with_it(bell: Listener) -> None:
    with transaction.atomic():
        with transaction.atomic():
            one()
            transaction.set_rollback(True)
        one()

    assert bell.rings == 1


def test_the_ring_names_the_task_and_nothing_of_anybody(bell: Listener) -> None:
    doorbell.ring()

    (letter,) = bell.queue.glob("*.msg")
    assert '"notifications.tasks.deliver"' in letter.read_text()
    assert '"argsrepr": "()"' in letter.read_text()


def elsewhere(url: str) -> None:
    """From here on the bell rings at another broker, with the settings for Redis."""
    app = Celery("elsewhere", broker=url, set_as_current=False)
    app.conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 2, "max_retries": 0}
    app.set_current()


def test_a_dead_broker_breaks_nothing_and_is_told_by_its_class_alone(
    broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere("redis://:secret@127.0.0.1:1/0")

    began = time.monotonic()
    doorbell.ring()

    assert time.monotonic() - began < 2
    assert [record.getMessage() for record in caplog.records] == ["No ring: OperationalError"]


@pytest.mark.django_db(transaction=True)
def test_a_ring_that_fails_leaves_the_act_whole(broker: None) -> None:
    elsewhere("nothing-of-the-kind://")

    row = one()

    row.refresh_from_db()
    assert row.status == "queued"
