from datetime import timedelta

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


# --- Sending again ---


def test_a_copy_is_numbered_goes_where_it_is_told_and_is_another_mail() -> None:
    first = one(recipient="jordan.lee@example.com", calendar=INVITATION, calendar_method="REQUEST")

    second = outbox.again(first, to="jordan@new.example", at=LATER)
    third = outbox.again(second, to="jordan@new.example", at=LATER)

    assert [second.key, third.key] == [f"{first.key}:again:2", f"{first.key}:again:3"]
    assert (second.recipient, second.status, second.due_at) == ("jordan@new.example", Status.QUEUED, LATER)
    assert (second.subject, second.text, second.html) == (first.subject, first.text, first.html)
    assert "mailto:jordan@new.example" in second.calendar
    assert "jordan.lee@example.com" not in second.calendar
    assert len({first.message_id, second.message_id, third.message_id}) == 3


def test_the_same_copy_is_queued_once() -> None:
    first = one()
    assert outbox.again(first, to="a@example.com", at=LATER) == outbox.again(first, to="b@example.com", at=LATER)
    assert OutboxMessage.objects.count() == 2


def test_mail_to_sign_in_by_is_never_sent_again() -> None:
    """What it said was good for minutes, and its body is gone."""
    row = one(urgent=True)
    OutboxMessage.objects.update(status=Status.FAILED, failed_at=AT, text="", html="")
    row.refresh_from_db()

    with pytest.raises(ValueError, match="urgent"):
        outbox.again(row, to="elsewhere@example.com", at=LATER)

    assert OutboxMessage.objects.count() == 1
