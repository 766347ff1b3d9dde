"""Messages in the situations that tests start from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from notifications import outbox
from notifications.models import OutboxMessage
from notifications.outbox import Message

AT = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
INVITATION = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Practice//Appointments//EN
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Appointment with Maya Chen
DTSTART:20260305T190000Z
DTEND:20260305T195000Z
DTSTAMP:20260303T190000Z
UID:7f6f6a4e-0d55-4c4e-9d7c-6a3c4ce8f2a1
SEQUENCE:1
ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:jordan.lee@example.com
ORGANIZER;CN="Alder Street":mailto:office@alder.example
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
numbers = count(1)


def message(key: str = "", **changes: Any) -> Message:
    """A cancellation's mail to a client whom no other message goes to."""
    number = next(numbers)
    given = Message(
        about=f"client:{number}",
        key=key or f"cancellation:{number}:client",
        kind="canceled",
        recipient=f"client{number}@example.com",
        sender_name="Alder Street",
        subject="Your appointment on Tue, Mar 3 is canceled",
        text="Your appointment with Maya Chen on Tue, Mar 3, 2:00 PM EST is canceled.\n",
        html="<p>Your appointment with Maya Chen on Tue, Mar 3, 2:00 PM EST is canceled.</p>",
    )
    return replace(given, **changes)


def queued(number: int = 1, *, at: datetime = AT, **changes: Any) -> list[OutboxMessage]:
    """So many messages, each to its own address unless ``changes`` says otherwise."""
    return outbox.enqueue(*(message(**changes) for _ in range(number)), at=at)


def one(*, at: datetime = AT, **changes: Any) -> OutboxMessage:
    return queued(at=at, **changes)[0]


def sent(*, at: datetime = AT, **changes: Any) -> OutboxMessage:
    """A message that the mail server has taken a second after it was queued."""
    row = one(at=at)
    went = {"status": "sent", "sent_at": at + timedelta(seconds=1), "attempts": 1}
    OutboxMessage.objects.filter(pk=row.pk).update(**went | changes)
    row.refresh_from_db()
    return row
