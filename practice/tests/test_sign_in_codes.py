"""Signing in by a code sent by mail: as easy as a password, for nobody else, and once."""

import re
from datetime import datetime, timedelta
from textwrap import dedent

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.core import mail as mailed
from django.test import Client as Browser

from clients.models import Client
from notifications import outbox
from notifications.models import OutboxMessage
from practice import accounts
from practice.models import Provider
from practice.tests.reading import text, words_of

ASK = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
MAYA = "maya.chen@example.com"


def asks(browser: Browser, email: str = MAYA, **more: str) -> str:
    """By the sign-in page's second button; the code that was mailed, or nothing."""
    answer = browser.post(ASK, {"login": email, "password": "", **more})
    assert answer["Location"].startswith(CONFIRM)
    mail = OutboxMessage.objects.order_by("pk").last()
    return "".join(re.findall(r"^(\d{4}) (\d{4})$", mail.text, re.MULTILINE)[0]) if mail else ""


def signed_in(browser: Browser) -> bool:
    return SESSION_KEY in browser.session


def test_a_code_signs_in_once_however_it_is_typed_and_leads_back(maya: Provider, now: datetime) -> None:
    browser = Browser()
    code = asks(browser, "Maya.Chen@Example.com", next="/appointments/?q=lee")
    page = browser.get(f"{CONFIRM}?next=/appointments/%3Fq%3Dlee")
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert 'inputmode="numeric"' in page.content.decode()
    answer = browser.post(CONFIRM, {"code": f" {code[:4]} {code[4:]} ", "next": "/appointments/?q=lee"})
    assert (answer.status_code, answer["Location"]) == (302, "/appointments/?q=lee")
    assert signed_in(browser)

    browser.post("/accounts/logout/")
    browser.post(CONFIRM, {"code": code})
    assert not signed_in(browser)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(maya: Provider, now: datetime, elsewhere: str) -> None:
    browser = Browser()
    code = asks(browser, next=elsewhere)
    assert browser.post(CONFIRM, {"code": code, "next": elsewhere})["Location"] == "/"


def test_a_code_is_for_the_browser_that_asked_for_it(maya: Provider, now: datetime) -> None:
    code = asks(Browser())
    stranger = Browser()
    asks(stranger, "nobody@example.com")
    assert "This is not the code." in text(stranger.post(CONFIRM, {"code": code}))
    assert not signed_in(stranger)


def test_a_newer_code_and_ten_minutes_end_a_code(maya: Provider, now: datetime) -> None:
    browser = Browser()
    first = asks(browser)
    browser.post(CONFIRM, {"action": "resend"})
    second = OutboxMessage.objects.latest("pk").text
    assert first[:4] not in second or first[4:] not in second
    browser.post(CONFIRM, {"code": first})
    assert not signed_in(browser)
    late = Browser()
    code = asks(late)
    with time_machine.travel(now + timedelta(minutes=10, seconds=1), tick=False):
        assert late.post(CONFIRM, {"code": code})["Location"] == ASK
    assert not signed_in(late)


def test_five_wrong_codes_end_it(maya: Provider, now: datetime) -> None:
    browser = Browser()
    code = asks(browser)
    wrong = "11111111" if code != "11111111" else "22222222"
    for _ in range(5):
        browser.post(CONFIRM, {"code": wrong})
    browser.post(CONFIRM, {"code": code})
    assert not signed_in(browser)


@pytest.mark.parametrize("email", [MAYA, "nobody@example.com"])
def test_only_so_many_codes_are_sent_to_one_address(maya: Provider, now: datetime, email: str) -> None:
    for _ in range(5):
        asks(Browser(), email)
    page = Browser().post(ASK, {"login": email})
    assert page.status_code == 200
    assert "Too many tries in a short time." in text(page)
    assert OutboxMessage.objects.count() == (5 if email == MAYA else 0)


def test_a_flood_from_one_machine_is_held_up_by_a_page(practice: object, now: datetime) -> None:
    answers = [Browser().post("/accounts/login/", {"login": f"a{n}@example.com"}).status_code for n in range(31)]
    assert answers == [200] * 30 + [429]


def seen(browser: Browser, email: str) -> list[object]:
    """All that a stranger could tell answers apart by, from asking to giving up."""
    asked = browser.post(ASK, {"login": email})
    answers = [asked, browser.get(CONFIRM), browser.post(CONFIRM, {"action": "resend"}), browser.get(CONFIRM)]
    answers += [browser.post(CONFIRM, {"code": "00000000"}) for _ in range(5)]
    return [
        (
            answer.status_code,
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(email, "…"),
            sorted(name for name in answer.headers if name != "Set-Cookie"),
            answer.get("Location"),
            sorted(answer.cookies),
        )
        for answer in answers
    ]


def test_the_answer_is_the_same_for_who_is_known_unknown_or_shut_out(
    maya: Provider, sam: Provider, now: datetime
) -> None:
    accounts.deactivate(sam.user)
    known = seen(Browser(), MAYA)
    assert known == seen(Browser(), "somebody.else@example.com")
    assert known == seen(Browser(), sam.user.email)
    assert {mail.recipient for mail in OutboxMessage.objects.all()} == {MAYA}


def test_who_is_shut_out_after_asking_stays_out(maya: Provider, now: datetime) -> None:
    browser = Browser()
    code = asks(browser)
    accounts.deactivate(maya.user)
    assert browser.post(CONFIRM, {"code": code})["Location"] == "/accounts/inactive/"
    assert not signed_in(browser)


def test_the_mail_whole(maya: Provider, now: datetime) -> None:
    code = asks(Browser())
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.about, mail.kind, mail.urgent, mail.sender_name, mail.subject) == (
        MAYA, f"user:{maya.user_id}", "sign_in", True, "Alder Street", "Your sign-in code",
    )  # fmt: skip
    assert mail.text.strip() == dedent(f"""\
        Your sign-in code

        {code[:4]} {code[4:]}

        Type it into the page that asked for it. It works once and for ten minutes.

        Did you not ask for it? Then nothing happens without the code: do not pass it on.

        Questions? Call (212) 555-0100 or write to office@alderstreet.example.""")
    assert words_of(mail.html) == [
        "Alder Street",
        "Your sign-in code",
        f"{code[:4]} {code[4:]}",
        "Type it into the page that asked for it. It works once and for ten minutes.",
        "Did you not ask for it? Then nothing happens without the code: do not pass it on.",
        "Questions? Call", "[tel:2125550100]", "(212) 555-0100",
        "or write to", "[mailto:office@alderstreet.example]", "office@alderstreet.example", ".",
    ]  # fmt: skip
    outbox.deliver_due(at=now)
    assert code[:4] in mailed.outbox[0].body
    mail.refresh_from_db()
    assert (mail.status, mail.text, mail.html) == ("sent", "", "")


def test_it_comes_discreetly_to_who_asked_for_that(jordan: Client, now: datetime) -> None:
    jordan.discreet = True
    jordan.save()
    asks(Browser(), jordan.email)
    mail = OutboxMessage.objects.get()
    neutral = maya_practice(jordan)
    assert (mail.sender_name, mail.subject) == neutral
    assert "Alder Street" not in mail.text + mail.html


def maya_practice(client: Client) -> tuple[str, str]:
    practice = client.care_relationships.get().provider.practice
    return practice.neutral_name, practice.neutral_subject


def test_without_an_address_it_is_asked_for(practice: object, now: datetime) -> None:
    page = Browser().post(ASK, {"login": ""})
    assert text(page).count("Enter your e-mail.") == 2
    assert 'name="login"' in page.content.decode()
