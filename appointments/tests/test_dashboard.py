"""The dashboard: what needs the provider, today and what comes, and the one booking link that was asked for."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments import cancellation
from appointments.drafts import Notes
from appointments.fees import FeeDecision
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW, booked
from clients.links import booking_url
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider
from practice.zones import plain


def page(browser: Browser, **query: Any) -> str:
    response = browser.get(reverse("appointments:dashboard"), query)
    assert response.status_code == 200
    return plain(response.content.decode())


def text(markup: str) -> str:
    return re.sub(r"\s+(?=[.]|$)", "", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))).strip()


def today(browser: Browser) -> list[str]:
    """The rows of today's list in order, each with its look before it, the line where now is among them."""
    rows = re.findall(r'<li class="day-(?:row )?(\w*)">(.*?)</li>', page(browser), re.DOTALL)
    stack = re.compile(r'<span class="time-stack">.*?</span></span>')
    return [f"{look}: {text(stack.sub('', row))}" for look, row in rows]


def cancel(
    appointment: Appointment, by: Actor, key: str = "client-asked", at: datetime = NOW, fee: FeeDecision | None = None
) -> None:
    reason = CancellationReason.objects.get(key=key)
    cancellation.cancel(appointment, by=by, reason=reason, told_at=None, notes=Notes(), send_link=False, fee=fee, at=at)


def come_back(client: Client, status: Status = Status.BOUNCED) -> None:
    OutboxMessage.objects.filter(about=f"client:{client.pk}").update(status=status, **{f"{status}_at": NOW})


# --- The head ---


@pytest.fixture
def hour() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(
    ("utc", "greeting", "shown"),
    [
        (datetime(2026, 3, 3, 10, 0, tzinfo=UTC), "Good morning, Maya", "Tuesday, March 3, 5:00 AM EST"),
        (datetime(2026, 3, 3, 16, 59, tzinfo=UTC), "Good morning, Maya", "11:59 AM EST"),
        (datetime(2026, 3, 3, 17, 0, tzinfo=UTC), "Good afternoon, Maya", "12:00 PM EST"),
        (datetime(2026, 3, 3, 23, 0, tzinfo=UTC), "Good evening, Maya", "6:00 PM EST"),
        (datetime(2026, 3, 4, 9, 59, tzinfo=UTC), "Good evening, Maya", "Wednesday, March 4, 4:59 AM EST"),
        (datetime(2026, 3, 9, 16, 0, tzinfo=UTC), "Good afternoon, Maya", "Monday, March 9, 12:00 PM EDT"),
    ],
)
def test_the_greeting_goes_by_the_providers_own_clock(
    maya: Provider, hour: time_machine.Traveller, utc: datetime, greeting: str, shown: str
) -> None:
    hour.move_to(utc)
    browser = Browser()
    browser.force_login(maya.user)
    assert greeting in page(browser)
    assert shown in page(browser)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (0.5, "11:14 AM Jordan Lee Next, video, in 30 min"),
        (28, "2:44 PM Jordan Lee Next tomorrow, video"),
        (50, "12:44 PM Jordan Lee Next on Thu, Mar 5, video"),
    ],
)
def test_the_next_session_stands_at_the_head(
    as_maya: Browser, maya: Provider, jordan: Client, hours: float, says: str
) -> None:
    booked(maya, jordan, start=NOW + timedelta(hours=hours))
    [head] = re.findall(r"<header class=\"page-head.*?</header>", page(as_maya), re.DOTALL)
    assert says in text(head)


def test_one_under_way_is_not_the_next(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=NOW - timedelta(minutes=10))
    assert "hero" not in page(as_maya)


# --- Today ---


