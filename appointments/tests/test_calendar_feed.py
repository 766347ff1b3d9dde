"""The private calendar feed: who opens it, what it holds, and how its address is made, replaced and removed."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from icalendar import Calendar, Event
from pytest_django import DjangoAssertNumQueries

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from clients.tests.factories import make_client
from practice import calendar_feed
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import said, text

DAY = timedelta(days=1)
MY_PAGE, PROVIDERS_PAGE = "/my/settings/calendar/", "/settings/calendar/"


def feed_of(user: User | None) -> str:
    """A path to ask for."""
    assert user is not None
    return calendar_feed.url(calendar_feed.make(user, at=NOW)).removeprefix("http://127.0.0.1:8000")


def read(path: str) -> Calendar:
    return Calendar.from_ical(Browser().get(path).content)


def events(path: str) -> dict[str, Event]:
    return {str(event["UID"]): event for event in read(path).events}


@pytest.fixture
def theirs(maya: Provider, jordan: Client, now: object) -> Appointment:
    maya.joining = "Open the link in the portal five minutes ahead."
    maya.save()
    return on_time(maya, jordan)


def test_a_clients_feed_whole(theirs: Appointment, jordan: Client) -> None:
    path = feed_of(jordan.user)
    response = Browser().get(path)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.content.decode().replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Practice//Appointments//EN",
        "X-WR-CALNAME:Appointments",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "SUMMARY:Appointment with Maya Chen",
        "DTSTART:20260304T174400Z",
        "DTEND:20260304T183400Z",
        "DTSTAMP:20260113T000600Z",
        f"UID:{theirs.uid}",
        "SEQUENCE:0",
        "LAST-MODIFIED:20260113T000600Z",
        "LOCATION:Open the link in the portal five minutes ahead.",
        "STATUS:CONFIRMED",
        f"URL:http://127.0.0.1:8000/my/appointments/{theirs.uid}/",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:You can cancel free of charge until Tue\\, Mar 3\\, 12:44 PM EST\\, 24 hours ahead.",
        "TRIGGER;VALUE=DATE-TIME:20260303T174400Z",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_discreet_clients_holds_times_only(theirs: Appointment, jordan: Client) -> None:
    jordan.discreet = True
    jordan.save()
    (event,) = read(feed_of(jordan.user)).events
    assert {"SUMMARY": event["SUMMARY"], "DESCRIPTION": event.walk("VALARM")[0]["DESCRIPTION"]} == {
        "SUMMARY": "Appointment", "DESCRIPTION": "Appointment",
    }  # fmt: skip
    assert event.start == theirs.start
    assert not {"LOCATION", "URL", "ORGANIZER", "DESCRIPTION"} & set(event)


def test_a_providers_holds_first_names_and_initials(theirs: Appointment, maya: Provider) -> None:
    (event,) = read(feed_of(maya.user)).events
    assert (event["SUMMARY"], event["URL"]) == ("Jordan L.", f"http://127.0.0.1:8000/appointments/{theirs.uid}/")
    assert not event.walk("VALARM")
    body = Browser().get(feed_of(maya.user)).content.decode()
    assert not [word for word in ("Lee", "jordan.lee", "Maya", "LCSW") if word in body]


def test_nobody_elses_appointment_is_in_it(theirs: Appointment, maya: Provider, sam: Provider, jordan: Client) -> None:
    other = make_client(maya)
    booked(maya, other)
    assert set(events(feed_of(jordan.user))) == {str(theirs.uid)}
    assert events(feed_of(sam.user)) == {}


def test_who_is_both_reads_both_in_one(theirs: Appointment, maya: Provider, sam: Provider) -> None:
    sam_as_client = make_client(maya, signs_in=False, user=sam.user, first_name="Sam")
    own, held = booked(maya, sam_as_client), booked(sam, make_client(sam))
    assert set(events(feed_of(sam.user))) == {str(own.uid), str(held.uid)}


def test_it_reaches_from_thirty_days_back_to_a_year_ahead(maya: Provider, jordan: Client, now: object) -> None:
    inside = [booked(maya, jordan, start=NOW + ahead) for ahead in (-30 * DAY, DAY, 364 * DAY)]
    for ahead in (-31 * DAY, 366 * DAY):
        booked(maya, jordan, start=NOW + ahead)
    assert set(events(feed_of(jordan.user))) == {str(appointment.uid) for appointment in inside}


def test_a_canceled_one_says_so_for_thirty_days(maya: Provider, jordan: Client, now: object) -> None:
    appointment = booked(maya, jordan, start=NOW + 60 * DAY)
    cancel(appointment, Actor.provider(maya.user_id), "provider-unwell")
    path = feed_of(jordan.user)
    event = events(path)[str(appointment.uid)]
    assert (event["STATUS"], event["SEQUENCE"], event.stamp) == ("CANCELLED", 1, NOW)
    assert not event.walk("VALARM")
    with time_machine.travel(NOW + 30 * DAY + timedelta(seconds=1), tick=False):
        assert events(path) == {}


def test_an_alarm_rings_only_for_a_deadline_ahead(maya: Provider, jordan: Client, now: object) -> None:
    passed, ahead, unasked = (
        late(maya, jordan), booked(maya, jordan, start=NOW + 2 * DAY),
        booked(maya, jordan, start=NOW + 3 * DAY, acknowledged=None),
    )  # fmt: skip
    found = {uid: event.walk("VALARM") for uid, event in events(feed_of(jordan.user)).items()}
    assert found[str(passed.uid)] == []
    assert getattr(found[str(ahead.uid)][0]["TRIGGER"], "dt", None) == ahead.start - DAY
    assert found[str(unasked.uid)][0]["DESCRIPTION"] == "You can cancel until Thu, Mar 5, 10:44 AM EST, 24 hours ahead."


def test_a_calendar_that_has_it_all_is_told_just_that(theirs: Appointment, jordan: Client, maya: Provider) -> None:
    path = feed_of(jordan.user)
    tag = Browser().get(path).headers["ETag"]
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        again = Browser().get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
    jordan.discreet = True
    jordan.save()
    changed = Browser().get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_asking_changes_nothing_and_needs_no_session(theirs: Appointment, jordan: Client) -> None:
    path = feed_of(jordan.user)
    browser = Browser()
    for _ in range(3):
        assert browser.get(path).status_code == browser.head(path).status_code == 200
    assert not browser.cookies
    assert browser.post(path).status_code == 405


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_as_many_queries_whatever_it_holds(
    maya: Provider, jordan: Client, now: object, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(number):
        booked(maya, jordan, start=NOW + (day + 1) * DAY)
    for user, queries in ((jordan.user, 3), (maya.user, 2)):
        path = feed_of(user)
        with django_assert_num_queries(queries):
            assert len(Calendar.from_ical(Browser().get(path).content).events) == number


# --- Its address ---


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "..%2F"])
def test_a_guess_finds_nothing(maya: Provider, token: str) -> None:
    assert Browser().get(f"/calendar/{token}.ics").status_code == 404


def test_a_replaced_a_removed_and_a_deactivated_ones_feed_is_dead(jordan: Client) -> None:
    assert jordan.user is not None
    first = feed_of(jordan.user)
    calendar_feed.replace(jordan.user, at=NOW)
    second = feed_of(jordan.user)
    assert [Browser().get(path).status_code for path in (first, second)] == [404, 200]
    User.objects.filter(pk=jordan.user.pk).update(is_active=False)
    assert Browser().get(second).status_code == 404
    User.objects.filter(pk=jordan.user.pk).update(is_active=True)
    calendar_feed.remove(jordan.user, at=NOW)
    assert Browser().get(second).status_code == 404
    assert calendar_feed.url(User.objects.get(pk=jordan.user.pk)) == ""


def test_making_it_twice_makes_one(jordan: Client) -> None:
    assert feed_of(jordan.user) == feed_of(jordan.user)


@pytest.mark.parametrize("whose", ["client", "provider"])
def test_people_make_copy_replace_and_remove_it(as_jordan: Browser, as_maya: Browser, whose: str) -> None:
    browser, page = (as_jordan, MY_PAGE) if whose == "client" else (as_maya, PROVIDERS_PAGE)
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    assert "Make a feed" in text(browser.get(page))

    assert said(browser.post(page, {"act": "make"})) == ["Your feed is ready. Add it to your calendar."]
    user.refresh_from_db()
    first = calendar_feed.url(user)
    shown = browser.get(page)
    assert f'href="webcal://127.0.0.1:8000/calendar/{user.calendar_token}.ics"' in shown.content.decode()
    assert f'value="{first}"' in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]

    assert said(browser.post(page, {"act": "replace"})) == [
        "Your feed has a new link. The old one opens nothing any more."
    ]
    user.refresh_from_db()
    assert calendar_feed.url(user) not in {first, ""}
    browser.get(page)
    assert said(browser.post(page, {"act": "remove"})) == ["Your feed is gone. Its link opens nothing any more."]
    user.refresh_from_db()
    assert user.calendar_token is None


def test_what_no_button_asks_for_is_refused(as_jordan: Browser, jordan: Client) -> None:
    assert as_jordan.post(MY_PAGE, {"act": "show"}).status_code == 400
    assert as_jordan.post(MY_PAGE, {"act": "replace"}).status_code == 302
    assert not User.objects.filter(calendar_token__isnull=False).exists()
