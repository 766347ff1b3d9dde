"""Passkeys, authenticator apps and recovery codes: whose they are asked of, and how they are set and lost."""

import re
import time
from datetime import datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import SESSION_KEY
from django.test import Client as Browser
from django.test import TestCase
from django.urls import reverse
from pytest_django import Settings

from clients import care as caring
from clients.models import Client
from notifications.models import OutboxMessage
from practice import invitations, second_factor
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.factories import PASSWORD, UserFactory
from practice.tests.reading import said, text
from practice.tests.signing_in import just_signed_in

SECURITY = "/accounts/security/"
APP = "/accounts/security/totp/activate/"
USERS = "/admin/practice/user/"


def shown_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def adds_an_app(browser: Browser) -> str:
    """The app's secret. What is told follows its commit."""
    found = re.search(r"<code>(\w+)</code>", browser.get(APP).content.decode())
    assert found
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert browser.post(APP, {"code": shown_code(found[1])}).status_code == 302
    return found[1]


def test_an_app_is_added_told_of_by_mail_and_asked_for_from_then_on(
    as_maya: Browser, maya: Provider, now: datetime
) -> None:
    secret = adds_an_app(as_maya)
    codes = re.findall(r"<code>(\d{8})</code>", as_maya.get(f"{SECURITY}recovery-codes/").content.decode())
    assert len(codes) == 10
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.subject, mail.urgent) == (maya.user.email, "Your sign-in was changed", True)
    assert "An authenticator app was added.\n\nWas it not you? Call (212) 555-0100 at once" in mail.text
    assert "An authenticator app was added." in mail.html

    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        browser = Browser()
        first = browser.post("/accounts/login/", {"login": maya.user.email, "password": PASSWORD, "next": "/clients/"})
        assert first["Location"] == f"{SECURITY}authenticate/"
        assert SESSION_KEY not in browser.session
        assert "This is not the code." in text(browser.post(first["Location"], {"code": "000000"}))
        assert browser.post(first["Location"], {"code": shown_code(secret)})["Location"] == "/clients/"
        assert SESSION_KEY in browser.session
        # A lost phone: a recovery code, once.
        for again, enters in ((1, True), (2, False)):
            other = Browser()
            other.post("/accounts/login/", {"login": maya.user.email, "password": PASSWORD})
            other.post(f"{SECURITY}authenticate/", {"code": codes[0]})
            assert (SESSION_KEY in other.session) is enters, again


def test_neither_a_mailed_code_nor_an_invitation_leads_past_it(maya: Provider, jordan: Client, now: datetime) -> None:
    assert jordan.user is not None
    adds_an_app(just_signed_in(jordan.user))
    OutboxMessage.objects.all().delete()
    browser = Browser()
    browser.post("/accounts/login/code/", {"login": jordan.email})
    code = re.findall(r"^\d{4} \d{4}$", OutboxMessage.objects.get().text, re.MULTILINE)[0]
    assert browser.post("/accounts/login/code/confirm/", {"code": code})["Location"] == f"{SECURITY}authenticate/"
    invited = Browser()
    link = invitations.url(jordan.user, at=now).removeprefix("http://127.0.0.1:8000")
    assert invited.post(link)["Location"] == f"{SECURITY}authenticate/"
    assert SESSION_KEY not in {*browser.session.keys(), *invited.session.keys()}


def test_secrets_are_sealed_and_another_key_makes_them_useless_not_empty(
    as_maya: Browser, maya: Provider, settings: Settings
) -> None:
    secret = adds_an_app(as_maya)
    kept = Authenticator.objects.get(user=maya.user, type="totp").data["secret"]
    adapter = second_factor.MFAAdapter()
    assert secret not in kept
    assert adapter.decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert adapter.decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert len({adapter.decrypt(kept), adapter.decrypt(kept), secret, ""}) == 4


@pytest.mark.parametrize("page", [SECURITY, APP, f"{SECURITY}webauthn/add/", "/accounts/password/set/"])
def test_each_page_stands_under_the_strict_policy(as_maya: Browser, maya: Provider, page: str) -> None:
    if "password" in page:
        maya.user.set_unusable_password()
        maya.user.save()
        as_maya = just_signed_in(maya.user)
    answer = as_maya.get(page)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "data:" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|src=\"data:", html)
    # A block of data is no script: the browser runs none of it.
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", html)
    assert "{%" not in html


def test_the_list_of_passkeys_is_the_page_of_all_second_steps(as_maya: Browser) -> None:
    """allauth leads there after each change of one."""
    assert as_maya.get(f"{SECURITY}webauthn/")["Location"] == SECURITY


