"""Where a mail that did not arrive is sent again: the provider's pages and the office's action."""

import re

from django.test import Client as Browser
from django.urls import reverse

from appointments import resending
from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_admin import act, words
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_resending import HOUR, NEW, appointment, by_maya, comes_back, mended, newest
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import text

__all__ = ["appointment", "by_maya"]


def page_of(appointment: Appointment, mail: OutboxMessage) -> str:
    return reverse("appointments:send_again", args=[appointment.uid, mail.pk])


def test_from_dashboard_to_sent_in_two_presses(as_maya: Browser, appointment: Appointment, jordan: Client) -> None:
    first = newest()
    address = page_of(appointment, first)
    assert address not in as_maya.get("/dashboard/").content.decode()
    mended(jordan)
    dashboard = as_maya.get("/dashboard/")
    assert "may not know that Fri, Mar 6, 10:00 AM EST is booked. Send again to Jordan Lee" in text(dashboard)
    assert f'href="{address}"' in dashboard.content.decode()
    page = text(as_maya.get(address))
    assert "Send this mail again? Jordan’s mail bounced 10:44 AM" in page
    assert "It says that Fri, Mar 6, 10:00 AM EST is booked It went to jordan.lee @example.com" in page
    assert "It goes to jordan @new.example" in page
    assert newest() == first  # opening it sends nothing
    done = as_maya.post(address, follow=True)
    assert f"Sent again. It goes to {NEW}." in text(done)
    assert done.redirect_chain == [(reverse("appointments:detail", args=[appointment.uid]), 302)]
    assert "Jordan’s mail bounced 10:44 AM Jordan’s mail is queued" in text(done)
    assert "Send again" not in text(done)
    assert "may not know" not in text(as_maya.get("/dashboard/"))
    again = text(as_maya.post(address, follow=True))
    assert "This mail was sent again at 10:44 AM, moments ago. Nothing was sent twice." in again
    assert OutboxMessage.objects.filter(kind="booked", about=first.about).count() == 2


def test_the_page_says_why_not(as_maya: Browser, appointment: Appointment, by_maya: Actor) -> None:
    address = page_of(appointment, newest())
    page = text(as_maya.get(address))
    assert "It bounced, and the address is still the same. Have the office mend it first." in page
    assert "Reach Jordan" in page
    tried = as_maya.post(address)
    assert "<title>Error: This mail can’t be sent again" in tried.content.decode()
    assert OutboxMessage.objects.filter(kind="booked").count() == 2


def test_wherever_it_stands_it_can_be_sent_again(
    as_maya: Browser, maya: Provider, jordan: Client, care: CareRelationship, by_maya: Actor
) -> None:
    one = late(maya, jordan)
    cancel(one, by_maya, "provider-not-available")
    comes_back()
    comes_back(Status.FAILED, about="provider:")
    mended(jordan)
    mine, theirs = newest("canceled", "provider:"), newest("canceled")
    detail = as_maya.get(reverse("appointments:detail", args=[one.uid])).content.decode()
    found = re.findall(r'href="([^"]+/again/)"', detail)
    assert sorted(set(found)) == sorted(page_of(one, mail) for mail in (mine, theirs))
    confirmation = reverse("appointments:canceled", args=[one.uid])
    assert "Jordan may not know. Send again" in text(as_maya.get(confirmation))
    resending.send_again(one, theirs.pk, by=by_maya, at=NOW)
    page = text(as_maya.get(confirmation))
    assert "Canceled. Jordan is being told" in page
    assert "may not know" not in page


def test_another_providers_mail_is_not_there(
    as_maya: Browser, appointment: Appointment, sam: Provider, maya: Provider
) -> None:
    theirs = booked(sam, make_client(sam))
    mine = booked(maya, make_client(maya), start=NOW + 50 * HOUR)
    for one in (theirs, mine):
        address = page_of(one, newest())
        assert as_maya.get(address).status_code == as_maya.post(address).status_code == 404
    assert OutboxMessage.objects.filter(kind="booked").count() == 2


def test_the_client_sees_that_it_was_sent_again(
    as_jordan: Browser, appointment: Appointment, jordan: Client, by_maya: Actor
) -> None:
    mended(jordan)
    resending.send_again(appointment, newest().pk, by=by_maya, at=NOW)
    page = text(as_jordan.get(f"/my/appointments/{appointment.uid}/"))
    assert "Your mail bounced 10:44 AM Your mail is queued" in page
    assert "Send again" not in page


# --- The office ---


def test_the_office_sends_again_what_did_not_arrive(
    as_clerk: Browser, clerk: User, appointment: Appointment, jordan: Client
) -> None:
    comes_back(Status.FAILED, about="provider:")
    asks = words(act(as_clerk, "appointments_appointment", "send_mails_again", appointment))
    assert "Send mails that did not arrive again" in asks
    refused = act(as_clerk, "appointments_appointment", "send_mails_again", appointment, confirm="1")
    assert "It bounced, and the address is still the same." in words(refused)
    assert OutboxMessage.objects.filter(kind="booked").count() == 2  # all or none
    mended(jordan)
    done = act(as_clerk, "appointments_appointment", "send_mails_again", appointment, confirm="1")
    assert "Sent again: Jordan Lee, Fri, Mar 6, 10:00 AM EST, to " in words(done)
    copies = OutboxMessage.objects.filter(key__endswith=":again:2")
    assert {mail.recipient for mail in copies} == {NEW, "maya.chen@example.com"}
    nothing = act(as_clerk, "appointments_appointment", "send_mails_again", appointment, confirm="1")
    assert "No mail has failed or bounced here" in words(nothing)
