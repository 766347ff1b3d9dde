"""The provider takes a cancellation back: from the confirmation, from the details, and where it can't be."""

from datetime import timedelta

from django.test import Client as Browser
from django.urls import reverse

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_restoring import CHARGED, deliver_all, restore
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import text


def url(appointment: Appointment) -> str:
    return reverse("appointments:restore", args=[appointment.uid])


def menu(browser: Browser, appointment: Appointment) -> str:
    found = text(browser.get(reverse("appointments:detail", args=[appointment.uid])))
    return found[: found.index("Late cancellations")]


def test_from_the_confirmation_it_takes_one_press(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    done = cancel(appointment, Actor.provider(maya.user_id), fee=CHARGED)
    deliver_all()
    page = as_maya.get(reverse("appointments:canceled", args=[appointment.uid]))
    assert (
        "You can undo until Wed, Mar 4, 8:59 AM EST The appointment comes back as it was, the fee becomes void, "
        "and Jordan gets a second mail that says so. Undo the cancellation"
    ) in text(page)
    assert f'action="{url(appointment)}"' in page.content.decode()

    shown = as_maya.post(url(appointment), follow=True)

    assert shown.redirect_chain == [(f"/appointments/{appointment.uid}/", 302)]
    assert "Jordan’s appointment stands again." in text(shown)
    assert "You brought it back" in text(shown)
    assert "The fee of $75.00 for canceling no longer applies." in text(shown)
    assert OutboxMessage.objects.filter(key__startswith=f"restoring:{done.pk}").count() == 2


def test_from_the_menu_a_page_asks_first_and_changes_nothing(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    assert "Undo" not in menu(as_maya, appointment)
    cancel(appointment, Actor.client(jordan.user_id), "not-well")
    assert "Cancel appointment Already canceled Undo cancellation" in menu(as_maya, appointment)
    for ask in (as_maya.get, as_maya.head):
        assert ask(url(appointment)).status_code == 200
    asked = text(as_maya.get(url(appointment)))
    assert "Undo this cancellation?" in asked
    assert "You can undo until Wed, Mar 4, 12:44 PM EST." in asked
    appointment.refresh_from_db()
    assert appointment.status == "canceled"


def test_a_time_booked_since_leads_to_the_nearest(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    cancel(appointment, Actor.provider(maya.user_id), "provider-unwell")
    priya = make_client(maya, first_name="Priya", last_name="Natarajan")
    booked(maya, priya, start=FRIDAY_10)
    assert "Undo cancellation That time has been booked since" in menu(as_maya, appointment)
    assert "You can undo" not in text(as_maya.get(reverse("appointments:canceled", args=[appointment.uid])))
    for page in (as_maya.get(url(appointment)), as_maya.post(url(appointment))):
        words = text(page)
        assert "This can’t be undone" in words
        assert "That time has been booked since, so nothing was changed. Other times near it are below." in words
        assert "Priya" not in words
        assert f'href="/clients/{jordan.pk}/book/?from=2026-03-06"' in page.content.decode()
        assert "Fri, Mar 6, 11:00 AM EST" in words


def test_who_presses_twice_is_told_who_was_first(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, Actor.client(jordan.user_id), "not-well")
    restore(appointment, Actor.client(jordan.user_id), at=NOW - timedelta(minutes=2))
    shown = as_maya.post(url(appointment), follow=True)
    words = "Jordan brought this appointment back at 10:42 AM, 2 min ago. Nothing was sent twice."
    assert words in text(shown)
    assert "booked" in text(shown).lower()


def test_another_providers_is_not_there(as_maya: Browser, sam: Provider) -> None:
    theirs = on_time(sam, make_client(sam))
    cancel(theirs, Actor.provider(sam.user_id), "provider-unwell")
    assert as_maya.post(url(theirs)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "canceled"
