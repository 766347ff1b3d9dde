import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from notifications import outbox
from notifications.delivery import Answer, Fate
from notifications.models import OutboxMessage, Status
from notifications.tests.factories import AT, INVITATION, message, one, queued
from notifications.tests.sink import Sink

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(minutes=1)


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("status", flat=True))


# --- Writing ---


def test_a_queued_message_keeps_all_that_it_was_given() -> None:
    given = message(calendar=INVITATION, calendar_method="REQUEST", urgent=True)

    (row,) = outbox.enqueue(given, at=AT)

    row.refresh_from_db()
    assert {name: getattr(row, name) for name in vars(given)} == vars(given)
    assert (row.status, row.queued_at, row.due_at) == (Status.QUEUED, AT, AT)
    assert (row.attempts, row.leased_until, row.error, row.provider_id) == (0, None, "", "")


def test_rows_come_back_in_the_order_of_the_messages() -> None:
    messages = [message() for _ in range(5)]

    rows = outbox.enqueue(*messages, at=AT)

    assert [row.key for row in rows] == [given.key for given in messages]


def test_a_key_that_is_there_queues_nothing_and_its_row_is_returned_as_it_is() -> None:
    first = one(key="cancellation:7:client", subject="As it was said first")

    again, other = outbox.enqueue(
        message("cancellation:7:client", subject="Otherwise"), message("cancellation:7:provider"), at=LATER
    )

    assert (again.pk, again.subject, again.queued_at) == (first.pk, "As it was said first", AT)
    assert other.key == "cancellation:7:provider"
    assert OutboxMessage.objects.count() == 2


def test_a_message_that_the_database_refuses_is_an_error_on_both_databases() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.enqueue(message(), message(text=""), at=AT)

    assert not OutboxMessage.objects.exists()


def test_messages_vanish_with_the_act_that_wrote_them() -> None:
    with transaction.atomic():
        one()
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("number", [1, 30])
def test_queueing_takes_two_queries_however_many(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    messages = [message() for _ in range(number)]

    with django_assert_num_queries(2):
        outbox.enqueue(*messages, at=AT)


def test_the_message_id_is_the_same_for_the_same_key_and_names_the_senders_domain(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Alder Street <appointments@alder.example>"

    first = outbox.message_id("cancellation:7:client")

    assert first == outbox.message_id("cancellation:7:client") != outbox.message_id("cancellation:7:provider")
    assert first.startswith("<")
    assert first.endswith("@alder.example>")
    assert "cancellation" not in first


# --- Dropping, readdressing ---


def test_what_nobody_holds_can_be_dropped_and_is_never_sent(sink: Sink) -> None:
    row, other = queued(2)

    assert outbox.drop(OutboxMessage.objects.filter(pk=row.pk), at=LATER) == 1

    row.refresh_from_db()
    assert (row.status, row.dropped_at, row.state_at) == (Status.DROPPED, LATER, LATER)
    outbox.deliver_due(at=LATER)
    assert sink.recipients == [other.recipient]


def test_a_dropped_urgent_message_leaves_no_body_and_another_keeps_its_own() -> None:
    urgent, other = one(urgent=True), one()

    outbox.drop(OutboxMessage.objects.all(), at=LATER)

    urgent.refresh_from_db()
    other.refresh_from_db()
    assert (urgent.text, urgent.html) == ("", "")
    assert other.text
    assert other.html


def test_what_a_worker_holds_is_not_dropped() -> None:
    row = one()
    outbox.claim(at=AT)

    rows = OutboxMessage.objects.filter(pk=row.pk)
    assert outbox.drop(rows, at=LATER) == 0
    assert states() == ["queued"]


def test_what_a_dead_worker_may_have_sent_is_not_dropped() -> None:
    row = one()
    outbox.claim(at=AT)

    assert outbox.drop(OutboxMessage.objects.filter(pk=row.pk), at=AT + timedelta(days=1)) == 0


def test_what_was_sent_is_not_dropped(sink: Sink) -> None:
    one()
    outbox.deliver_due(at=AT)

    assert outbox.drop(OutboxMessage.objects.all(), at=LATER) == 0
    assert states() == ["sent"]


def test_what_waits_goes_to_the_new_address_and_its_calendar_too() -> None:
    mine = one(about="client:12", recipient="Jordan.Lee@example.com", calendar=INVITATION, calendar_method="REQUEST")
    plain = one(about="client:12", recipient="jordan.lee@example.com")
    others = one(about="provider:3", recipient="jordan.lee@example.com")

    changed = outbox.readdress("client:12", old="jordan.lee@example.com", new="jordan@new.example")

    assert changed == 2
    for row in (mine, plain, others):
        row.refresh_from_db()
    assert (mine.recipient, plain.recipient, others.recipient) == (
        "jordan@new.example",
        "jordan@new.example",
        "jordan.lee@example.com",
    )
    was, became = INVITATION.splitlines(), mine.calendar.replace("\r\n ", "").splitlines()
    assert sorted(set(became) - set(was)) == ["ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:jordan@new.example"]
    assert sorted(set(was) - set(became)) == ["ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:jordan.lee@example.com"]
    assert plain.calendar == ""


def test_what_was_sent_keeps_the_address_it_went_to(sink: Sink) -> None:
    row = one(about="client:12")
    outbox.deliver_due(at=AT)

    assert outbox.readdress("client:12", old=row.recipient, new="new@example.com") == 0


def test_what_a_worker_gives_back_goes_to_the_new_address(sink: Sink) -> None:
    row = one(recipient="jordan.lee@example.com", calendar=INVITATION, calendar_method="REQUEST")
    in_hand = outbox.claim(at=AT)

    assert outbox.readdress(row.about, old=row.recipient, new="jordan@new.example") == 1
    outbox._give_back(in_hand, until=None)

    assert outbox.deliver_due(at=LATER) == 1
    assert sink.recipients == ["jordan@new.example"]
    assert "mailto:jordan@new.example" in OutboxMessage.objects.get().calendar.replace("\r\n ", "")


def test_what_went_while_it_was_readdressed_says_where_it_went() -> None:
    row = one(recipient="jordan.lee@example.com", calendar=INVITATION, calendar_method="REQUEST")
    (in_hand,) = outbox.claim(at=AT)

    outbox.readdress(row.about, old=row.recipient, new="jordan@new.example")
    assert outbox._mark(in_hand, Answer(Fate.ACCEPTED), at=LATER)

    row.refresh_from_db()
    assert (row.status, row.recipient, row.calendar) == ("sent", "jordan.lee@example.com", INVITATION)


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
    settings.OUTBOX_LEASE_SECONDS = 1
    sink.delay = 0.15
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


# --- Order ---


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
