"""Of two mails about the same, the later does not overtake the earlier."""

from datetime import timedelta

import pytest

from notifications import outbox
from notifications.tests.factories import AT, one
from notifications.tests.sink import Sink

pytestmark = pytest.mark.django_db


def test_a_cancellation_does_not_overtake_its_booking(sink: Sink) -> None:
    booking = one(recipient="jordan.lee@example.com", subject="Booked")
    canceling = one(recipient="jordan.lee@example.com", subject="Canceled")
    other = one()
    refusals = iter(["451 4.7.1 Greylisted"])
    sink.on["rcpt"] = lambda _, address: next(refusals, None) if address == booking.recipient else None

    outbox.deliver_due(at=AT)
    assert sink.recipients == [other.recipient]
    canceling.refresh_from_db()
    assert (canceling.status, canceling.attempts, canceling.leased_until) == ("queued", 0, None)

    outbox.deliver_due(at=AT + timedelta(minutes=2))
    assert [mail["Subject"] for mail in sink.mails[1:]] == ["Booked", "Canceled"]


def test_a_message_waits_for_an_earlier_one_in_another_workers_hands() -> None:
    one(recipient="jordan.lee@example.com")
    assert len(outbox.claim(at=AT)) == 1
    one(recipient="jordan.lee@example.com")

    assert outbox.claim(at=AT) == []
    assert len(outbox.claim(at=AT + timedelta(minutes=10))) == 2


def test_urgent_mail_waits_for_nobody_and_keeps_nobody_waiting() -> None:
    one(recipient="jordan.lee@example.com")
    outbox.claim(at=AT)
    urgent = one(recipient="jordan.lee@example.com", urgent=True)
    assert outbox.claim(at=AT) == [urgent]

    first = one(recipient="priya@example.com", urgent=True)
    assert outbox.claim(at=AT) == [first]
    second = one(recipient="priya@example.com")
    assert outbox.claim(at=AT) == [second]


def test_a_message_that_cannot_go_keeps_others_behind_it_for_an_hour_only(sink: Sink) -> None:
    bad = one(recipient="jordan.lee@example.com", subject="Odd")
    sink.on["data"] = lambda _, content: "451 4.3.0 Odd" if "Odd" in content else None
    for minutes in (0, 2, 8, 30):  # the next try is an hour after the last
        outbox.deliver_due(at=AT + timedelta(minutes=minutes))
    good = one(recipient="jordan.lee@example.com", subject="Good", at=AT + timedelta(minutes=40))

    outbox.deliver_due(at=AT + timedelta(minutes=59))
    assert sink.raw == []
    outbox.deliver_due(at=AT + timedelta(minutes=61))

    assert [mail["Subject"] for mail in sink.mails] == [good.subject]
    bad.refresh_from_db()
    assert bad.status == "queued"