def test_today_in_order_with_a_line_where_now_is(as_maya: Browser, maya: Provider, sam: Provider) -> None:
    def client(name: str, **fields: Any) -> Client:
        return make_client(maya, first_name=name, last_name="Moore", **fields)

    before = NOW - timedelta(hours=20)
    booked(maya, client("Yesterday"), start=NOW - timedelta(hours=12))
    booked(maya, client("Done"), start=NOW - timedelta(hours=3), status="completed", format="in_person")
    booked(maya, client("Over"), start=NOW - timedelta(hours=2))
    late_one = booked(maya, client("Late"), start=NOW - timedelta(hours=1))
    cancel(late_one, Actor.admin(maya.user_id), at=before)
    booked(maya, client("Running", time_zone="America/Los_Angeles"), start=NOW - timedelta(minutes=4))
    freed = booked(maya, client("Freed"), start=NOW + timedelta(hours=2))
    cancel(freed, Actor.client(freed.client.user_id), "not-well", at=NOW - timedelta(days=2))
    booked(maya, client("Coming"), start=NOW + timedelta(hours=4))
    booked(sam, make_client(sam, first_name="Hidden"), start=NOW + timedelta(hours=5))
    assert today(as_maya) == [
        "past: 7:44–8:34 AM Done Moore In person Completed",
        "past: 8:44–9:34 AM Over Moore Video Past",
        "canceled: 9:44–10:34 AM Late Moore Canceled late Fee to decide",
        "now: Now, 10:44 AM",
        ": 10:40–11:30 AM Running Moore Video, 7:40 AM PST Under way",
        "freed: 12:44–1:34 PM Open again Freed Moore canceled Open",
        ": 2:44–3:34 PM Coming Moore Video Booked",
    ]


def test_a_canceled_time_that_is_taken_again_or_off_is_not_open(as_maya: Browser, maya: Provider) -> None:
    start = NOW + timedelta(hours=2)
    gone, again, off = (make_client(maya, first_name=name, last_name="Moore") for name in ("Gone", "Again", "Off"))
    cancel(booked(maya, gone, start=start), Actor.provider(maya.user_id), "provider-unwell")
    booked(maya, again, start=start + timedelta(minutes=30))
    cancel(booked(maya, off, start=NOW + timedelta(hours=5)), Actor.provider(maya.user_id), "provider-time-off")
    maya.time_off.create(begins=NOW + timedelta(hours=4), ends=NOW + timedelta(hours=9))
    assert today(as_maya) == [
        "now: Now, 10:44 AM",
        "canceled: 12:44–1:34 PM Gone Moore Canceled late Canceled",
        ": 1:14–2:04 PM Again Moore Video Booked",
        "canceled: 3:44–4:34 PM Off Moore Canceled late Canceled",
    ]


def test_a_time_canceled_twice_is_open_once(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    for _ in range(2):
        appointment = booked(maya, jordan, start=NOW + timedelta(hours=2))
        cancel(appointment, Actor.provider(maya.user_id), "provider-unwell")
    assert [row.partition(":")[0] for row in today(as_maya)] == ["now", "freed", "canceled"]
    assert "Open again You canceled Jordan Lee Open" in today(as_maya)[1]


def test_the_line_stands_last_when_all_is_over(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=NOW - timedelta(hours=2))
    assert [row.partition(":")[0] for row in today(as_maya)] == ["past", "now"]


def test_a_free_day_is_said_and_so_is_tomorrow(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    assert "No sessions today." in page(as_maya)
    assert "No sessions tomorrow." in page(as_maya)
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=21)), Actor.provider(maya.user_id), "provider-unwell")
    booked(maya, jordan, start=NOW + timedelta(hours=23))
    assert "Tomorrow starts at 9:44 AM with Jordan Lee." in text(page(as_maya))


# --- Your Practice ---


