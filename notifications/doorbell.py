"""Tells a worker that there is something to send. The beat entry rings too, so a ring that is lost only costs time."""

import logging
import threading
from dataclasses import dataclass

from celery import Celery
from celery.app import app_or_default
from django.db import transaction

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that a page waits for the broker
AT_ONCE = threading.BoundedSemaphore(8)


DELIVER = "notifications.tasks.deliver"


@dataclass(frozen=True)
class _Bell:
    task: str

    def __call__(self) -> None:
        ring(self.task)


def ring_on_commit(task: str = DELIVER) -> None:
    """Ring for this task once when the running transaction commits, however often this is called in it."""
    bell = _Bell(task)
    if not any(function == bell for _, function, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(bell, robust=True)


def ring(task: str = DELIVER) -> None:
    """Ring now. Raises nothing, and returns after a second at the latest.

    The broker's own time-outs do not cover everything that may hang (the look-up of its name, several
    answers in a row), so the ring is given a thread of its own, and left alone there if it takes long.
    """
    if not AT_ONCE.acquire(blocking=False):
        logger.warning("No ring: the broker still keeps earlier ones waiting")
        return
    thread = threading.Thread(target=_ring, args=[app_or_default(), task], name="doorbell", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        logger.warning("No ring: the broker does not answer")


def _ring(app: Celery, task: str) -> None:
    try:
        app.send_task(task, retry=False, expires=60)
    except Exception as error:
        logger.warning("No ring: %s", type(error).__name__)
    finally:
        AT_ONCE.release()
