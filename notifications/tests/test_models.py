from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from notifications.models import OutboxMessage, Status
from notifications.tests.factories import AT, one, queued, sent

pytestmark = pytest.mark.django_db


def refused(row: OutboxMessage, **changes: object) -> str:
    """The database's own words about a change that it must not take."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        OutboxMessage.objects.filter(pk=row.pk).update(**changes)
    return str(refusal.value)


def test_the_database_says_no_to_a_state_nobody_knows() -> None:
    assert "outbox_sta" in refused(one(), status="lost")


@pytest.mark.parametrize("status", [status for status in Status.values if status != "queued"])
def test_the_database_says_no_to_a_state_without_its_instant(status: str) -> None:
    assert "outbox_state_has_its_instant" in refused(one(), status=status)


def test_the_database_says_no_to_a_lease_on_what_is_no_longer_queued() -> None:
    assert "outbox_only_queued_is_leased" in refused(sent(), leased_until=AT)


def test_the_database_says_no_to_a_calendar_without_its_method_and_the_reverse() -> None:
    row = one()

    assert "outbox_calendar_has_its_method" in refused(row, calendar="BEGIN:VCALENDAR")
    assert "outbox_calendar_has_its_method" in refused(row, calendar_method="REQUEST")


def test_the_database_says_no_to_an_empty_message_in_the_queue() -> None:
    assert "outbox_queued_has_a_text" in refused(one(), text="")


def test_the_database_says_no_to_an_urgent_message_that_went_and_kept_its_body() -> None:
    assert "outbox_urgent_leaves_no_body" in refused(one(urgent=True), status="sent", sent_at=AT)


def test_the_database_says_no_to_one_key_or_message_id_twice() -> None:
    first, second = queued(2)

    assert "key" in refused(second, key=first.key)
    assert "message_id" in refused(second, message_id=first.message_id)


def test_state_at_is_the_instant_of_the_present_state() -> None:
    row = sent()
    assert row.state_at == AT + timedelta(seconds=1)

    row.status, row.bounced_at = Status.BOUNCED, AT + timedelta(minutes=2)
    assert row.state_at == AT + timedelta(minutes=2)


def test_states_have_words_for_people() -> None:
    assert [str(status.label) for status in Status] == [
        "Queued",
        "Sent",
        "Delivered",
        "Bounced",
        "Marked as spam",
        "Failed",
        "Not sent",
    ]


def test_about_finds_the_messages_about_one_or_several() -> None:
    first, second, _ = queued(3)

    assert set(OutboxMessage.objects.about(first.about)) == {first}
    assert set(OutboxMessage.objects.about(first.about, second.about)) == {first, second}


def test_what_a_worker_holds_is_not_waiting_until_its_lease_ends() -> None:
    row = one()
    OutboxMessage.objects.filter(pk=row.pk).update(leased_until=AT + timedelta(minutes=5))

    assert not OutboxMessage.objects.waiting(AT + timedelta(minutes=5) - timedelta(microseconds=1)).exists()
    assert OutboxMessage.objects.waiting(AT + timedelta(minutes=5)).get() == row


@pytest.fixture
def years_of_mail() -> None:
    """A few messages in the queue, among thousands that were sent."""
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            about=f"client:{number}",
            key=f"old:{number}",
            kind="canceled",
            recipient="client@example.com",
            subject="Subject",
            status=Status.SENT,
            message_id=f"<{number}@alder.example>",
            provider_id=f"id-{number}",
            due_at=AT,
            queued_at=AT,
            sent_at=AT,
        )
        for number in range(3000)
    )
    queued(5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


QUESTIONS = {
    "what is due": OutboxMessage.objects.due(AT).order_by(F("urgent").desc(), "id")[:50],
    "what waits about a person": OutboxMessage.objects.about("client:7").filter(
        recipient__iexact="a@example.com", status=Status.QUEUED
    ),
    "by the provider's id": OutboxMessage.objects.known_as("id-2999"),
    "by key": OutboxMessage.objects.filter(key__in=["old:1", "old:2"]),
}


def test_no_question_reads_what_was_sent_long_ago(years_of_mail: None) -> None:
    for question, rows in QUESTIONS.items():
        plan = f"{question}:\n{rows.all().explain()}"

        assert "Seq Scan" not in plan, plan
        assert not [line for line in plan.splitlines() if "SCAN" in line and "INDEX" not in line], plan