def test_only_the_chosen_clients_link_is_in_the_page(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    other = make_client(maya, first_name="Theo")
    tokens = {client: care_of(client, maya).booking_token for client in (jordan, other)}
    assert not any(token in page(as_maya) for token in tokens.values())

    found = page(as_maya, client=jordan.pk)
    assert booking_url(care_of(jordan, maya)) in found
    assert tokens[other] not in found
    assert "Jordan’s booking link" in found
    assert "Copied. Paste it into a message to Jordan." in found
    assert f'<option value="{jordan.pk}" selected>Jordan Lee</option>' in found


def test_beside_a_link_it_says_that_no_hours_offer_no_times(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    said = "The link shows Jordan no times until you"
    assert said not in page(as_maya, client=jordan.pk)
    maya.weekly_hours.all().delete()
    assert said not in page(as_maya)
    assert f'{said} <a href="{reverse("settings_hours")}">set your hours</a>' in page(as_maya, client=jordan.pk)


def test_without_clients_it_says_what_to_do(as_maya: Browser, maya: Provider) -> None:
    add = f'href="{reverse("appointments:add_client")}"'
    assert add in page(as_maya)
    assert add in as_maya.get(reverse("clients:messages")).content.decode()
    make_client(maya, first_name="Theo")
    assert add not in page(as_maya)


def test_namesakes_are_told_apart_by_e_mail(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    for email in ("alex.kim@example.com", "alex.kim.2@example.com"):
        make_client(maya, first_name="Alex", last_name="Kim", email=email)
    options = re.findall(r"<option [^>]*>([^<]*)</option>", page(as_maya))
    assert options == [
        "Choose a client",
        "Alex Kim, alex.kim.2@example.com",
        "Alex Kim, alex.kim@example.com",
        "Jordan Lee",
    ]


def test_ended_care_is_not_offered(as_maya: Browser, care: CareRelationship, jordan: Client) -> None:
    care.ended_at = NOW
    care.save()
    assert "Jordan Lee" not in page(as_maya)
    answer = as_maya.get(reverse("appointments:dashboard"), {"client": jordan.pk})
    assert answer.status_code == 404
    assert care.booking_token not in answer.content.decode()


@pytest.mark.parametrize("garbage", ["0", "x", "1 OR 1=1", "9" * 40, "\0"])
def test_a_client_who_is_not_in_care_is_not_found(as_maya: Browser, jordan: Client, garbage: str) -> None:
    assert as_maya.get(reverse("appointments:dashboard"), {"client": garbage}).status_code == 404


def test_another_providers_client_is_not_found(as_maya: Browser, sam: Provider) -> None:
    theirs = make_client(sam, first_name="Hidden")
    answer = as_maya.get(reverse("appointments:dashboard"), {"client": theirs.pk})
    assert answer.status_code == 404
    assert care_of(theirs, sam).booking_token not in answer.content.decode()
    assert "Hidden" not in page(as_maya) + answer.content.decode()


def test_a_time_outside_the_hours_is_not_open_again(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    evening = booked(maya, jordan, start=NOW + timedelta(hours=9))
    cancel(evening, Actor.provider(maya.user_id), "provider-unwell")
    (row,) = [each for each in today(as_maya) if "7:44" in each]
    assert "Open" not in row
    assert "Canceled" in row


def test_a_client_gets_404_and_a_stranger_the_sign_in_page(as_jordan: Browser, client: Browser) -> None:
    url = reverse("appointments:dashboard")
    answer = as_jordan.get(url)
    assert answer.status_code == 404
    assert "Your Practice" not in answer.content.decode()
    assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.only_sqlite
def test_the_queries_do_not_grow_with_rows_nor_with_clients(as_maya: Browser, maya: Provider) -> None:
    def queries(rows: range) -> int:
        for number in rows:
            client = make_client(maya, signs_in=False)
            start = NOW + timedelta(minutes=20 * (number + 1))
            cancel(booked(maya, client, start=start, end=start + timedelta(minutes=20)), Actor.admin(maya.user_id))
            come_back(client)
            booked(maya, client, start=start, end=start + timedelta(minutes=20))
        with CaptureQueriesContext(connection) as made:
            found = page(as_maya, client=client.pk)
        assert found.count("needs-row") == 2 * rows.stop
        return len(made)

    one = queries(range(1))
    assert one <= 22
    assert queries(range(1, 30)) == one
