"""The outbox in Django admin: where each message stands, and never what it says."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import OutboxMessage
from notifications.tests.factories import AT, INVITATION, one, queued, sent

LIST = "/admin/notifications/outboxmessage/"
SECRETS: dict[str, Any] = {
    "subject": "Subject-secret",
    "text": "Text-secret",
    "html": "<p>Html-secret</p>",
    "calendar": INVITATION,
    "calendar_method": "REQUEST",
}


def page(browser: Client, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200
    return response.content.decode()


def change(row: OutboxMessage) -> str:
    return reverse("admin:notifications_outboxmessage_change", args=[row.pk])


def test_the_list_says_where_each_message_stands(as_office: Client) -> None:
    one(key="cancellation:7:client", recipient="jordan.lee@example.com", about="client:12")
    sent(status="bounced", bounced_at=AT + timedelta(minutes=1), error="SMTPRecipientsRefused")

    html = page(as_office, LIST)

    for words in ("cancellation:7:client", "jordan.lee@example.com", "client:12", "Queued", "Bounced"):
        assert words in html
    assert "SMTPRecipientsRefused" in html


def test_no_page_shows_what_a_message_says(as_office: Client) -> None:
    row = one(**SECRETS)

    for html in (page(as_office, LIST), page(as_office, change(row))):
        assert row.recipient in html
        assert "secret" not in html
        assert "VCALENDAR" not in html
        assert "SUMMARY" not in html


def test_a_message_shows_its_states_and_names(as_office: Client) -> None:
    row = sent(provider_id="id-1")

    html = page(as_office, change(row))

    for words in (row.key, row.about, row.message_id.strip("<>"), "id-1", "Sent"):
        assert words in html
    assert "March 3, 2026" in html


def test_nothing_can_be_added_changed_or_deleted(as_office: Client) -> None:
    row = one()
    html = page(as_office, change(row))
    assert 'name="_save"' not in html
    assert "Delete" not in html

    assert as_office.get(f"{LIST}add/").status_code == 403
    assert as_office.post(change(row), {"recipient": "new@example.com"}).status_code == 403
    assert as_office.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403

    unchanged = OutboxMessage.objects.get()
    assert unchanged.recipient == row.recipient


@pytest.mark.parametrize("sought", ["recipient", "about", "key", "message_id", "provider_id"])
def test_a_message_is_found_by_whom_it_went_to_and_its_names(as_office: Client, sought: str) -> None:
    row, other = sent(provider_id="id-1"), sent(provider_id="id-2")

    html = page(as_office, f"{LIST}?q={getattr(row, sought)}")

    assert row.recipient in html
    assert other.recipient not in html


@pytest.mark.only_sqlite
def test_the_list_takes_as_many_queries_for_thirty_rows_as_for_one(as_office: Client) -> None:
    queued(1)
    page(as_office, LIST)
    with CaptureQueriesContext(
        connection,
    ) as one_row:
        page(as_office, LIST)
    queued(29)
    with CaptureQueriesContext(connection) as thirty:
        page(as_office, LIST)

    assert len(thirty) == len(one_row)
