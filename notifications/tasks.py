"""The worker's side of the outbox: woken by the doorbell and by beat, stopped cleanly by its worker's shutdown."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down
from django.utils import timezone

from notifications import outbox

shutting_down = threading.Event()


@worker_init.connect
def start(**kwargs: Any) -> None:
    shutting_down.clear()


@worker_shutting_down.connect
def stop(**kwargs: Any) -> None:
    """Finish the message in hand and give the rest back."""
    shutting_down.set()


@shared_task
def deliver() -> None:
    outbox.deliver_due(at=timezone.now(), stopping=shutting_down.is_set)
