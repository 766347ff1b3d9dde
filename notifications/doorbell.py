"""Tells a worker that there is something to send. The beat entry rings too, so a ring that is lost only costs time."""

import logging
import threading

from celery import Celery
from celery.app import app_or_default
from django.db import transaction

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that a page waits for the broker
AT_ONCE = threading.BoundedSemaphore(8)


def ring_on_commit() -> None:
    """Ring once when the running transaction commits, however often this is called in it."""
    if not any(function is ring for _, function, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Ring now. Raises nothing, and returns after a second at the latest.

    The broker's own time-outs do not cover everything that may hang (the look-up of its name, several
    answers in a row), so the ring is given a thread of its own, and left alone there if it takes long.
    """
    if not AT_ONCE.acquire(blocking=False):
        logger.warning("No ring: the broker still keeps earlier ones waiting")
        return
    thread = threading.Thread(target=_ring, args=[app_or_default()], name="doorbell", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        logger.warning("No ring: the broker does not answer")


def _ring(app: Celery) -> None:
    try:
        app.send_task("notifications.tasks.deliver", retry=False, expires=60)
    except Exception as error:
        logger.warning("No ring: %s", type(error).__name__)
    finally:
        AT_ONCE.release()
