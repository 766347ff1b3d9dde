"""The outbox: what is to be mailed is written with the act itself, and sent after it by whoever claims it.

The row is the truth. A lost ring, a dead mail server or a killed worker delays a message and never loses
it; a worker that dies between the mail server's answer and its own mark makes one copy, with the same
Message-ID.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from icalendar import Calendar, vCalAddress

from notifications import delivery, doorbell
from notifications.delivery import Answer, Fate
from notifications.models import BODY, OutboxMessage, OutboxMessageQuerySet, Status, body_unless_urgent

logger = logging.getLogger(__name__)

BATCH = 50
AGAIN = ":again:"  # in a key, before the number of a copy
# A mail server that cannot be reached is asked again after this; no message's tries are counted for it.
SERVER_PAUSE = timedelta(seconds=30)
# After each try that failed for the moment; about three days in all.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180)] + [timedelta(hours=6)] * 11


@dataclass(frozen=True)
class Message:
    """A finished message, as the caller wants it read.

    ``about`` and ``kind`` are the caller's own words; ``key`` names this message among all, so that
    queueing it twice is impossible. Without ``sender_name`` the practice's bare address is the sender.
    """

    about: str
    key: str
    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    calendar: str = ""
    calendar_method: str = ""
    urgent: bool = False
    sender_name: str = ""


# --- Writing ---


def enqueue(*messages: Message, at: datetime) -> list[OutboxMessage]:
    """Queue messages in the caller's transaction; returns their rows, in the same order.

    A key that is there already queues nothing, and its row is returned as it is.
    """
    rows = [
        OutboxMessage(
            about=message.about,
            key=message.key,
            kind=message.kind,
            urgent=message.urgent,
            sender_name=message.sender_name,
            recipient=message.recipient,
            subject=message.subject,
            text=message.text,
            html=message.html,
            calendar=message.calendar,
            calendar_method=message.calendar_method,
            message_id=message_id(message.key),
            due_at=at,
            queued_at=at,
        )
        for message in messages
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    there = OutboxMessage.objects.in_bulk([message.key for message in messages], field_name="key")
    if missing := [message.key for message in messages if message.key not in there]:
        # SQLite ignores more than conflicts.
        raise IntegrityError(f"Refused by the database: {len(missing)} of {len(messages)} messages")
    doorbell.ring_on_commit()
    return [there[message.key] for message in messages]


def again(message: OutboxMessage, *, to: str, at: datetime) -> OutboxMessage:
    """Queue a copy of a message that did not arrive, its calendar's attendee being ``to``; numbered, so only once.

    What is urgent is never sent again: it was good for minutes, and its body is gone.
    """
    if message.urgent:
        raise ValueError("urgent")
    first, _, number = message.key.partition(AGAIN)
    copy = Message(
        about=message.about,
        key=f"{first}{AGAIN}{int(number or 1) + 1}",
        kind=message.kind,
        sender_name=message.sender_name,
        recipient=to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        calendar=_readdress_calendar(message.calendar, old=message.recipient, new=to),
        calendar_method=message.calendar_method,
    )
    return enqueue(copy, at=at)[0]


def message_id(key: str) -> str:
    """The same for the same key, so that a copy is known as one; who knows the key alone cannot guess it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{salted_hmac('notifications.message_id', key, algorithm='sha256').hexdigest()[:40]}@{domain}>"


def drop(queryset: OutboxMessageQuerySet, *, at: datetime) -> int:
    """Give up sending; returns how many had gone to no worker, and now never will.

    A row whose worker died is not dropped: its message may be out already.
    """
    return queryset.filter(status=Status.QUEUED, leased_until=None).update(
        status=Status.DROPPED,
        dropped_at=at,
        **body_unless_urgent(),
    )


@transaction.atomic
def readdress(*subjects: str, old: str, new: str) -> int:
    """Send what is queued for ``old`` to ``new``, its calendar's attendee too; returns how many.

    Also what a worker has in hand: it may give that back, and marks what has gone with where it went.
    """
    queued = OutboxMessage.objects.about(*subjects).filter(recipient__iexact=old, status=Status.QUEUED)
    rows = list(queued.select_for_update().order_by("id"))
    for row in rows:
        row.recipient = new
        row.calendar = _readdress_calendar(row.calendar, old=old, new=new)
    OutboxMessage.objects.bulk_update(rows, ["recipient", "calendar"])
    return len(rows)


def _readdress_calendar(text: str, *, old: str, new: str) -> str:
    if not text:
        return ""
    calendar = Calendar.from_ical(text)
    for event in calendar.events:
        attendee = event.get("attendee")
        if attendee is not None and attendee.casefold() == f"mailto:{old}".casefold():
            event["attendee"] = vCalAddress(f"mailto:{new}", params=attendee.params)
    readdressed: str = calendar.to_ical().decode()
    return readdressed