def test_a_passkey_that_is_no_passkey_is_refused(as_maya: Browser, maya: Provider) -> None:
    page = f"{SECURITY}webauthn/add/"
    as_maya.get(page)
    for credential in ("", "nonsense", "{}", '{"id": "x", "response": {}}', "9" * 5000, "[" * 5000):
        assert as_maya.post(page, {"name": "Phone", "credential": credential}).status_code == 200
    Browser().get(f"{SECURITY}webauthn/login/", headers={"Accept": "application/json"})
    for credential in ('{"id": "x"}', "9" * 5000, "[" * 5000):
        refused = Browser().post(f"{SECURITY}webauthn/login/", {"credential": credential})
        assert refused["Location"] == "/accounts/login/"
    assert not Authenticator.objects.filter(user=maya.user).exists()


# --- Whose it is asked of ---


def test_the_office_opens_to_staff_with_a_second_step_alone(practice: object, now: datetime) -> None:
    clerk = UserFactory.create(is_staff=True, is_superuser=True, second_step=False)
    browser = just_signed_in(clerk)
    for address in ("/admin/", USERS, "/admin/nowhere/"):
        for answer in (browser.get(address), browser.post(address)):
            assert answer["Location"] == SECURITY
    page = browser.get(SECURITY)
    assert "The office opens once you have a second step" in text(page)
    assert "Open the office" not in text(page)
    adds_an_app(browser)
    assert browser.get("/admin/").status_code == 200
    assert 'href="/admin/"' in browser.get(SECURITY).content.decode()


def test_the_demo_asks_nobody(practice: object, now: datetime, settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_STEP = False
    clerk = UserFactory.create(is_staff=True, is_superuser=True, second_step=False)
    assert just_signed_in(clerk).get("/admin/").status_code == 200


def test_a_provider_is_asked_until_it_is_set_or_put_off(as_maya: Browser, as_jordan: Browser, now: datetime) -> None:
    question = "Add a second step to your sign-in"
    for page in ("/dashboard/", "/settings/"):
        assert question in text(as_maya.get(page))
    assert question not in text(as_jordan.get("/home/"))
    assert as_maya.post("/accounts/security/later/", {"next": "/settings/"})["Location"] == "/settings/"
    assert question not in text(as_maya.get("/dashboard/"))
    as_maya.cookies.pop(second_factor.LATER)
    adds_an_app(as_maya)
    assert question not in text(as_maya.get("/dashboard/"))
    assert as_maya.post("/accounts/security/later/", {"next": "https://evil.example/"})["Location"] == "/"


# --- In the office ---


def act(browser: Browser, action: str, user: User) -> list[str]:
    return said(browser.post(USERS, {"action": action, "_selected_action": [user.pk]}))


def test_the_office_takes_a_lost_second_step_away_and_the_person_is_told(
    as_office: Browser, as_maya: Browser, maya: Provider
) -> None:
    adds_an_app(as_maya)
    OutboxMessage.objects.all().delete()
    (words,) = act(as_office, "reset_second_step", maya.user)
    assert words == "maya.chen@example.com signs in without a second step, and is told so by mail."
    assert not Authenticator.objects.filter(user=maya.user).exists()
    assert "The office took the second step of your sign-in away." in OutboxMessage.objects.get().text


def test_only_a_superuser_touches_a_superuser(office: User, now: datetime) -> None:
    from practice import accounts

    clerk = UserFactory.create(is_staff=True)
    accounts.keep_office_group(clerk)
    browser = just_signed_in(clerk)
    for action in ("send_set_password_link", "reset_second_step", "deactivate"):
        assert act(browser, action, office)[-1] == "admin@example.com is left as it was: a superuser’s account."
    change = reverse("admin:practice_user_change", args=[office.pk])
    assert browser.post(change, {"email": "clerk@evil.example", "is_active": "on", "is_staff": "on"}).status_code == 403
    office.refresh_from_db()
    assert (office.email, office.is_active) == ("admin@example.com", True)
    assert second_factor.is_set(office)
    assert not OutboxMessage.objects.exists()
    assert act(just_signed_in(office), "send_set_password_link", office) == [
        "A link is on its way to admin@example.com."
    ]


def test_no_invitation_leads_into_the_account_of_somebody_who_works_here(
    maya: Provider, jordan: Client, office: User, now: datetime
) -> None:
    for user in (office, maya.user):
        jordan.user = user
        jordan.save()
        with pytest.raises(caring.Refused, match="somebody who works here"):
            caring.invite(jordan, by=Actor.system(), at=now)
        link = invitations.url(user, at=now).removeprefix("http://127.0.0.1:8000")
        assert Browser().post(link).status_code == 404


@pytest.mark.parametrize(
    ("sent", "leads"),
    [("/clients/", "/clients/"), ("", "/"), ("x", "x"), ("9" * 30, "9" * 30), ("https://evil.example/", "/")],
)
def test_who_puts_the_second_step_off_goes_on_and_is_not_asked_again(
    as_maya: Browser, now: datetime, sent: str, leads: str
) -> None:
    assert "Add a second step" in text(as_maya.get("/dashboard/"))
    put_off = as_maya.post(reverse("second_step_later"), {"next": sent})
    assert (put_off.status_code, put_off.headers["Location"]) == (302, leads)
    assert "Add a second step" not in text(as_maya.get("/dashboard/"))
