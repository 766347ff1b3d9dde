"""The link to a new password: opened without a trace, used once."""

import re
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.test import Client as Browser
from django.urls import reverse
from django.utils.http import int_to_base36
from pytest_django import Settings

from clients.models import Client
from notifications.models import OutboxMessage
from practice import accounts
from practice.models import Provider, User
from practice.tests.at_once import at_once
from practice.tests.factories import PASSWORD
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

NEW = "a-new-quiet-one"
CHOSEN = {"password1": NEW, "password2": NEW}
ENDED = "This link no longer works It has been used already, or it is too old. Your password is as it was."


def link_for(user: User) -> str:
    """The path that was mailed."""
    Browser().post(reverse("account_reset_password"), {"email": user.email})
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", OutboxMessage.objects.latest("pk").text)
    assert found is not None
    return found[1]


def whole_database() -> dict[str, str]:
    models = apps.get_models(include_auto_created=True)
    rows = {model: list(model._base_manager.order_by("pk").values_list()) for model in models}
    return {model._meta.db_table: sha256(repr(kept).encode()).hexdigest() for model, kept in rows.items()}


def may_sign_in(user: User, password: str) -> bool:
    return Browser().post(reverse("account_login"), {"login": user.email, "password": password}).status_code == 302


@pytest.fixture
def link(maya: Provider, now: datetime) -> str:
    return link_for(maya.user)


def test_a_link_sets_the_password_once(link: str, maya: Provider) -> None:
    browser = Browser()
    page = browser.get(link)
    assert "Set a new password" in text(page)
    answer = browser.post(link, CHOSEN)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert "Your password is changed." in text(browser.get(answer["Location"]))
    assert SESSION_KEY not in browser.session
    assert (may_sign_in(maya.user, NEW), may_sign_in(maya.user, PASSWORD)) == (True, False)
    again = browser.post(link, {"password1": "another-quiet-one", "password2": "another-quiet-one"})
    for spent in (again, browser.get(link)):
        assert spent.status_code == 404
        assert ENDED in text(spent)
        assert f'href="{reverse("account_reset_password")}"' in spent.content.decode()
    assert may_sign_in(maya.user, NEW)


def test_the_link_starts_with_our_address(maya: Provider, now: datetime, settings: Settings) -> None:
    settings.BASE_URL = "https://alder.example"
    path = link_for(maya.user)
    mail = OutboxMessage.objects.get()
    assert (mail.subject, mail.sender_name, mail.urgent) == ("Choose your password", "Alder Street", True)
    assert f"https://alder.example{path}" in mail.text
    assert f"https://alder.example{path}" in mail.html


def test_its_person_is_told_that_it_was_used(link: str, maya: Provider) -> None:
    OutboxMessage.objects.all().delete()
    Browser().post(link, CHOSEN)
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.subject, mail.urgent) == (maya.user.email, "Your sign-in was changed", True)
    assert "Your password was changed by a link that we mailed to you." in mail.text


def test_opening_it_writes_nothing_into_database_or_session(link: str, maya: Provider) -> None:
    before = whole_database()
    for path in (link, link[:-3] + "00/", "/accounts/password/reset/key/1-no-key/"):
        for method in ("GET", "HEAD"):
            browser = Browser()
            for _ in range(3):
                browser.generic(method, path)
            assert "sessionid" not in browser.cookies
    assert whole_database() == before


def test_a_made_up_key_writes_nothing_for_whom_it_names(maya: Provider, now: datetime) -> None:
    """Judging a key reads the account alone: allauth's own generator would make a row for the address."""
    EmailAddress.objects.all().delete()
    key = {"uidb36": int_to_base36(maya.user_id), "key": "d3w1ac-0123456789abcdef0123456789abcdef"}
    assert Browser().get(reverse("account_reset_password_from_key", kwargs=key)).status_code == 404
    assert not EmailAddress.objects.exists()


def test_its_page_is_kept_nowhere_and_tells_no_other_page_its_key(link: str) -> None:
    for page in (Browser().get(link), Browser().get("/accounts/password/reset/key/1-no-key/")):
        assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")
        assert page["Referrer-Policy"] == "strict-origin"
    html = Browser().get(link).content.decode()
    assert link not in html  # the form goes where the page is, and nothing else leads there


