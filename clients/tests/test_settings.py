"""A client's own settings: what they are called, how they want to be told, where mail goes."""

from datetime import datetime

import pytest
from django.test import Client as Browser

from clients import preferences
from clients.models import Client
from notifications.models import OutboxMessage
from practice.models import Practice
from practice.tests.factories import PASSWORD
from practice.tests.reading import said, text

PAGE, ADDRESS = "/my/settings/", "/my/settings/address/"
AS_IT_WAS = {
    "preferred_name": "", "time_zone": "America/New_York", "language": "en", "phone": "(212) 555-0142",
    "phone_use": "call",
}  # fmt: skip


@pytest.fixture
def sure(as_jordan: Browser) -> Browser:
    """Jordan, who has just shown again that it is Jordan."""
    as_jordan.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return as_jordan


def test_a_client_sets_what_they_are_called_and_how_they_are_told(as_jordan: Browser, jordan: Client) -> None:
    typed = {
        "preferred_name": "Jo", "time_zone": "America/Chicago", "language": "en", "phone": "212 555 0199",
        "phone_use": "no_message", "discreet": "on",
    }  # fmt: skip
    answer = as_jordan.post(PAGE, typed)
    assert (answer.status_code, answer["Location"], said(answer)) == (302, PAGE, ["Saved."])
    jordan.refresh_from_db()
    kept = {name: getattr(jordan, name) for name in typed}
    assert kept == typed | {"discreet": True}
    assert (jordan.first_name, jordan.called, jordan.search_name) == ("Jordan", "Jo", "jo jordan lee")
    assert "in your zone" in text(as_jordan.get(PAGE))
    assert "CST" in text(as_jordan.get(PAGE))


def test_saving_what_was_there_says_so(as_jordan: Browser) -> None:
    assert said(as_jordan.post(PAGE, AS_IT_WAS)) == ["Nothing was changed."]


def test_what_the_office_changed_meanwhile_is_kept(jordan: Client) -> None:
    old = Client.objects.get(pk=jordan.pk)
    Client.objects.filter(pk=jordan.pk).update(email="new@example.com", last_name="Li")
    asked = preferences.Preferences(
        preferred_name="", time_zone="America/Denver", language="es", phone="", phone_use="never", discreet=False
    )
    assert set(preferences.keep(old, asked)) == {"time_zone", "language", "phone", "phone_use"}
    jordan.refresh_from_db()
    assert (jordan.email, jordan.last_name, jordan.time_zone) == ("new@example.com", "Li", "America/Denver")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("phone", "call me", "Phone: Enter a phone number such as (212) 555-0100, or nothing."),
        ("preferred_name", "Jo\x07", "Preferred first name: A name is one line, without control characters."),
        ("time_zone", "Mars/Olympus", "Time zone: "),
        ("language", "tlh", "Language: "),
        ("phone_use", "shout", "When we need to call: "),
    ],
)
def test_what_is_amiss_is_said_and_keeps_nothing(
    as_jordan: Browser, jordan: Client, field: str, typed: str, words: str
) -> None:
    answer = as_jordan.post(PAGE, AS_IT_WAS | {"discreet": "on", field: typed})
    assert answer.status_code == 200
    assert "<title>Error: " in answer.content.decode()
    assert words in text(answer)
    jordan.refresh_from_db()
    assert (jordan.discreet, jordan.phone) == (False, "(212) 555-0142")


def test_discretion_says_what_it_does_with_the_practices_own_words(as_jordan: Browser, practice: Practice) -> None:
    practice.neutral_name = "Desk 4"
    practice.save()
    assert "comes from “Desk 4”, always with the subject “About your schedule”" in text(as_jordan.get(PAGE))


# --- Where mail goes ---


def test_changing_the_address_asks_who_it_is_first(jordan: Client, now: datetime) -> None:
    browser = Browser()
    assert jordan.user is not None
    browser.force_login(jordan.user)
    for answer in (browser.get(ADDRESS), browser.post(ADDRESS, {"email": "jo@elsewhere.example"})):
        assert (answer.status_code, answer["Location"]) == (
            302, "/accounts/reauthenticate/?next=%2Fmy%2Fsettings%2Faddress%2F",
        )  # fmt: skip
    jordan.refresh_from_db()
    assert jordan.email == "jordan.lee@example.com"


def test_a_new_address_gets_all_mail_and_both_are_told(sure: Browser, jordan: Client) -> None:
    page = text(sure.get(ADDRESS))
    assert "Now to jordan.lee@example.com. You can have it sent to any other address; nobody asks why." in page
    assert "You still sign in as jordan.lee@example.com." in page

    answer = sure.post(ADDRESS, {"email": "jo@elsewhere.example"})
    assert said(answer) == ["Mail goes to jo@elsewhere.example from now on. We have told both addresses."]
    jordan.refresh_from_db()
    assert jordan.email == "jo@elsewhere.example"
    assert jordan.user is not None
    assert jordan.user.email == "jordan.lee@example.com"
    told = {mail.recipient: mail.text for mail in OutboxMessage.objects.filter(kind="address_changed")}
    assert set(told) == {"jordan.lee@example.com", "jo@elsewhere.example"}
    assert "elsewhere" not in told["jordan.lee@example.com"]
    assert "Mail goes to jo@elsewhere.example" in text(sure.get(PAGE))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter an address such as name@example.com."),
        ("jo at home", "Enter an address such as name@example.com."),
        ("Jordan.Lee@example.com", "Mail goes to this address already."),
    ],
)
def test_an_address_that_is_none_or_the_same_changes_nothing(
    sure: Browser, jordan: Client, typed: str, words: str
) -> None:
    assert words in text(sure.post(ADDRESS, {"email": typed}))
    assert not OutboxMessage.objects.exists()


# --- What the provider sees ---


@pytest.mark.parametrize(
    ("phone_use", "words"),
    [("call", ""), ("no_message", "Call, but leave no message"), ("never", "Do not call")],
)
def test_the_provider_sees_how_the_phone_may_be_used(
    as_maya: Browser, jordan: Client, phone_use: str, words: str
) -> None:
    jordan.phone_use = phone_use
    jordan.save()
    assert f"Phone (212) 555-0142 {words}".strip() in text(as_maya.get(f"/clients/{jordan.pk}/"))
