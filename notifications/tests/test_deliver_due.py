"""What a ring sends: in which order, over what connection, and what becomes of what can’t go."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, Settings

from notifications import outbox
from notifications.delivery import Answer, Fate
from notifications.models import OutboxMessage
from notifications.tests.factories import AT, one, queued
from notifications.tests.sink import Sink
from notifications.tests.test_outbox import LATER, states

pytestmark = pytest.mark.django_db


# --- Sending ---


def test_everything_due_goes_in_order_over_one_connection(sink: Sink) -> None:
    rows = queued(3)
    not_yet = one(at=AT + timedelta(hours=1))

    assert outbox.deliver_due(at=LATER) == 3

    assert sink.recipients == [row.recipient for row in rows]
    assert sink.connections == 1
    assert states() == ["sent", "sent", "sent", "queued"]
    for row in rows:
        row.refresh_from_db()
        assert row.sent_at is not None
        assert LATER <= row.sent_at < LATER + timedelta(seconds=10)
        assert (row.attempts, row.leased_until, row.error) == (1, None, "")
    not_yet.refresh_from_db()
    assert (not_yet.attempts, not_yet.leased_until) == (0, None)


def test_more_than_a_batch_goes_in_one_call(sink: Sink) -> None:
    queued(outbox.BATCH + 7)

    assert outbox.deliver_due(at=AT) == outbox.BATCH + 7
    assert sink.connections == 1
    assert set(states()) == {"sent"}


def test_an_idle_ring_asks_once_and_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert outbox.deliver_due(at=AT) == 0


def test_sending_twice_sends_once(sink: Sink) -> None:
    one()

    assert outbox.deliver_due(at=AT) == 1
    assert outbox.deliver_due(at=AT + timedelta(days=1)) == 0
    assert len(sink.raw) == 1


def test_urgent_mail_goes_first_and_leaves_no_body(sink: Sink) -> None:
    ordinary = one()
    urgent = one(at=LATER, urgent=True, text="Your code is 4711.\n", html="<p>4711</p>")

    outbox.deliver_due(at=LATER)

    assert sink.recipients == [urgent.recipient, ordinary.recipient]
    assert "4711" in sink.raw[0].decode()
    urgent.refresh_from_db()
    ordinary.refresh_from_db()
    assert (urgent.status, urgent.text, urgent.html) == ("sent", "", "")
    assert ordinary.text


def test_a_refused_recipient_is_a_bounce_and_the_others_go(sink: Sink) -> None:
    first, gone, last = queued(3)
    sink.on["rcpt"] = lambda _, address: "550 5.1.1 No such user" if address == gone.recipient else None

    assert outbox.deliver_due(at=AT) == 2

    assert sink.recipients == [first.recipient, last.recipient]
    assert states() == ["sent", "bounced", "sent"]
    gone.refresh_from_db()
    assert (gone.error, gone.leased_until) == ("SMTPRecipientsRefused", None)
    assert gone.bounced_at is not None


def test_a_refused_message_has_failed_and_the_others_go(sink: Sink) -> None:
    bad, good = one(subject="Too much"), one()
    sink.on["data"] = lambda _, content: "552 5.3.4 Too big" if "Too much" in content else None

    assert outbox.deliver_due(at=AT) == 1

    assert sink.recipients == [good.recipient]
    bad.refresh_from_db()
    assert (bad.status, bad.error) == ("failed", "SMTPDataError")


@pytest.mark.parametrize(
    "broken",
    [
        {"subject": "Two\nlines"},
        {"sender_name": "Alder\r\nBcc: all@example.com"},
        {"recipient": ""},
        {"calendar": "BEGIN:VCALENDAR", "calendar_method": "RE\nQUEST"},
    ],
)
def test_a_message_that_cannot_be_built_has_failed_and_blocks_no_other(sink: Sink, broken: dict[str, Any]) -> None:
    bad, good = one(**broken), one()

    assert outbox.deliver_due(at=AT) == 1

    assert sink.recipients == [good.recipient]
    bad.refresh_from_db()
    assert bad.status == "failed"
    assert bad.error


def test_a_refusal_for_the_moment_is_tried_again_with_growing_pauses(sink: Sink) -> None:
    row = one()
    sink.on["rcpt"] = lambda *_: "451 4.7.1 Greylisted"
    pauses = []
    at = AT
    for _ in range(len(outbox.PAUSES)):
        assert outbox.deliver_due(at=at) == 0
        row.refresh_from_db()
        assert (row.status, row.error, row.leased_until) == ("queued", "SMTPRecipientsRefused", None)
        pauses.append(round((row.due_at - at).total_seconds() / 60))
        assert outbox.deliver_due(at=row.due_at - timedelta(seconds=1)) == 0
        at = row.due_at
    assert pauses == [1, 5, 15, 60, 180, *[360] * 11]

    outbox.deliver_due(at=at)

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("failed", 17)
    assert timedelta(days=2.5) < row.state_at - row.queued_at < timedelta(days=3.5)


def test_a_refusal_for_the_moment_ends_well_when_the_server_relents(sink: Sink) -> None:
    row = one()
    sink.on["rcpt"] = lambda *_: "451 4.7.1 Greylisted"
    outbox.deliver_due(at=AT)
    del sink.on["rcpt"]

    assert outbox.deliver_due(at=AT + timedelta(minutes=2)) == 1

    row.refresh_from_db()
    assert (row.status, row.error, row.attempts) == ("sent", "", 2)


def test_a_dead_mail_server_costs_nobody_a_try(sink: Sink, settings: Settings) -> None:
    rows = queued(3)
    settings.EMAIL_PORT = 1

    for minute in range(60):
        assert outbox.deliver_due(at=AT + timedelta(minutes=minute)) == 0

    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.attempts, row.leased_until) == ("queued", 0, None)
    settings.EMAIL_PORT = sink.port
    assert outbox.deliver_due(at=AT + timedelta(minutes=60)) == 3


def test_a_dead_mail_server_is_asked_once_a_ring_and_again_after_a_pause(sink: Sink) -> None:
    rows = queued(outbox.BATCH + 1)
    sink.on["mail"] = lambda *_: "421 4.3.2 Closing"

    assert outbox.deliver_due(at=AT) == 0

    assert sink.connections == 1
    due = sorted(OutboxMessage.objects.values_list("due_at", "attempts"))
    assert due[0] == (AT, 0)  # never claimed
    assert {attempts for _, attempts in due} == {0, 1}
    assert [attempts for _, attempts in due].count(1) == 1  # it may be that message's own fault
    assert outbox.deliver_due(at=AT + timedelta(seconds=1)) == 0
    del sink.on["mail"]
    assert outbox.deliver_due(at=AT + timedelta(minutes=2)) == len(rows)


def test_one_message_that_makes_the_server_hang_up_holds_up_no_other(sink: Sink) -> None:
    def hang_up(_: Sink, content: str) -> None:
        if "Poison" in content:
            raise ConnectionResetError

    sink.on["data"] = hang_up
    bad = one(subject="Poison")
    good = queued(3)

    for second in range(0, 50, 10):
        outbox.deliver_due(at=AT + timedelta(seconds=second))

    assert sink.recipients == [row.recipient for row in good]
    bad.refresh_from_db()
    assert (bad.status, bad.attempts) == ("queued", 1)


def test_a_server_that_closes_a_long_served_connection_is_called_again_at_once(sink: Sink) -> None:
    served = []

    def at_most_two(_: Sink, sender: str) -> str | None:
        served.append(sender)
        return "421 4.7.0 Enough" if len(served) % 3 == 0 else None

    sink.on["mail"] = at_most_two
    queued(5)

    assert outbox.deliver_due(at=AT) == 5

    assert sink.connections == 3
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_what_is_not_begun_by_half_the_lease_is_given_back_and_goes_all_the_same(
    sink: Sink, settings: Settings
) -> None:
    settings.OUTBOX_LEASE_SECONDS = 0.5
    sink.delay = 0.08
    queued(8)
    assert outbox.deliver_due(at=AT) == 8

    assert len(sink.raw) == 8
    assert set(OutboxMessage.objects.values_list("attempts", "status")) == {(1, "sent")}


def test_stopping_finishes_the_message_in_hand_and_gives_the_rest_back(sink: Sink) -> None:
    queued(5)

    assert outbox.deliver_due(at=AT, stopping=lambda: len(sink.raw) == 2) == 2

    assert states() == ["sent", "sent", "queued", "queued", "queued"]
    back = OutboxMessage.objects.filter(status="queued")
    assert set(back.values_list("attempts", "leased_until", "due_at")) == {(0, None, AT)}
    assert outbox.deliver_due(at=AT) == 3
    assert len(sink.raw) == 5


def test_what_a_dead_worker_held_goes_when_its_lease_has_ended(sink: Sink, settings: Settings) -> None:
    settings.OUTBOX_LEASE_SECONDS = 300
    one()
    outbox.claim(at=AT)

    assert outbox.deliver_due(at=AT + timedelta(seconds=299)) == 0
    assert outbox.deliver_due(at=AT + timedelta(seconds=300)) == 1


def test_a_worker_that_overslept_its_lease_marks_nothing(sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    row = one()

    (overslept,) = outbox.claim(at=AT)
    (awake,) = outbox.claim(at=AT + timedelta(minutes=10))

    failed = Answer(Fate.FAILED, "ValueError")
    assert not outbox._mark(overslept, failed, at=AT + timedelta(minutes=11))
    outbox._give_back([overslept], until=None)
    row.refresh_from_db()
    assert (row.status, row.leased_until, row.attempts) == ("queued", awake.leased_until, 2)
    assert "no longer ours" in caplog.text
    assert outbox._mark(awake, Answer(Fate.ACCEPTED), at=AT + timedelta(minutes=11))


# --- What must not be ---


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(sink: Sink) -> None:
    one()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        outbox.deliver_due(at=AT)
    assert sink.raw == []

    assert outbox.deliver_due(at=AT) == 1


def test_logs_carry_ids_and_classes_alone(sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gone = one(recipient="jordan.lee@example.com")
    broken = one(subject="Secret\nsubject")
    sink.on["rcpt"] = lambda _, address: f"550 5.1.1 {address} unknown" if "jordan" in address else None

    outbox.deliver_due(at=AT)

    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("notifications"))
    assert ours.splitlines() == [
        f"Message {gone.pk}: refused for its recipient, SMTPRecipientsRefused",
        f"Message {broken.pk}: refused for good, BadHeaderError",
    ]


def test_instants_are_counted_from_the_one_that_was_passed(sink: Sink) -> None:
    one(at=datetime(2030, 1, 1, tzinfo=UTC))

    outbox.deliver_due(at=datetime(2030, 1, 1, tzinfo=UTC))

    sent_at = OutboxMessage.objects.get().sent_at
    assert sent_at is not None
    assert sent_at.year == 2030
