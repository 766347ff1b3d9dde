"""After a client has canceled: what happened, who was told, and a page that keeps itself up to date."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser

from appointments.tests.factories import NOW, booked, on_time
from appointments.tests.test_client_cancelling import form_of, provider_cancels, said
from appointments.tests.test_client_home import own, words
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.models import Provider


def test_the_confirmation_says_what_happened_and_what_comes_next(
    as_jordan: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    appointment = on_time(maya, jordan)
    booked(maya, jordan, start=datetime(2026, 3, 11, 18, tzinfo=UTC))
    response = as_jordan.post(form_of(appointment), said("work-or-family", "Back in April"), follow=True)
    text = words(response)
    assert "Canceled. Your mail is on its way" in text
    assert "You jordan.lee@example.com On its way Maya Chen On its way" in text
    assert "You canceled it on Tue, Mar 3, 10:44 AM EST, on time." in text
    assert "Fee No fee applies. Note Back in April" in text
    assert "Your next appointment, Wed, Mar 11, 2:00 PM EDT with Maya Chen, stays as it is." in text
    assert f'href="/b/{care.booking_token}/">Book another time' in response.content.decode()
    assert "The link to book is in your mail too." in text


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("sent", "Canceled. Your mail has been sent"),
        ("delivered", "Canceled, and your mail has arrived"),
        ("bounced", "Canceled, but your mail did not arrive"),
        ("failed", "Canceled, but your mail did not arrive"),
    ],
)
def test_the_title_follows_the_mail(
    as_jordan: Browser, maya: Provider, jordan: Client, status: str, title: str
) -> None:
    appointment = on_time(maya, jordan)
    as_jordan.post(form_of(appointment), said())
    mail = OutboxMessage.objects.get(recipient=jordan.email)
    mail.status = status
    setattr(mail, f"{status}_at", NOW + timedelta(minutes=1))
    mail.save()
    response = as_jordan.get(f"{own(appointment)}canceled/")
    text = words(response)
    assert title in text
    assert f"You jordan.lee@example.com {status.title()} Tue, Mar 3, 10:45 AM EST Maya Chen On its way" in text
    assert ("The appointment is canceled all the same" in text) == (status in ("bounced", "failed"))


def test_the_confirmation_keeps_itself_up_to_date(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    page = as_jordan.post(form_of(appointment), said(), follow=True).content.decode()
    [(address, pace)] = re.findall(r'hx-get="([^"]+)" hx-trigger="([^"]+)"', page)
    assert pace == "every 1s"
    by_htmx = {"HX-Request": "true"}
    assert as_jordan.get(address, headers=by_htmx).status_code == 204
    OutboxMessage.objects.filter(recipient=jordan.email).update(status="sent", sent_at=NOW)
    assert "Canceled. Your mail has been sent" in as_jordan.get(address, headers=by_htmx).content.decode()
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    assert "hx-get" not in as_jordan.get(address, headers=by_htmx).content.decode()


def test_the_confirmation_is_of_ones_own_cancellation_alone(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    stands, by_maya = on_time(maya, jordan), booked(maya, jordan)
    provider_cancels(by_maya, at=NOW)
    for appointment in (stands, by_maya):
        assert as_jordan.get(f"{own(appointment)}canceled/")["Location"] == own(appointment)
