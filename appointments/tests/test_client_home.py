"""The client portal's reading pages: Home and Appointments, in the client's own zone."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import Appointment, Cancellation, CancellationReason, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede

HOME, LIST = "/home/", "/my/appointments/"


def words(response: Any) -> str:
    """What a person reads: tags gone, any run of spaces one, the title left out."""
    body = re.sub(r"(?s)<head>.*?</head>|<svg.*?</svg>", " ", response.content.decode())
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ").split())
    return re.sub(r" ([,.])", r"\1", text)


def page(browser: Browser, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200
    return words(response)


def own(appointment: Appointment) -> str:
    return f"{LIST}{appointment.uid}/"


def cancel(appointment: Appointment, by: Actor, key: str = "client-asked", **notes: str) -> Cancellation:
    reason = CancellationReason.objects.get(key=key)
    return cancellation.cancel(
        appointment, by=by, reason=reason, told_at=None, notes=Notes(**notes), send_link=True, fee=None, at=NOW
    )


# --- Home ---


def test_home_says_what_comes_next_and_until_when_it_can_be_canceled(
    as_jordan: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    maya.joining = "Your room opens five minutes before."
    maya.save()
    next_one = booked(maya, jordan, start=datetime(2026, 3, 5, 19, tzinfo=UTC))
    text = page(as_jordan, HOME)
    assert "Hello, Jordan. Your next appointment Thursday, March 5 at 2:00 PM" in text
    assert "New York time (EST), by video with Maya Chen, LCSW" in text
    assert "Your room opens five minutes before." in text
    assert "You can cancel free of charge until Wed, Mar 4, 2:00 PM EST" in text
    assert (
        "Later than that, call or write to Maya. If Maya cancels it for you, a fee of up to $75.00 may apply, "
        "as you agreed on Jan 12, 2026." in text
    )
    assert f'href="{own(next_one)}cancel/"' in as_jordan.get(HOME).content.decode()
    assert f'href="/b/{care.booking_token}/"' in as_jordan.get(HOME).content.decode()


def test_past_the_deadline_home_leads_to_the_page_that_says_why_not(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    late(maya, jordan)
    text = page(as_jordan, HOME)
    assert "It can no longer be canceled online You could cancel yourself until Tue, Mar 3, 8:59 AM EST" in text
    assert "a fee of up to $75.00 may apply" in text
    assert "See what you can do" in text
    assert "Cancel appointment" not in text


def test_a_running_session_stays_at_the_top_until_its_end(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=NOW - timedelta(minutes=14))
    text = page(as_jordan, HOME)
    assert "Your appointment has started Tuesday, March 3 at 10:30 AM" in text
    assert "It goes on until 11:20 AM" in text
    assert "cancel" not in text.lower().replace("canceled", "")


def test_where_the_payer_forbids_it_no_fee_is_said_by_name(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    jordan.payer = Payer.objects.get(name="Medicaid")
    jordan.save()
    booked(maya, jordan)
    text = page(as_jordan, HOME)
    assert "You can cancel online until Thu, Mar 5, 10:44 AM EST" in text
    assert "No fee can follow: Medicaid does not allow fees for missed visits." in text
    assert "$" not in text
    assert "42 CFR" not in text


def test_without_an_agreement_there_is_no_line_and_no_fee(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, acknowledged=None)
    response = as_jordan.get(HOME)
    assert "No fee can follow: you have not agreed to one for this appointment." in words(response)
    assert 'class="notice-line' not in response.content.decode()


def test_a_lower_fee_in_force_is_the_one_that_is_named(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan)
    terms = Terms(notice_hours=12, late_fee=Decimal("40.00"), no_show_fee=Decimal("40.00"), grace_minutes=15)
    supersede(maya, terms=terms, by=Actor.system(), at=NOW - timedelta(days=1))
    text = page(as_jordan, HOME)
    assert "until Thu, Mar 5, 10:44 PM EST That is 12 hours ahead." in text
    assert "a fee of up to $40.00 may apply" in text


def test_several_providers_are_named_each(as_jordan: Browser, maya: Provider, sam: Provider, jordan: Client) -> None:
    CareRelationship.objects.create(provider=sam, client=jordan)
    booked(maya, jordan)
    booked(sam, jordan, start=NOW + timedelta(hours=100))
    text = page(as_jordan, HOME)
    assert "After that Sat, Mar 7 Sat, Mar 7, 2:44–3:34 PM EST with Sam Ortiz" in text
    assert "Book another time with Maya Chen" in text
    assert "Book another time with Sam Ortiz" in text


def test_with_nothing_booked_home_says_how_to_book(
    as_jordan: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    cancel(on_time(maya, jordan), Actor.provider(maya.user_id), "provider-unwell")
    response = as_jordan.get(HOME)
    assert "You have no appointment booked" in words(response)
    assert "Book with Maya Chen" in words(response)
    assert f'href="/b/{care.booking_token}/"' in response.content.decode()


def test_a_client_of_the_office_finds_the_way_to_it(as_jordan: Browser, jordan: Client) -> None:
    office = '<a href="/admin/">Office</a>'
    assert office not in as_jordan.get(HOME).content.decode()

    assert jordan.user is not None
    jordan.user.is_staff = True
    jordan.user.save()

    assert office in as_jordan.get(HOME).content.decode()


def test_with_nothing_booked_and_care_ended_home_says_whom_to_call(
    as_jordan: Browser, practice: Any, care: CareRelationship
) -> None:
    care.ended_at = NOW
    care.save()
    response = as_jordan.get(HOME)
    assert f"call Alder Street at {practice.phone} or write to office@alderstreet.example" in words(response)
    assert care.booking_token not in response.content.decode()


def test_an_appointment_that_outlasts_the_care_still_says_whom_to_reach(
    as_jordan: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    booked(maya, jordan)
    care.ended_at = NOW
    care.save()
    text = page(as_jordan, HOME)
    assert "Questions Call Maya at (212) 555-0186 or write to maya.chen@example.com." in text
    assert "Book" not in text


@pytest.mark.parametrize(
    ("zone", "start", "until", "announced"),
    [
        ("America/New_York", datetime(2026, 3, 8, 18, tzinfo=UTC), "Sat, Mar 7, 1:00 PM EST",
         "Clocks go forward on Sunday, March 8, in between."),
        ("America/Los_Angeles", datetime(2026, 11, 1, 22, tzinfo=UTC),
         "Sat, Oct 31, 3:00 PM PDT", "Clocks go back on Sunday, November 1, in between."),
        ("America/Chicago", datetime(2026, 3, 9, 7, tzinfo=UTC), "Sun, Mar 8, 1:00 AM CST",
         "Clocks go forward on Sunday, March 8, in between."),
        ("America/Denver", datetime(2026, 11, 2, 7, 30, tzinfo=UTC),
         "Sun, Nov 1, 1:30 AM MDT", "Clocks go back on Sunday, November 1, in between."),
        ("America/Phoenix", datetime(2026, 3, 8, 18, tzinfo=UTC), "Sat, Mar 7, 11:00 AM MST", ""),
    ],
)  # fmt: skip
def test_24_hours_stay_24_hours_over_a_clock_change(
    maya: Provider, zone: str, start: datetime, until: str, announced: str
) -> None:
    client = make_client(maya, time_zone=zone)
    assert client.user is not None
    booked(maya, client, start=start)
    browser = Browser()
    with time_machine.travel(start - timedelta(days=4), tick=False):
        browser.force_login(client.user)
        text = page(browser, HOME)
    assert f"You can cancel free of charge until {until} That is 24 hours ahead. {announced}".strip() in text
    assert ("Clocks go" in text) == bool(announced)


def test_a_clock_change_on_the_way_to_later_appointments_is_announced(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    booked(maya, jordan, start=datetime(2026, 3, 4, 19, tzinfo=UTC))
    booked(maya, jordan, start=datetime(2026, 3, 11, 18, tzinfo=UTC))
    text = page(as_jordan, HOME)
    assert "Wed, Mar 11, 2:00–2:50 PM EDT" in text
    assert "Clocks go forward on Sunday, March 8. Your time stays 2:00 PM." in text


# --- Appointments ---


def test_canceled_ones_stay_struck_among_the_others(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    cancel(on_time(maya, jordan), Actor.provider(maya.user_id), "provider-unwell")
    booked(maya, jordan, start=NOW + timedelta(days=40))
    response = as_jordan.get(LIST)
    assert "March 2026 Wed, Mar 4 Wed, Mar 4, 12:44–1:34 PM EST Canceled" in words(response)
    assert "April 2026 Sun, Apr 12 Sun, Apr 12, 11:44 AM–12:34 PM EDT Booked" in words(response)
    assert response.content.decode().count('<li class="canceled">') == 1


def test_the_past_is_a_list_of_its_own_latest_first(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=NOW - timedelta(days=3))
    booked(maya, jordan, start=NOW - timedelta(days=1), status="completed")
    upcoming = booked(maya, jordan)
    text = page(as_jordan, f"{LIST}?show=past")
    assert "Mon, Mar 2, 10:44–11:34 AM EST Completed Sat, Feb 28" not in text
    assert text.index("Completed") < text.index("February 2026") < text.index("10:44–11:34 AM EST Past")
    assert str(upcoming.uid) not in as_jordan.get(f"{LIST}?show=past").content.decode()


def test_the_list_is_paged_and_keeps_its_tab(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    for day in range(21):
        booked(maya, jordan, start=NOW - timedelta(days=day + 1), status="completed")
    first = as_jordan.get(f"{LIST}?show=past")
    assert "Page 1 of 2" in words(first)
    assert "?show=past&amp;page=2" in first.content.decode()
    last = as_jordan.get(f"{LIST}?show=past&page=2").content.decode()
    assert last.count('href="/my/appointments/') - last.count(f'href="{LIST}"') - last.count(f'href="{LIST}?') == 1


def test_an_empty_list_says_what_to_do(as_jordan: Browser, care: CareRelationship) -> None:
    assert "No upcoming appointments Choose a time that suits you. Book with Maya Chen" in page(as_jordan, LIST)
    assert "No past appointments" in page(as_jordan, f"{LIST}?show=past")


# --- Whose it is, and what opening costs ---


def test_anothers_appointment_does_not_exist(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    theirs = booked(maya, make_client(maya))
    assert as_jordan.get(own(theirs)).status_code == 404
    assert str(theirs.uid) not in as_jordan.get(HOME).content.decode() + as_jordan.get(LIST).content.decode()


def test_a_provider_has_no_client_portal_and_nobody_reads_it_unsigned(as_maya: Browser, db: None) -> None:
    for url in (HOME, LIST, "/my/fees/"):
        assert as_maya.get(url).status_code == 404
        anonymous = Browser().get(url)
        assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_reading_changes_nothing(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    for url in (HOME, LIST, own(appointment), f"{own(appointment)}cancel/", "/my/fees/"):
        as_jordan.get(url)
        as_jordan.head(url)
    for url in (HOME, LIST, own(appointment), "/my/fees/"):
        assert as_jordan.post(url).status_code == 405
    appointment.refresh_from_db()
    assert appointment.is_booked
    assert (HistoryEntry.objects.count(), OutboxMessage.objects.count()) == (1, 0)


@pytest.mark.only_sqlite
def test_a_page_takes_as_many_queries_for_30_as_for_one(
    as_jordan: Browser, maya: Provider, sam: Provider, jordan: Client
) -> None:
    def add(number: int, provider: Provider) -> None:
        booked(provider, jordan, start=NOW + timedelta(days=number + 2))
        past = booked(provider, jordan, start=NOW - timedelta(days=number + 2, hours=5))
        late_one = booked(provider, jordan, start=NOW + timedelta(hours=3 + number))
        cancel(late_one, Actor.admin(maya.user_id))
        past.status = "completed"
        past.save()

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            as_jordan.get(url)
        return len(captured)

    pages = (HOME, LIST, f"{LIST}?show=past")
    CareRelationship.objects.create(provider=sam, client=jordan)
    add(0, maya)
    for url in pages:
        queries(url)  # what is kept for the process is read once
    one = [queries(url) for url in pages]
    for number in range(1, 31):
        add(number, sam if number % 2 else maya)
    assert [queries(url) for url in pages] == one
