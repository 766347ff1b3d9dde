"""What a provider tells later, as its webhook hands it to us: late, twice and in any order."""

import contextlib
from base64 import b64encode
from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent
from anymail.signals import tracking as signal
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from pytest_django import Settings

from notifications import outbox, tracking
from notifications.delivery import Answer, Fate
from notifications.models import OutboxMessage, Status
from notifications.tests.factories import AT, one, sent
from notifications.tracking import MOVES

pytestmark = pytest.mark.django_db

TOLD = AT + timedelta(minutes=3)
POSTMARK = "anymail.backends.postmark.EmailBackend"


def tell(row: OutboxMessage, event_type: str, **changes: object) -> None:
    event = {
        "message_id": row.provider_id or row.message_id,
        "recipient": row.recipient,
        "timestamp": TOLD,
        "event_type": event_type,
    }
    signal.send(sender=object, event=AnymailTrackingEvent(**event | changes), esp_name="Postmark")
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


def test_nothing_can_be_told_of_what_no_worker_has_tried() -> None:
    row = one()

    for event in MOVES:
        tell(row, event)

    assert (row.status, row.attempts) == ("queued", 0)


@pytest.fixture
def reporting(settings: Settings) -> Settings:
    """Postmark sends the mail and knows the secret."""
    settings.EMAIL_BACKEND, settings.ANYMAIL_WEBHOOK_SECRET = POSTMARK, "user:secret"
    return settings


def test_only_the_provider_in_use_has_an_address_for_its_events(reporting: Settings) -> None:
    assert [str(each.pattern) for each in tracking.addresses()] == ["postmark/tracking/"]


@pytest.mark.parametrize(
    ("backend", "secret"), [(POSTMARK, ""), ("django.core.mail.backends.smtp.EmailBackend", "user:secret")]
)
def test_without_the_secret_or_its_provider_nobody_can_tell_us_anything(
    settings: Settings, backend: str, secret: str
) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL_WEBHOOK_SECRET = backend, secret
    assert tracking.addresses() == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Basic {b64encode(b'user:guess').decode()}"}])
def test_an_event_without_the_secret_is_not_believed(reporting: Settings, headers: dict[str, str]) -> None:
    row = sent(provider_id="id-1")
    (address,) = tracking.addresses()
    event = {"RecordType": "Delivery", "MessageID": "id-1", "Recipient": row.recipient, "DeliveredAt": TOLD.isoformat()}

    def post(headers: dict[str, str]) -> None:
        request = RequestFactory().post("/", event, content_type="application/json", headers=headers)
        with contextlib.suppress(SuspiciousOperation):
            address.callback(request)
        row.refresh_from_db()

    post(headers)
    assert row.status == "sent"
    post({"Authorization": f"Basic {b64encode(b'user:secret').decode()}"})
    assert row.status == "delivered"


def test_an_event_without_an_instant_is_told_now() -> None:
    row = sent(provider_id="id-1")

    tell(row, "delivered", timestamp=None)

    assert row.status == "delivered"
    assert row.delivered_at is not None
    assert row.delivered_at > AT
