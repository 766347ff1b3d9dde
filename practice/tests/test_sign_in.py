"""Signing in, asking for a password, and how little a stranger learns."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client as Browser

from notifications.models import OutboxMessage
from practice.models import Provider, User
from practice.tests.factories import PASSWORD
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

SIGN_IN = "/accounts/login/"
RESET = "/accounts/password/reset/"


def test_a_provider_signs_in_by_e_mail_in_any_case_and_lands_on_the_dashboard(maya: Provider, now: datetime) -> None:
    response = Browser().post(SIGN_IN, {"login": "Maya.Chen@Example.com", "password": PASSWORD}, follow=False)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_there_is_no_sign_up(practice: object, now: datetime) -> None:
    page = Browser().post("/accounts/signup/", {"email": "me@example.com", "password1": PASSWORD})
    assert "/accounts/signup/" not in Browser().get(SIGN_IN).content.decode()
    assert "The practice makes the accounts You do not sign up here." in text(page)
    assert not User.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_answer_is_the_same_whether_an_address_exists_or_not(maya: Provider, now: datetime) -> None:
    known = Browser().post(RESET, {"email": "maya.chen@example.com"}, follow=True)
    unknown = Browser().post(RESET, {"email": "nobody@example.com"}, follow=True)
    assert known.request["PATH_INFO"] == unknown.request["PATH_INFO"]
    assert known.content == unknown.content
    assert [mail.recipient for mail in OutboxMessage.objects.all()] == ["maya.chen@example.com"]


def test_too_many_wrong_passwords_are_held_up(maya: Provider, now: datetime) -> None:
    browser = Browser()
    right = {"login": "maya.chen@example.com", "password": PASSWORD}
    for _ in range(12):
        browser.post(SIGN_IN, right | {"password": "wrong-one-again"})
    page = browser.post(SIGN_IN, right)
    assert "Too many tries in a short time. Try again in a few minutes." in text(page)
    assert SESSION_KEY not in browser.session
    with time_machine.travel(now + timedelta(minutes=6), tick=False):
        later = browser.post(SIGN_IN, right)
    assert (later.status_code, later["Location"]) == (302, "/")


@pytest.mark.parametrize("page", [SIGN_IN, RESET, "/accounts/signup/", "/health/"])
def test_every_page_has_the_strict_policy_and_no_inline_script_or_style(
    practice: object, now: datetime, page: str
) -> None:
    response = Browser().get(page)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = response.content.decode()
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (SIGN_IN, ["Enter your e-mail.", "Enter your password."]),
        (RESET, ["Enter your e-mail."]),
        (
            "/accounts/password/change/",
            ["Enter the password you have now.", "Enter a new password.", "Enter the new password again."],
        ),
    ],
)
def test_what_was_left_empty_is_named(maya: Provider, now: datetime, page: str, words: list[str]) -> None:
    browser = just_signed_in(maya.user) if "change" in page else Browser()
    answer = text(browser.post(page, {}))
    assert all(answer.count(each) == 2 for each in words)
    assert "This field is required" not in answer
