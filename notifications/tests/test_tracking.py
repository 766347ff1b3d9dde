"""What a provider tells later, as its webhook hands it to us: late, twice and in any order."""

from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from notifications import outbox
from notifications.delivery import Answer, Fate
from notifications.models import OutboxMessage, Status
from notifications.tests.factories import AT, one, sent
from notifications.tracking import MOVES

pytestmark = pytest.mark.django_db

TOLD = AT + timedelta(minutes=3)


def tell(row: OutboxMessage, event_type: str, **changes: object) -> None:
    event = {
        "message_id": row.provider_id or row.message_id,
        "recipient": row.recipient,
        "timestamp": TOLD,
        "event_type": event_type,
    }
    tracking.send(sender=object, event=AnymailTrackingEvent(**event | changes), esp_name="Postmark")
    row.refresh_from_db()


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("delivered", "delivered"),
        ("bounced", "bounced"),
        ("rejected", "bounced"),
        ("failed", "failed"),
        ("complained", "complained"),
    ],
)
def test_what_the_provider_tells_is_written_down_with_its_instant(event: str, status: str) -> None:
    row = sent(provider_id="id-1")

    tell(row, event)

    assert (row.status, row.state_at) == (status, TOLD)
    assert row.sent_at == AT + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("told", "then"),
    [
        (["delivered", "delivered"], "delivered"),
        (["delivered", "bounced"], "bounced"),  # taken, and then sent back
        (["bounced", "delivered"], "bounced"),
        (["delivered", "complained"], "complained"),
        (["complained", "delivered"], "complained"),
        (["complained", "bounced"], "complained"),
        (["bounced", "complained"], "complained"),  # who complains has had it
        (["delivered", "rejected"], "delivered"),
        (["delivered", "failed"], "delivered"),
        (["failed", "delivered"], "delivered"),
        (["bounced", "failed"], "bounced"),
    ],
    ids="-".join,
)
def test_a_state_never_moves_back(told: list[str], then: str) -> None:
    row = sent(provider_id="id-1")

    for number, event in enumerate(told):
        tell(row, event, timestamp=TOLD + timedelta(minutes=number))

    assert row.status == then


def test_repeats_keep_the_first_instant() -> None:
    row = sent(provider_id="id-1")

    tell(row, "delivered")
    tell(row, "delivered", timestamp=TOLD + timedelta(days=1))

    assert row.delivered_at == TOLD


def test_what_was_dropped_stays_so() -> None:
    assert all(Status.DROPPED not in before for _, before in MOVES.values())
    row = one()
    outbox.drop(OutboxMessage.objects.all(), at=AT)

    tell(row, "delivered")

    assert row.status == "dropped"


@pytest.mark.parametrize("event", ["opened", "clicked", "deferred", "queued", "unsubscribed", "unknown"])
def test_other_events_change_nothing(event: str) -> None:
    row = sent(provider_id="id-1")

    tell(row, event)

    assert row.status == "sent"


def test_an_event_about_another_recipient_or_message_changes_nothing() -> None:
    row = sent(provider_id="id-1")
    unmarked = sent()

    tell(row, "bounced", recipient="someone@else.example")
    tell(row, "bounced", message_id="id-2")
    tell(unmarked, "bounced", message_id="")
    tell(unmarked, "bounced", message_id=None)

    assert (row.status, unmarked.status) == ("sent", "sent")


def test_the_recipients_case_does_not_matter() -> None:
    row = sent(provider_id="id-1", recipient="Jordan.Lee@example.com")

    tell(row, "delivered", recipient="jordan.lee@example.com")

    assert row.status == "delivered"


def test_a_provider_that_keeps_our_message_id_may_name_it_with_or_without_brackets() -> None:
    first, second = sent(), sent()

    tell(first, "delivered", message_id=first.message_id)
    tell(second, "delivered", message_id=second.message_id.strip("<>"))

    assert (first.status, second.status) == ("delivered", "delivered")


def test_an_event_that_overtakes_our_own_mark_ends_the_queueing() -> None:
    row = one(urgent=True)
    (claimed,) = outbox.claim(at=AT)

    tell(row, "delivered")

    assert (row.status, row.leased_until, row.sent_at, row.text, row.html) == ("delivered", None, TOLD, "", "")
    assert not outbox._mark(claimed, Answer(Fate.ACCEPTED), at=TOLD)
    row.refresh_from_db()
    assert row.status == "delivered"


def test_an_event_without_an_instant_is_told_now() -> None:
    row = sent(provider_id="id-1")

    tell(row, "delivered", timestamp=None)

    assert row.status == "delivered"
    assert row.delivered_at is not None
    assert row.delivered_at > AT
