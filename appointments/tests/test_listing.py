"""Appointments, List View: what is found, in which order, what each row says, and for whom."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW, booked, late
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider
from practice.zones import plain


def page(browser: Browser, **query: Any) -> str:
    response = browser.get(reverse("appointments:list"), query)
    assert response.status_code == 200
    return plain(response.content.decode())


def names(browser: Browser, **query: Any) -> list[str]:
    """The clients of the rows, in order."""
    return re.findall(r'class="row-name"><a [^>]*>([^<]*)</a>', page(browser, **query))


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


def row_of(browser: Browser, name: str, **query: Any) -> str:
    """What one row says, without its markup."""
    rows = re.findall(r'<tr role="row" class="row.*?</tr>', page(browser, **query), re.DOTALL)
    [row] = [row for row in rows if name in row]
    return text(row)


def cancel(appointment: Appointment, by: Actor, key: str = "client-asked") -> None:
    reason = CancellationReason.objects.get(key=key)
    cancellation.cancel(
        appointment, by=by, reason=reason, told_at=None, notes=Notes(), send_link=False, fee=None, at=NOW
    )


@pytest.fixture
def week(maya: Provider, jordan: Client) -> dict[str, Appointment]:
    """Something past, running, coming and canceled, each with its own client."""
    people = {
        name: make_client(maya, first_name=name, last_name="Moore")
        for name in ("Past", "Running", "Soon", "Far", "Gone")
    }
    hours = {"Past": -2, "Running": -0.5, "Soon": 30, "Far": 24 * 9, "Gone": 50}
    made = {name: booked(maya, people[name], start=NOW + timedelta(hours=ahead)) for name, ahead in hours.items()}
    cancel(made["Gone"], Actor.provider(maya.user_id), "provider-not-available")
    return made


def test_upcoming_is_what_is_not_over_canceled_ones_included_soonest_first(
    as_maya: Browser, week: dict[str, Appointment]
) -> None:
    assert names(as_maya) == ["Running Moore", "Soon Moore", "Gone Moore", "Far Moore"]


def test_each_filter_shows_its_own(as_maya: Browser, week: dict[str, Appointment]) -> None:
    assert names(as_maya, show="past") == ["Past Moore"]
    assert names(as_maya, show="canceled") == ["Gone Moore"]
    assert names(as_maya, show="all") == ["Far Moore", "Gone Moore", "Soon Moore", "Running Moore", "Past Moore"]
    assert names(as_maya, show="nonsense") == names(as_maya)


@pytest.mark.parametrize("typed", ["muller", "MÜLLER", "Élod", "müller elodie", "helene", "  lie  mu "])
def test_a_name_is_found_by_any_part_in_any_order_without_accents_and_by_the_legal_name(
    as_maya: Browser, maya: Provider, jordan: Client, typed: str
) -> None:
    elodie = make_client(maya, first_name="Hélène", preferred_name="Élodie", last_name="Müller-Lie")
    booked(maya, elodie)
    booked(maya, jordan, start=NOW + timedelta(hours=80))
    assert names(as_maya, q=typed) == ["Élodie Müller-Lie"]


def test_signs_that_mean_something_to_a_database_are_plain_letters(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    booked(maya, jordan)
    assert names(as_maya, q="%") == []
    assert names(as_maya, q="_") == []
    assert "Null characters are not allowed." in page(as_maya, q="lee\0")


def test_days_are_the_providers_days_both_included(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    # 11:30 PM on Wednesday in New York is Thursday in UTC.
    booked(maya, jordan, start=datetime(2026, 3, 5, 4, 30, tzinfo=UTC))
    found = ["Jordan Lee"]
    assert names(as_maya, **{"from": "2026-03-04", "to": "2026-03-04"}) == found
    assert names(as_maya, **{"from": "2026-03-04"}) == found
    assert names(as_maya, to="2026-03-04") == found
    assert names(as_maya, **{"from": "2026-03-05"}) == []
    assert names(as_maya, to="2026-03-03") == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"from": "2026-13-45"}, "“2026-13-45” is not a date. Write it like 2026-03-05."),
        ({"to": "<b>"}, "“&lt;b&gt;” is not a date."),
        ({"from": "0001-01-01"}, "Choose a day between 2000 and 2100."),
        ({"to": "9999-12-31"}, "Choose a day between 2000 and 2100."),
        ({"from": "2026-03-05", "to": "2026-03-04"}, "“To” is before “From”."),
        ({"q": "x" * 101}, "A name has at most 100 characters: this has 101."),
    ],
)
def test_what_cant_be_read_is_said_and_left_out(
    as_maya: Browser, maya: Provider, jordan: Client, query: dict[str, str], says: str
) -> None:
    booked(maya, jordan)
    assert says in page(as_maya, **query)
    assert names(as_maya, **query) == ["Jordan Lee"]


def test_a_row_says_time_format_the_clients_own_time_deadline_and_state(as_maya: Browser, maya: Provider) -> None:
    priya = make_client(maya, first_name="Priya", last_name="Natarajan", time_zone="America/Los_Angeles")
    booked(maya, priya, start=NOW + timedelta(hours=29, minutes=46))
    assert row_of(as_maya, "Priya").split(maxsplit=0) == [
        "4:30–5:20 PM 4:30 PM –5:20 PM Priya Natarajan Video, 1:30 PM PST Today, 4:30 PM Booked 1:30 PM PST "
    ]


def test_a_zone_that_shows_the_same_clock_is_not_another(as_maya: Browser, maya: Provider) -> None:
    booked(maya, make_client(maya, first_name="Ruth", time_zone="America/Detroit"))
    assert "Video Wednesday" not in row_of(as_maya, "Ruth")
    assert "EST" not in row_of(as_maya, "Ruth")


def test_the_deadline_column_says_what_holds_now(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    late(maya, jordan)
    booked(maya, make_client(maya, first_name="Soon"), start=NOW + timedelta(hours=2))
    booked(maya, make_client(maya, first_name="Never"), acknowledged=None)
    booked(maya, make_client(maya, first_name="Far"), start=NOW + timedelta(hours=90))
    assert "Passed at 8:59 AM" in row_of(as_maya, "Jordan")
    assert "Passed Booked" in row_of(as_maya, "Soon")
    assert "No fee agreed" in row_of(as_maya, "Never")
    assert "Friday, 4:44 AM" in row_of(as_maya, "Far")


def test_a_canceled_row_is_struck_and_says_what_waits_and_what_bounced(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.admin(maya.user_id))
    assert 'class="row canceled"' in page(as_maya)
    assert "Canceled Fee to decide" in row_of(as_maya, "Jordan")
    assert "Mail" not in row_of(as_maya, "Jordan")
    OutboxMessage.objects.filter(about=f"client:{jordan.pk}").update(status=Status.BOUNCED, bounced_at=NOW)
    assert "Canceled Fee to decide Mail bounced" in row_of(as_maya, "Jordan")


def test_mail_to_the_provider_that_bounced_is_not_the_clients(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    cancel(booked(maya, jordan), Actor.provider(maya.user_id))
    OutboxMessage.objects.filter(about=f"provider:{maya.pk}").update(status=Status.BOUNCED, bounced_at=NOW)
    assert "Mail bounced" not in page(as_maya)


def test_a_booked_one_whose_end_has_passed_reads_past(as_maya: Browser, week: dict[str, Appointment]) -> None:
    assert "Video Past Attended" in row_of(as_maya, "Past Moore", show="past")


def test_rows_stand_under_their_days(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    for hours in (2, 26, 50):
        booked(maya, jordan, start=NOW + timedelta(hours=hours))
    days = [text(day).strip() for day in re.findall(r'scope="rowgroup"[^>]*>(.*?)</th>', page(as_maya))]
    assert days == ["Today Tuesday, March 3", "Tomorrow Wednesday, March 4", "Thursday March 5"]
    assert "Time (EST)" in page(as_maya)
    assert "New York time (EST)" in page(as_maya)


def test_a_clock_change_on_the_page_is_announced_and_every_day_names_its_zone(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    booked(maya, jordan)
    booked(maya, jordan, start=NOW + timedelta(days=8))
    found = page(as_maya)
    assert "New York time. Clocks go forward on Sunday, March 8." in found
    assert "</strong> March 6 (EST)" in found
    assert "</strong> Wednesday, March 11" not in found
    assert "March 11 (EDT)" in found


def test_empty_lists_say_what_to_do(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    assert "No upcoming appointments" in page(as_maya)
    assert "Nothing is past yet" in page(as_maya, show="past")
    assert "Nothing is canceled" in page(as_maya, show="canceled")
    assert "Nothing on these days" in page(as_maya, to="2026-03-01")
    found = page(as_maya, q="leee", to="2026-03-05")
    assert "No appointment with “leee” on these days" in found
    assert "Check the spelling and the dates, or look under" in found
    assert 'href="?q=leee&amp;to=2026-03-05&amp;show=past"' in found
    assert '<a class="button" href="?to=2026-03-05">Clear search</a>' in found
    assert '<a class="button" href="?q=leee">Clear dates</a>' in found
    found = page(as_maya, q="leee")
    assert "No appointment with “leee”</h3>" in found
    assert "Clear dates" not in found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "Dates"),
        ({"from": "2026-03-04"}, "From Wed, Mar 4"),
        ({"to": "2026-03-04"}, "Until Wed, Mar 4"),
        ({"from": "2026-03-04", "to": "2026-03-04"}, "Wed, Mar 4"),
        ({"from": "2026-12-28", "to": "2027-01-04"}, "Mon, Dec 28 – Mon, Jan 4, 2027"),
        ({"from": "2025-03-04"}, "From Tue, Mar 4, 2025"),
    ],
)
def test_the_dates_looked_at_stand_on_their_button(as_maya: Browser, query: dict[str, str], words: str) -> None:
    button = re.search(r'id="dates">(.*?)</summary>', page(as_maya, **query), re.DOTALL)
    assert button
    assert text(button[1]).strip() == words


def test_the_query_stays_in_the_address_of_filters_and_pages(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    for hours in range(51):
        booked(maya, jordan, start=NOW + timedelta(hours=48 + hours))
    found = page(as_maya, q="lee", **{"from": "2026-03-04"})
    assert 'href="?q=lee&amp;from=2026-03-04&amp;page=2"' in found
    assert 'href="?q=lee&amp;from=2026-03-04&amp;show=canceled"' in found
    assert 'value="lee"' in found
    assert 'value="2026-03-04"' in found
    assert "51 appointments found" in found
    assert len(names(as_maya, q="lee", page=2)) == 1
    assert len(names(as_maya, q="lee", page="999")) == 1
    assert len(names(as_maya, q="lee", page="x")) == 50


def test_namesakes_are_told_apart_by_e_mail(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=NOW + timedelta(hours=3))
    booked(maya, make_client(maya, first_name="Alex", last_name="Kim", email="alex@example.com"))
    assert "@" not in text(page(as_maya))
    other = make_client(maya, first_name="Alexandra", preferred_name="Alex", last_name="Kim", email="kim@example.com")
    booked(maya, other, start=NOW + timedelta(hours=30))
    found = text(page(as_maya))
    assert "Alex Kim alex @example.com" in found
    assert "Alex Kim kim @example.com" in found
    assert "jordan.lee" not in found


def test_another_providers_appointments_are_never_found(as_maya: Browser, maya: Provider, sam: Provider) -> None:
    booked(sam, make_client(sam, first_name="Hidden", last_name="Person"))
    for show in ("upcoming", "past", "canceled", "all"):
        assert "Hidden" not in page(as_maya, show=show)


def test_a_client_gets_404_and_a_stranger_the_sign_in_page(as_jordan: Browser, client: Browser) -> None:
    url = reverse("appointments:list")
    assert as_jordan.get(url).status_code == 404
    response = client.get(url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.only_sqlite
def test_the_queries_do_not_grow_with_rows(as_maya: Browser, maya: Provider) -> None:
    def queries(rows: range) -> int:
        for number in rows:
            appointment = booked(maya, make_client(maya, signs_in=False), start=NOW + timedelta(hours=2 + number))
            if number % 3 == 0:
                cancel(appointment, Actor.admin(maya.user_id))
        with CaptureQueriesContext(connection) as made:
            assert len(names(as_maya)) == rows.stop
        return len(made)

    one = queries(range(1))
    assert one <= 8
    assert queries(range(1, 30)) == one
