"""Tells the billing system what was noted for it: signed JSON over HTTPS, one event at a time, until it answers 2xx.

The row is the truth, as in the outbox: a lost ring, a dead server or a killed worker delays an event and loses
none; a worker that dies between the answer and its own mark makes one copy, with the same webhook-id.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import requests
from django.conf import settings
from django.db import transaction
from standardwebhooks import Webhook

from appointments import billing
from appointments.models import BillingEvent
from appointments.models.billing import Delivery

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
# Seconds to connect, and seconds without a byte of an answer.
PATIENCE = (5, 10)
# Mail waits for the same worker: after so long the rest is left to the next ring.
TURN = timedelta(seconds=15)
# A server that gives no answer is not asked again before, for whatever event.
SERVER_PAUSE = timedelta(seconds=30)
# After each try that failed; about three days in all.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180)] + [timedelta(hours=6)] * 11


@dataclass(frozen=True)
class Answer:
    """``error`` is empty where the event was taken; ``reached`` False: there was no answer at all."""

    error: str = ""
    reached: bool = True


def deliver_due(*, at: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due until nothing is, the turn is over or ``stopping()``; returns how many were taken.

    Outside any transaction; any number of workers may. ``at`` is now, later instants are counted from it.
    """
    if not billing.is_connected():
        return 0
    started = time.monotonic()

    def clock() -> datetime:
        return at + timedelta(seconds=time.monotonic() - started)

    taken = 0
    while clock() - at < TURN and not stopping():
        event = claim(at=clock())
        if event is None:
            break
        answer = post(event, at=clock())
        _mark(event, answer, at=clock())
        taken += not answer.error
        if not answer.reached:
            _pause(until=clock() + SERVER_PAUSE)
            break
    return taken


def claim(*, at: datetime) -> BillingEvent | None:
    """Take the oldest due event for this worker alone, until its lease ends."""
    due = BillingEvent.objects.due(at)
    if not due.exists():  # an idle ring takes no write lock
        return None
    with transaction.atomic(durable=True):  # nothing is sent inside a caller's transaction
        event = due.select_for_update(skip_locked=True).order_by("id").first()
        if event is not None:
            event.leased_until, event.attempts = at + LEASE, event.attempts + 1
            event.save(update_fields=["leased_until", "attempts"])
    return event


def post(event: BillingEvent, *, at: datetime) -> Answer:
    """One try. No redirect is followed: what is signed for one address is sent to no other."""
    body = json.dumps(_said(event), sort_keys=True)
    headers = {
        "content-type": "application/json",
        "webhook-id": event.webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(settings.BILLING_WEBHOOK_SECRET).sign(event.webhook_id, at, body),
    }
    with requests.Session() as session:
        session.trust_env = False  # no proxy, and no password out of a file
        try:
            response = session.post(
                settings.BILLING_WEBHOOK_URL,
                data=body.encode(),
                headers=headers,
                timeout=PATIENCE,
                allow_redirects=False,
                stream=True,  # what it answers beside its status is not read
            )
        except requests.RequestException as error:
            return Answer(type(error).__name__, reached=False)
        response.close()
    taken = HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES
    return Answer() if taken else Answer(f"HTTP {response.status_code}")


def _said(event: BillingEvent) -> dict[str, object]:
    """``number`` grows: of two events of a fee the higher one counts, in whatever order they came."""
    return {"type": event.kind, "timestamp": billing.instant(event.at), "number": event.pk, "data": event.data}


def _mark(event: BillingEvent, answer: Answer, *, at: datetime) -> None:
    changes: dict[str, object] = {"leased_until": None, "error": answer.error}
    if not answer.error:
        changes |= {"delivery": Delivery.SENT, "sent_at": at}
    elif event.attempts <= len(PAUSES):
        changes["due_at"] = at + PAUSES[event.attempts - 1]
    else:
        changes["delivery"] = Delivery.FAILED
    if answer.error:
        logger.warning("Billing event %d: try %d, %s", event.pk, event.attempts, answer.error)
    if not BillingEvent.objects.held(event).update(**changes):
        logger.warning("Billing event %d: no longer ours to mark", event.pk)


def _pause(*, until: datetime) -> None:
    BillingEvent.objects.queued().filter(leased_until=None, due_at__lt=until).update(due_at=until)
