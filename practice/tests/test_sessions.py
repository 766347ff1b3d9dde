"""Sessions end after half an hour without a person; what was being filled in is theirs again afterwards."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from practice.models import Provider, User
from practice.tests.factories import PASSWORD
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

SESSION, UNSENT = "/session/", "/session/unsent/"
POLICY = "/settings/late-fees/"
TYPED = {"notice": "48", "late_fee": "60", "no_show_fee": "60", "grace_minutes": "15", "words": "Call me <3"}


@pytest.fixture
def as_maya(maya: Provider, now: datetime) -> Browser:
    return just_signed_in(maya.user, idles_out=True)


@pytest.fixture
def as_jordan(jordan: Client, now: datetime) -> Browser:
    assert jordan.user is not None
    return just_signed_in(jordan.user, idles_out=True)


def at(now: datetime, minutes: float) -> time_machine.travel:
    return time_machine.travel(now + timedelta(minutes=minutes), tick=False)


def is_in(browser: Browser) -> bool:
    return browser.get("/dashboard/", headers={"X-Polled": "1"}).status_code == 200


def signs_in(browser: Browser, user: User, **more: str) -> str:
    return browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD} | more)["Location"]


def test_half_an_hour_without_a_person_ends_a_session(as_maya: Browser, now: datetime) -> None:
    assert settings.SESSION_IDLE_MINUTES == 30
    with at(now, 30):
        assert is_in(as_maya)
    with at(now, 31):
        assert not is_in(as_maya)


def test_whatever_a_person_does_puts_the_end_off_and_polling_does_not(as_maya: Browser, now: datetime) -> None:
    for minutes in (20, 40, 60):
        with at(now, minutes):
            assert as_maya.get("/dashboard/").status_code == 200
    for minutes in (70, 80, 89):
        with at(now, minutes):
            assert is_in(as_maya)
    with at(now, 91):
        assert not is_in(as_maya)


def test_a_session_is_written_once_a_minute_not_with_each_page(
    as_maya: Browser, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with at(now, 0.9):
        ends = as_maya.get(SESSION).json()["left"]
        assert ends == 29 * 60 + 6
    with at(now, 1):
        assert as_maya.get("/settings/").status_code == 200
        assert as_maya.get(SESSION).json()["left"] == 30 * 60


def test_the_browser_forgets_it_when_it_closes(maya: Provider, now: datetime) -> None:
    browser = Browser()
    signs_in(browser, maya.user)
    assert browser.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert 'name="remember"' not in Browser().get("/accounts/login/").content.decode()


def test_a_page_asks_how_long_and_a_person_stays(as_maya: Browser, now: datetime) -> None:
    page = as_maya.get("/dashboard/").content.decode()
    assert 'data-left="1800"' in page
    assert 'href="/accounts/login/?next=/session/back/" target="_blank"' in page
    with at(now, 28):
        asked = as_maya.get(SESSION, headers={"X-Polled": "1"}).json()
        assert asked["left"] == 120
        assert asked["who"] in page
        assert as_maya.get(SESSION, headers={"X-Polled": "1"}).json()["left"] == 120
        assert as_maya.post(SESSION).json()["left"] == 1800
    with at(now, 50):
        assert is_in(as_maya)
    with at(now, 59):
        answer = as_maya.get(SESSION)
        assert answer.json() | {"csrf": ""} == {"left": 0, "who": "", "csrf": ""}
        assert as_maya.post(SESSION).json()["left"] == 0
        assert "no-store" in answer["Cache-Control"]


def test_staying_needs_the_forms_own_token(maya: Provider, now: datetime) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(maya.user)
    assert browser.post(SESSION).status_code == 403
    token = browser.get(SESSION).json()["csrf"]
    assert browser.post(SESSION, headers={"X-CSRFToken": token}).json()["left"] == 1800


def test_two_people_are_told_apart_and_one_is_the_same_in_each_browser(
    as_maya: Browser, as_jordan: Browser, maya: Provider
) -> None:
    maya_here, jordan, maya_there = (
        browser.get(SESSION).json()["who"] for browser in (as_maya, as_jordan, just_signed_in(maya.user))
    )
    assert maya_here == maya_there != jordan


@pytest.mark.parametrize("path", ["/dashboard/", "/home/", "/accounts/security/", "/admin/"])
def test_every_page_of_who_is_signed_in_warns(
    as_maya: Browser, as_jordan: Browser, as_office: Browser, path: str
) -> None:
    browser = {"/home/": as_jordan, "/admin/": as_office}.get(path, as_maya)
    assert 'id="session"' in browser.get(path).content.decode()


def test_public_pages_do_not(practice: object, now: datetime) -> None:
    assert 'id="session"' not in Browser().get("/accounts/login/").content.decode()


# --- The form that came too late ---


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_form_sent_too_late_is_there_again_after_signing_in_and_is_not_sent_by_itself(
    as_maya: Browser, maya: Provider, now: datetime
) -> None:
    with at(now, 45):
        asked = as_maya.post(POLICY, TYPED)
        assert asked["Location"] == f"/accounts/login/?next={UNSENT}"
        assert signs_in(as_maya, maya.user, next=UNSENT) == UNSENT
        page = as_maya.get(UNSENT)
        assert "Your form is still here" in text(page)
        assert f'action="{POLICY}"' in page.content.decode()
        assert hidden(page.content.decode()) == TYPED
        assert maya.fee_policies.count() == 1
        assert as_maya.post(POLICY, hidden(page.content.decode()))["Location"] == POLICY
        assert maya.fee_policies.count() == 2


def test_nobody_else_at_that_computer_finds_it(as_maya: Browser, jordan: Client, now: datetime) -> None:
    assert jordan.user is not None
    with at(now, 45):
        as_maya.post(POLICY, TYPED)
        signs_in(as_maya, jordan.user)
        answer = as_maya.get(UNSENT)
        assert (answer.status_code, answer["Location"]) == (302, "/")


def test_it_is_gone_after_half_an_hour_or_when_it_is_left(as_maya: Browser, maya: Provider, now: datetime) -> None:
    with at(now, 45):
        as_maya.post(POLICY, TYPED)
        signs_in(as_maya, maya.user)
    with at(now, 75.5):
        assert as_maya.get(UNSENT)["Location"] == "/"
    with at(now, 70):
        assert as_maya.get(UNSENT).status_code == 200
        as_maya.post(UNSENT)
        assert as_maya.get(UNSENT)["Location"] == "/"


def test_a_stranger_and_who_has_signed_out_leave_nothing(as_maya: Browser, now: datetime) -> None:
    assert Browser().post(POLICY, TYPED)["Location"] == f"/accounts/login/?next={POLICY}"
    as_maya.post("/accounts/logout/")
    assert as_maya.post(POLICY, TYPED)["Location"] == f"/accounts/login/?next={POLICY}"
    assert SESSION_KEY not in as_maya.session


def test_what_is_too_much_is_not_kept(as_maya: Browser, now: datetime) -> None:
    with at(now, 45):
        answer = as_maya.post(POLICY, TYPED | {"words": "x" * 64_000})
        assert answer["Location"] == f"/accounts/login/?next={POLICY}"


@pytest.mark.parametrize("cookie", [r'"\000aaaaaaaaaaaaaaa"', r'"aaaaaaaaaaaaaaa\012"', "short", "a" * 5000])
def test_a_cookie_that_no_session_has_is_nobodys(cookie: str, maya: Provider, now: datetime) -> None:
    anonymous = Browser(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    assert anonymous.get("/dashboard/")["Location"] == "/accounts/login/?next=/dashboard/"