# --- Sending ---


def _lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def claim(*, at: datetime) -> list[OutboxMessage]:
    """Take up to a batch of due rows for this worker alone, until its lease ends."""
    due = OutboxMessage.objects.due(at)
    leased_until = at + _lease()
    with transaction.atomic(durable=True):  # nothing is sent inside a caller's transaction
        rows = list(due.select_for_update(skip_locked=True).order_by(F("urgent").desc(), "id")[:BATCH])
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            leased_until=leased_until, attempts=F("attempts") + 1
        )
    for row in rows:
        row.leased_until = leased_until
        row.attempts += 1
    return rows


def deliver_due(*, at: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due until nothing is, or ``stopping()``; returns how many messages were handed over.

    Outside any transaction. ``at`` is now; later instants are counted from it. Any number of workers may
    do this at once: a batch is left at half its lease, so that a slow mail server makes no second worker
    send what the first one has in hand.
    """
    if not OutboxMessage.objects.due(at).exists():  # an idle ring takes no write lock
        return 0
    started = time.monotonic()

    def clock() -> datetime:
        return at + timedelta(seconds=time.monotonic() - started)

    handed_over = 0
    with delivery.Post() as post:
        reachable = True
        while reachable and not stopping():
            taken_at = clock()
            rows = claim(at=taken_at)
            if not rows:
                break
            sent, reachable = _deliver(rows, post, clock=clock, until=taken_at + _lease() / 2, stopping=stopping)
            handed_over += sent
    return handed_over


def _deliver(
    rows: list[OutboxMessage],
    post: delivery.Post,
    *,
    clock: Callable[[], datetime],
    until: datetime,
    stopping: Callable[[], bool],
) -> tuple[int, bool]:
    """Send a claimed batch; returns how many went, and whether the mail server can still be reached.

    What is not begun by ``until``, or when ``stopping()``, is given back.
    """
    left = deque(rows)
    put_off: set[str] = set()
    skipped: list[OutboxMessage] = []
    sent = 0
    answer = Answer(Fate.ACCEPTED)
    try:
        while left and clock() < until and not stopping():
            row = left.popleft()
            if row.recipient in put_off and not row.urgent:
                skipped.append(row)
                continue
            answer = post.send(row, then=left[0] if left else None)
            if answer.fate is Fate.UNREACHABLE:
                left.appendleft(row)
                break
            sent += _mark(row, answer, at=clock()) and answer.fate is Fate.ACCEPTED
            if answer.fate in (Fate.LATER, Fate.LOST):
                put_off.add(row.recipient)
            if answer.fate is Fate.LOST:
                break
    finally:
        reachable = answer.fate not in (Fate.UNREACHABLE, Fate.LOST)
        _give_back([*skipped, *left], until=None if reachable else clock() + SERVER_PAUSE)
    if not reachable:
        logger.warning("Mail server not reached (%s): %d messages wait", answer.error, len(left))
    return sent, reachable


def _mark(row: OutboxMessage, answer: Answer, *, at: datetime) -> bool:
    """Write down what became of a message, if it is still ours; returns whether it was."""
    if answer.fate in (Fate.LATER, Fate.LOST) and row.attempts <= len(PAUSES):
        changes: dict[str, object] = {"due_at": at + PAUSES[row.attempts - 1]}
    else:
        status = {Fate.ACCEPTED: Status.SENT, Fate.BOUNCED: Status.BOUNCED}.get(answer.fate, Status.FAILED)
        # As it went: the row may have been readdressed since it was claimed.
        went = {"recipient": row.recipient, "calendar": row.calendar}
        changes = {"status": status, f"{status}_at": at, **went}
        if answer.provider_id:
            changes["provider_id"] = answer.provider_id
        if row.urgent:
            changes |= dict.fromkeys(BODY, "")
    if answer.error:
        logger.warning("Message %d: %s, %s", row.pk, answer.fate.value, answer.error)
    if answer.error != row.error:
        changes["error"] = answer.error
    ours = OutboxMessage.objects.held(row).update(leased_until=None, **changes)
    if not ours:
        logger.warning("Message %d: %s, but no longer ours to mark", row.pk, answer.fate.value)
    return bool(ours)


def _give_back(rows: list[OutboxMessage], *, until: datetime | None) -> None:
    """Return rows that were not begun; the claim does not count as a try."""
    if not rows:
        return
    later = {} if until is None else {"due_at": until}
    held = OutboxMessage.objects.held(*rows)
    with transaction.atomic():
        list(held.select_for_update().order_by("id").values_list("pk"))  # in the order in which readdress locks
        held.update(leased_until=None, attempts=F("attempts") - 1, **later)
