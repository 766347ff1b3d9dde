"""What the mail provider tells later about a message: delivered, bounced, marked as spam."""

import logging
from typing import Any

from anymail.urls import urlpatterns as webhooks
from django.conf import settings
from django.db.models.functions import Coalesce, Now
from django.urls import URLPattern

from notifications.models import OutboxMessage, Status, body_unless_urgent

logger = logging.getLogger(__name__)

# Event -> the state it leads to, and the states it may be told in. Events come late, twice and in any
# order, and a state never moves back:
# - a bounce may follow a delivery (the receiving server took it and then sent it back), never the reverse;
# - whoever marks a message as spam has had it, whatever was told before;
# - what was dropped, or no worker has tried yet, was never handed over, so nothing can be told of it;
# - one told while the row is still queued overtook our own mark, or the worker that would have made it died.
MOVES: dict[str, tuple[Status, set[Status]]] = {
    "delivered": (Status.DELIVERED, {Status.QUEUED, Status.SENT, Status.FAILED}),
    "bounced": (Status.BOUNCED, {Status.QUEUED, Status.SENT, Status.DELIVERED, Status.FAILED}),
    "rejected": (Status.BOUNCED, {Status.QUEUED, Status.SENT, Status.FAILED}),
    "failed": (Status.FAILED, {Status.QUEUED, Status.SENT}),
    "complained": (
        Status.COMPLAINED,
        {Status.QUEUED, Status.SENT, Status.DELIVERED, Status.BOUNCED, Status.FAILED},
    ),
}


def reporting() -> bool:
    """Whether the mail provider in use tells us: one of Anymail's, and only who knows the secret is believed."""
    return bool(settings.ANYMAIL_WEBHOOK_SECRET) and settings.EMAIL_BACKEND.startswith("anymail.backends.")


def addresses() -> list[URLPattern]:
    """Where the mail provider in use posts its events; nowhere, unless it reports."""
    if not reporting():
        return []
    provider = settings.EMAIL_BACKEND.split(".")[2]
    return [pattern for pattern in webhooks if pattern.name == f"{provider}_tracking_webhook"]


def record(sender: object, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Write down one of Anymail's tracking events.

    An event about another recipient than the message's is not about ours.
    """
    if event.event_type not in MOVES or not event.message_id:
        return
    status, before = MOVES[event.event_type]
    told_at = event.timestamp or Now()
    messages = OutboxMessage.objects.known_as(event.message_id).filter(status__in=before, attempts__gt=0)
    if event.recipient:
        messages = messages.filter(recipient__iexact=event.recipient)
    moved = messages.update(
        **{"status": status, f"{status}_at": told_at},
        sent_at=Coalesce("sent_at", told_at),
        leased_until=None,
        **body_unless_urgent(),
    )
    logger.info("%s told %s of %d messages", esp_name, event.event_type, moved)
