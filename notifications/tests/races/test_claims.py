"""Several workers at once, each with a connection of its own."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from notifications import outbox
from notifications.models import OutboxMessage
from notifications.tests.factories import AT, message, queued
from notifications.tests.sink import Sink
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def claim_all() -> list[int]:
    claimed = []
    while rows := outbox.claim(at=AT):
        claimed += [row.pk for row in rows]
    return claimed


def test_no_row_is_claimed_twice_by_four_workers() -> None:
    queued(600)

    claimed = at_once([claim_all] * 4)

    everything = sorted(pk for each in claimed for pk in each)
    assert everything == sorted(OutboxMessage.objects.values_list("pk", flat=True))
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_four_workers_send_each_message_once(sink: Sink) -> None:
    queued(200)

    sent = at_once([lambda: outbox.deliver_due(at=AT)] * 4)

    assert sum(sent) == 200
    assert len(sink.raw) == len(set(sink.message_ids)) == 200


def test_a_slow_mail_server_makes_no_worker_send_what_another_has_in_hand(sink: Sink, settings: Settings) -> None:
    settings.OUTBOX_LEASE_SECONDS = 2  # a whole batch would take two seconds and a half
    sink.delay = 0.05
    queued(60, at=timezone.now())

    def work() -> int:
        sent = 0
        while OutboxMessage.objects.filter(status="queued").exists():
            sent += outbox.deliver_due(at=timezone.now())
            time.sleep(0.05)
        return sent

    sent = at_once([work] * 3)

    assert sum(sent) == 60
    assert len(sink.raw) == len(set(sink.message_ids)) == 60


def test_what_is_dropped_while_it_is_claimed_is_one_or_the_other(sink: Sink) -> None:
    def drop_them() -> int:
        dropped = 0
        for row in reversed(OutboxMessage.objects.all()):
            dropped += outbox.drop(OutboxMessage.objects.filter(pk=row.pk), at=AT)
        return dropped

    queued(120)
    dropped, sent = at_once([drop_them, lambda: outbox.deliver_due(at=AT)])

    assert dropped + sent == 120
    assert len(sink.raw) == sent
    assert OutboxMessage.objects.filter(status="dropped").count() == dropped
    assert OutboxMessage.objects.filter(status="sent").count() == sent


def test_a_drop_that_waits_for_a_claim_sees_the_lease() -> None:
    """The claim is not committed yet when the drop begins: the drop waits, and drops nothing."""
    (row,) = queued(1)
    for _ in range(20):
        dropped, claimed = at_once(
            [
                lambda: outbox.drop(OutboxMessage.objects.filter(pk=row.pk), at=AT),
                lambda: len(outbox.claim(at=AT)),
            ]
        )
        assert dropped + claimed == 1
        OutboxMessage.objects.filter(pk=row.pk).update(status="queued", leased_until=None)


def test_one_key_queued_at_once_is_one_row_and_both_get_it() -> None:
    same = message("cancellation:7:client")

    rows = at_once([lambda: outbox.enqueue(same, at=AT)] * 8)

    assert len({row.pk for (row,) in rows}) == 1
    assert OutboxMessage.objects.count() == 1


def test_an_event_told_while_the_message_is_being_marked_is_not_lost(sink: Sink) -> None:
    """The provider may be quicker with its webhook than we are with our own mark."""
    from anymail.signals import AnymailTrackingEvent, tracking

    (row,) = queued(1)

    def tell(_: Sink, content: str) -> None:
        event = AnymailTrackingEvent(
            event_type="delivered", message_id=row.message_id, recipient=row.recipient, timestamp=AT
        )
        tracking.send(sender=object, event=event, esp_name="Relay")
        connection.close()

    sink.on["data"] = tell
    outbox.deliver_due(at=AT)

    row.refresh_from_db()
    assert row.status == "delivered"
    assert outbox.deliver_due(at=AT + timedelta(days=1)) == 0
