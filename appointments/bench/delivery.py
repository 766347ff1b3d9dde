"""Delivery from the outbox, beside building and sending the same messages by smtplib over one connection."""

import contextlib
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

from django.test import override_settings

from appointments.bench.measuring import milliseconds
from notifications import delivery, outbox
from notifications.models import OutboxMessage

SINK = """
import sys, time
from notifications.tests import sink
with sink.running() as one:
    one.delay = float(sys.argv[1])
    print(one.port, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def sink(delay: float) -> Iterator[int]:
    """A real SMTP server in a process of its own that takes ``delay`` seconds over a message; its port."""
    server = subprocess.Popen(
        [sys.executable, "-c", SINK, str(delay)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    assert server.stdin is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(timeout=10)


def measure(*, messages: int, delay: float, rounds: int, at: datetime) -> tuple[float, float]:
    """Milliseconds a message, ours and smtplib's; the best of ``rounds``, turn by turn."""
    with (
        sink(delay) as port,
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
        ),
    ):
        ours, theirs = [], []
        for number in range(rounds):
            rows = _queue(messages, name=f"{delay}:{number}", at=at)
            theirs.append(milliseconds(lambda rows=rows, port=port: _by_smtplib(rows, port)) / messages)  # type: ignore[misc]
            ours.append(milliseconds(lambda: _by_outbox(at)) / messages)
            assert OutboxMessage.objects.filter(pk__in=[row.pk for row in rows], status="sent").count() == messages
        return min(ours), min(theirs)


def _queue(count: int, *, name: str, at: datetime) -> list[OutboxMessage]:
    """Copies of a real cancellation's mails, to as many people."""
    kept = list(OutboxMessage.objects.filter(kind="canceled").order_by("id")[:2])
    OutboxMessage.objects.filter(status="queued").update(status="dropped", dropped_at=at)
    messages = [
        outbox.Message(
            about=mail.about,
            key=f"bench:{at.isoformat()}:{name}:{one}",
            kind=mail.kind,
            recipient=f"person{one}@example.com",
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            calendar=mail.calendar,
            calendar_method=mail.calendar_method,
            sender_name=mail.sender_name,
        )
        for one in range(count)
        for mail in [kept[one % 2]]
    ]
    return outbox.enqueue(*messages, at=at)


def _by_smtplib(rows: list[OutboxMessage], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for row in rows:
            mail = delivery.build(row, by_api=False)
            server.sendmail("bench@example.com", [row.recipient], as_sent(mail))


def as_sent(mail: delivery.Mail) -> bytes:
    content: bytes = mail.message().as_bytes(linesep="\r\n")
    return content


def _by_outbox(at: datetime) -> None:
    while outbox.deliver_due(at=at):
        pass
