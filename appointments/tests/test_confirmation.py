"""After canceling: the title states where the client's mail stands, and the page keeps itself up to date."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from appointments import cancellation
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason
from appointments.tests.factories import NOW, booked, late, on_time
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider
from practice.zones import plain

REDUCED = FeeDecision(FeeChoice.REDUCE, Decimal("75.00"), Decimal("40.00"), "First time late")

WHY = (
    "Because it was canceled 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026 to $75.00 inside 24 hours."
)
FEE = "The late fee is $40.00, reduced from $75.00"
STEPS = (
    "How this was worked out "
    "It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 8:59 AM EST, 24 hours ahead. "
    "Jordan agreed on Jan 12, 2026: $75.00 inside 24 hours. "
    "The policy of that day: $75.00 inside 24 hours, so it stays $75.00. "
    "The practice’s limit: $200.00, so it stays $75.00. Decided: reduced to $40.00."
)


def url(appointment: Appointment) -> str:
    return reverse("appointments:canceled", args=[appointment.uid])


def page(browser: Browser, appointment: Appointment) -> str:
    response = browser.get(url(appointment))
    assert response.status_code == 200
    return plain(response.content.decode())


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def title(browser: Browser, appointment: Appointment) -> str:
    found = page(browser, appointment)
    [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", found)
    assert f"<title>{heading} · Alder Street</title>" in found
    return text(heading)


def told(browser: Browser, appointment: Appointment) -> list[str]:
    [found] = re.findall(r'<ul class="told">(.*?)</ul>', page(browser, appointment), re.DOTALL)
    return [text(row) for row in found.split("</li>") if text(row)]


def happened(browser: Browser, appointment: Appointment) -> list[str]:
    [found] = re.findall(r'<ol class="timeline">(.*)</ol>', page(browser, appointment), re.DOTALL)
    return [text(row) for row in re.split(r"</li>\s*(?=<li><svg|$)", found.strip()) if text(row)]


def asks_again(browser: Browser, appointment: Appointment) -> str:
    """How often the page asks, as htmx reads it; empty where it does not."""
    return "".join(re.findall(r'hx-trigger="([^"]*)"', page(browser, appointment)))


def cancel(appointment: Appointment, by: Actor, key: str = "client-asked", **changes: Any) -> Appointment:
    given: dict[str, Any] = {"told_at": None, "notes": Notes(), "send_link": True, "fee": None, "at": NOW} | changes
    cancellation.cancel(appointment, by=by, reason=CancellationReason.objects.get(key=key), **given)
    return appointment


def stand(whose: str, status: Status) -> None:
    OutboxMessage.objects.filter(about__startswith=f"{whose}:").update(
        status=status, **{f"{status}_at": NOW + timedelta(minutes=1)}
    )


@pytest.fixture
def later() -> Iterator[time_machine.Traveller]:
    traveller = time_machine.travel(NOW, tick=False)
    yield traveller.start()
    traveller.stop()


@pytest.fixture
def canceled(maya: Provider, jordan: Client) -> Appointment:
    return cancel(late(maya, jordan), Actor.provider(maya.user_id), fee=REDUCED)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status.QUEUED, "Canceled. Jordan is being told"),
        (Status.SENT, "Canceled. Jordan’s mail has been sent"),
        (Status.DELIVERED, "Canceled, and Jordan has been told"),
        (Status.BOUNCED, "Canceled, but Jordan’s mail bounced"),
        (Status.FAILED, "Canceled, but Jordan’s mail failed"),
        (Status.COMPLAINED, "Canceled, but Jordan’s mail was marked as spam"),
        (Status.DROPPED, "Canceled, but Jordan’s mail was not sent"),
    ],
)
def test_the_title_states_where_the_clients_mail_stands(
    as_maya: Browser, canceled: Appointment, status: Status, says: str
) -> None:
    stand("client", status)
    assert title(as_maya, canceled) == says


def test_the_providers_own_mail_does_not_change_the_title(as_maya: Browser, canceled: Appointment) -> None:
    stand("provider", Status.BOUNCED)
    assert title(as_maya, canceled) == "Canceled. Jordan is being told"


def test_who_was_told_stands_with_address_and_state(as_maya: Browser, canceled: Appointment) -> None:
    stand("client", Status.DELIVERED)
    stand("provider", Status.SENT)
    assert told(as_maya, canceled) == [
        "Jordan Lee jordan.lee@example.com Delivered 10:45 AM",
        "You maya.chen@example.com Sent 10:45 AM",
    ]


def test_a_mail_that_came_back_says_what_to_do(as_maya: Browser, canceled: Appointment, jordan: Client) -> None:
    stand("client", Status.BOUNCED)
    assert "Jordan may not know. Fix address" in told(as_maya, canceled)[0]
    assert f'href="{reverse("appointments:client", args=[jordan.pk])}"' in page(as_maya, canceled)
    stand("client", Status.FAILED)
    assert "Jordan may not know. Send again" in told(as_maya, canceled)[0]
    stand("client", Status.COMPLAINED)
    assert "Jordan may not know. Reach Jordan" in told(as_maya, canceled)[0]


def test_the_head_shows_the_struck_time(as_maya: Browser, canceled: Appointment) -> None:
    assert '<s class="struck">8:59–9:49 AM</s>' in page(as_maya, canceled)
    assert "Jordan Lee, video Wednesday, March 4 (EST)" in text(page(as_maya, canceled))


def test_an_end_on_the_next_day_is_not_said_of_the_first(as_maya: Browser, canceled: Appointment) -> None:
    Appointment.objects.update(start=NOW + timedelta(hours=37), end=NOW + timedelta(hours=38))
    found = text(page(as_maya, canceled))
    assert "11:44 PM Jordan Lee, video Wednesday, March 4 (EST), until Thu, Mar 5, 12:44 AM" in found


def test_what_happened_stands_in_order(as_maya: Browser, canceled: Appointment, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=NOW + timedelta(days=8))
    assert happened(as_maya, canceled) == [
        "You canceled it Today, 10:44 AM EST Jordan asked to cancel, 22 h 15 min before the start",
        f"{FEE} First time late {WHY} Due, and shown to Jordan under Fees. {STEPS}",
        "Jordan’s mail carries the link to book again",
        "Wed, Mar 4, 8:59 AM is open again Clients can book it.",
        "The mails take the entry out of both calendars",
        "Next with Jordan is still Wed, Mar 11, 11:44 AM EDT",
    ]


def test_a_private_note_is_not_on_this_page(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = cancel(on_time(maya, jordan), Actor.provider(maya.user_id), notes=Notes(private="Between us"))
    assert "Between us" not in page(as_maya, appointment)


def test_where_no_fee_and_no_link_and_no_other_appointment_is(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = cancel(on_time(maya, jordan), Actor.client(jordan.user_id), "not-well", send_link=False)
    steps = happened(as_maya, appointment)
    assert steps[0].startswith("Jordan canceled it")
    assert steps[1] == "No late fee: 26 h before the start is on time; your policy asks for 24 hours."
    assert steps[2] == "The link to book again was not sent"
    assert steps[-1] == "Jordan has no other appointment with you"


def test_a_fee_that_waits_leads_to_its_decision(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = cancel(late(maya, jordan), Actor.admin(maya.user_id))
    assert happened(as_maya, appointment)[1].startswith("A late fee of $75.00 waits for your decision")
    assert reverse("appointments:decide_fee", args=[appointment.uid]) in page(as_maya, appointment)


def test_what_has_become_of_the_time(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    by = Actor.provider(maya.user_id)

    def of_the_time(appointment: Appointment) -> str:
        return happened(as_maya, appointment)[3]

    # 9:44 to 10:34 PM is nobody's working hours.
    late_hour = cancel(booked(maya, jordan, start=NOW + timedelta(hours=35)), by)
    assert of_the_time(late_hour) == "Wed, Mar 4, 9:44 PM stays closed It is in your time off or outside your hours."
    soon = cancel(booked(maya, jordan, start=NOW + timedelta(hours=2, minutes=16)), by, "provider-unwell")
    assert of_the_time(soon) == (
        "Tue, Mar 3, 1:00 PM is free again Clients book at least 12 hours ahead, so only you can book it."
    )
    again = cancel(booked(maya, jordan, start=NOW + timedelta(hours=71, minutes=16)), by)
    assert of_the_time(again) == "Fri, Mar 6, 10:00 AM is open again Clients can book it."
    booked(maya, jordan, start=again.start)
    assert of_the_time(again) == "Fri, Mar 6, 10:00 AM has been booked again"
    maya.time_off.create(begins=NOW + timedelta(days=3, hours=9), ends=NOW + timedelta(days=5))
    weekday = cancel(booked(maya, jordan, start=NOW + timedelta(days=6, hours=1)), by)
    maya.time_off.create(begins=NOW + timedelta(days=5), ends=NOW + timedelta(days=7))
    assert "stays closed" in of_the_time(weekday)


def test_what_to_do_next(as_maya: Browser, canceled: Appointment, jordan: Client, care: CareRelationship) -> None:
    found = page(as_maya, canceled)
    assert f'href="{reverse("appointments:provider_book", args=[jordan.pk])}"' in found
    assert f'href="{reverse("appointments:list")}"' in found
    assert f'action="{reverse("appointments:restore", args=[canceled.uid])}"' in found
    care.ended_at = NOW
    care.save()
    found = page(as_maya, canceled)
    assert reverse("appointments:provider_book", args=[jordan.pk]) not in found
    assert "You can undo" not in found


# --- It keeps itself up to date ---


def test_it_asks_every_second_while_a_mail_waits_then_less_often(
    later: time_machine.Traveller, maya: Provider, canceled: Appointment
) -> None:
    browser = Browser()
    browser.force_login(maya.user)
    assert asks_again(browser, canceled) == "every 1s"
    later.move_to(NOW + timedelta(seconds=10))
    assert asks_again(browser, canceled) == "every 2s"
    later.move_to(NOW + timedelta(seconds=60))
    assert asks_again(browser, canceled) == "every 10s"
    later.move_to(NOW + timedelta(minutes=10))
    assert asks_again(browser, canceled) == "every 60s"


def test_it_stops_where_sent_is_the_end(as_maya: Browser, canceled: Appointment) -> None:
    stand("client", Status.SENT)
    assert asks_again(as_maya, canceled) == "every 1s"
    stand("provider", Status.SENT)
    assert asks_again(as_maya, canceled) == ""


@pytest.mark.parametrize(
    ("ago", "words"),
    [(0, "Sent 10:44 AM"), (1, "Sent Mon, Mar 2, 10:44 AM"), (365, "Sent Mon, Mar 3, 2025, 10:44 AM")],
)
def test_a_mail_of_another_day_names_it(as_maya: Browser, canceled: Appointment, ago: int, words: str) -> None:
    OutboxMessage.objects.update(status=Status.SENT, sent_at=NOW - timedelta(days=ago))
    assert told(as_maya, canceled)[0].endswith(words)


def test_where_delivery_is_reported_sent_is_on_its_way(
    later: time_machine.Traveller, maya: Provider, canceled: Appointment, settings: Settings
) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL_WEBHOOK_SECRET = "anymail.backends.postmark.EmailBackend", "a:b"
    browser = Browser()
    browser.force_login(maya.user)
    stand("client", Status.SENT)
    stand("provider", Status.SENT)
    assert told(browser, canceled)[0].endswith("Sent 10:45 AM, on its way")
    assert asks_again(browser, canceled) == "every 1s"
    later.move_to(NOW + timedelta(minutes=10))
    assert asks_again(browser, canceled) == ""
    later.move_to(NOW)
    stand("client", Status.DELIVERED)
    stand("provider", Status.BOUNCED)
    assert asks_again(browser, canceled) == ""


def test_asking_again_answers_only_where_something_is_new(as_maya: Browser, canceled: Appointment) -> None:
    [query] = re.findall(r'hx-get="\?seen=([^"]*)"', page(as_maya, canceled))
    by_htmx = {"HX-Request": "true"}
    nothing_new = as_maya.get(url(canceled), {"seen": query}, headers=by_htmx)
    assert (nothing_new.status_code, nothing_new.content) == (204, b"")
    # Opened by hand, the same address shows the page.
    assert "<h1" in as_maya.get(url(canceled), {"seen": query}).content.decode()

    stand("client", Status.DELIVERED)
    answer = as_maya.get(url(canceled), {"seen": query}, headers=by_htmx)
    assert answer.status_code == 200
    said = '<p class="sr-only" id="title-said" role="status">Canceled, and Jordan has been told</p>'
    assert said in answer.content.decode()
    assert '<p class="sr-only" id="title-said" role="status"></p>' in page(as_maya, canceled)


def test_mails_that_wait_long_are_said_to_be_kept(
    later: time_machine.Traveller, maya: Provider, canceled: Appointment
) -> None:
    browser = Browser()
    browser.force_login(maya.user)
    assert "waiting for the mail server" not in page(browser, canceled)
    later.move_to(NOW + timedelta(minutes=2))
    assert "2 mails are waiting for the mail server. They are kept and go out by themselves." in page(browser, canceled)
    stand("provider", Status.SENT)
    assert "One mail is waiting for the mail server. It is kept and goes out by itself." in page(browser, canceled)


# --- Whose, and what it does not do ---


def test_what_is_not_canceled_leads_to_its_details(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    response = as_maya.get(url(appointment))
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("appointments:detail", args=[appointment.uid])


def test_looking_changes_nothing(as_maya: Browser, canceled: Appointment) -> None:
    rows = [list(model.objects.order_by("pk").values()) for model in (Appointment, Cancellation, OutboxMessage)]
    page(as_maya, canceled)
    assert as_maya.post(url(canceled)).status_code == 405
    assert rows == [list(model.objects.order_by("pk").values()) for model in (Appointment, Cancellation, OutboxMessage)]


def test_another_providers_cancellation_does_not_exist(as_maya: Browser, sam: Provider) -> None:
    theirs = cancel(on_time(sam, make_client(sam, first_name="Hidden")), Actor.provider(sam.user_id))
    answer = as_maya.get(url(theirs))
    assert answer.status_code == 404
    assert "Hidden" not in answer.content.decode()


def test_a_client_gets_404_and_a_stranger_the_sign_in_page(
    as_jordan: Browser, client: Browser, canceled: Appointment
) -> None:
    answer = as_jordan.get(url(canceled))
    assert answer.status_code == 404
    assert "jordan.lee@example.com" not in answer.content.decode()
    assert client.get(url(canceled)).headers["Location"] == f"{reverse('account_login')}?next={url(canceled)}"


@pytest.mark.only_sqlite
def test_the_queries_do_not_grow_with_other_appointments(
    as_maya: Browser, maya: Provider, canceled: Appointment
) -> None:
    def queries(others: range) -> int:
        for day in others:
            booked(maya, canceled.client, start=NOW + timedelta(days=3 + day))
        with CaptureQueriesContext(connection) as made:
            page(as_maya, canceled)
        return len(made)

    one = queries(range(1))
    assert one <= 19
    assert queries(range(1, 30)) == one