def test_what_is_wrong_with_a_password_is_said_and_the_link_still_works(link: str, maya: Provider) -> None:
    browser = Browser()
    for sent, said in (
        ({}, "Enter a new password."),
        (CHOSEN | {"password2": "something-else"}, "You must type the same password each time."),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
    ):
        answer = browser.post(link, sent)
        assert answer.status_code == 200
        assert said in text(answer)
    assert may_sign_in(maya.user, PASSWORD)
    # Signing in ends the link, so a fresh one shows that none of the three did.
    fresh = link_for(User.objects.get(pk=maya.user_id))
    browser.post(fresh, {})
    assert browser.post(fresh, CHOSEN).status_code == 302


def test_it_ends_after_3_days(link: str, now: datetime) -> None:
    with time_machine.travel(now + timedelta(days=3), tick=False):
        assert Browser().get(link).status_code == 200
    with time_machine.travel(now + timedelta(days=3, seconds=1), tick=False):
        for answer in (Browser().get(link), Browser().post(link, CHOSEN)):
            assert answer.status_code == 404
            assert ENDED in text(answer)


def test_it_ends_with_the_next_sign_in_another_address_and_the_account(
    link: str, maya: Provider, sam: Provider, now: datetime
) -> None:
    assert may_sign_in(maya.user, PASSWORD)
    moved = link_for(sam.user)
    accounts.change_sign_in(sam.user, email="sam@example.org", at=now)
    shut = link_for(sam.user)
    assert Browser().get(shut).status_code == 200
    accounts.deactivate(User.objects.get(pk=sam.user_id))
    for ended in (link, moved, shut):
        assert Browser().get(ended).status_code == Browser().post(ended, CHOSEN).status_code == 404
    assert User.objects.get(pk=sam.user_id).check_password(PASSWORD)


@pytest.mark.parametrize("uidb36", ["0", "zzzzzzzzzzzz", "zzzzzzzzzzzzz", "1" * 40])
def test_a_number_of_nobody_is_a_link_that_ended(uidb36: str, practice: object, now: datetime) -> None:
    key = {"uidb36": uidb36, "key": "d3w1ac-0123456789abcdef0123456789abcdef"}
    assert Browser().get(reverse("account_reset_password_from_key", kwargs=key)).status_code == 404


def test_a_link_sets_the_password_of_nobody_else(link: str, maya: Provider, sam: Provider) -> None:
    hers, his = (f"/key/{int_to_base36(one.user_id)}-" for one in (maya, sam))
    assert hers in link
    other = link.replace(hers, his)
    assert Browser().post(other, CHOSEN).status_code == 404
    assert User.objects.get(pk=sam.user_id).check_password(PASSWORD)


def test_whoever_was_signed_in_there_is_signed_out_by_the_form_and_not_by_opening(
    link: str, maya: Provider, sam: Provider
) -> None:
    browser = just_signed_in(sam.user)
    browser.get(link)
    assert browser.session[SESSION_KEY] == str(sam.user_id)
    browser.post(link, CHOSEN)
    assert SESSION_KEY not in browser.session
    assert User.objects.get(pk=sam.user_id).check_password(PASSWORD)


def test_every_other_browser_of_its_person_is_signed_out(maya: Provider, now: datetime) -> None:
    elsewhere = just_signed_in(maya.user)
    Browser().post(link_for(User.objects.get(pk=maya.user_id)), CHOSEN)
    assert elsewhere.get(reverse("appointments:dashboard")).status_code == 302


def test_its_page_speaks_the_language_of_its_person(jordan: Client, now: datetime) -> None:
    assert jordan.user is not None
    jordan.language = "es"
    jordan.save()
    link = link_for(jordan.user)
    too_short = {"password1": "short", "password2": "short"}
    for page in (Browser().get(link), Browser().post(link, {}), Browser().post(link, too_short)):
        assert '<html lang="es"' in page.content.decode()
        assert "Español" not in text(page)
    assert "La contraseña es demasiado corta" in text(page)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_form_at_once_one_sets_the_password(maya: Provider, now: datetime) -> None:
    path = link_for(maya.user)
    words = ["a-first-quiet-one", "a-second-quiet-one"]
    tries = [lambda word=word: Browser().post(path, {"password1": word, "password2": word}) for word in words]
    answers = [getattr(answer, "status_code", answer) for answer in at_once(tries)]
    assert answers in ([302, 404], [404, 302])
    assert User.objects.get(pk=maya.user_id).check_password(words[answers.index(302)])
