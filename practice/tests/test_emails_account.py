"""The mails about an account, whole: choosing a password, and an address that changed."""

import re
from datetime import datetime, timedelta
from textwrap import dedent

import pytest
from django.core import mail as mailed
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from clients import addresses
from clients.models import Client
from notifications import outbox
from notifications.models import OutboxMessage
from practice import accounts, discretion
from practice.models import Provider, User
from practice.tests.reading import words_of

OFFICE = ["Questions? Call", "[tel:2125550100]", "(212) 555-0100", "or write to"]
OFFICE_MAIL = ["[mailto:office@alderstreet.example]", "office@alderstreet.example", "."]


def everything(mail: OutboxMessage) -> str:
    return f"{mail.subject}\n{mail.text}\n{mail.html}"


def linked(mail: OutboxMessage) -> str:
    """The link in a mail's text; the one place where it is."""
    (link,) = re.findall(r"https://\S+", mail.text)
    return str(link)


# --- Choosing a password ---


@pytest.fixture
def set_password(maya: Provider, now: datetime, settings: Settings) -> OutboxMessage:
    settings.BASE_URL = "https://alder.example"
    Browser().post("/accounts/password/reset/", {"email": "maya.chen@example.com"})
    return OutboxMessage.objects.get()


def test_the_mail_to_choose_a_password(set_password: OutboxMessage, maya: Provider) -> None:
    mail = set_password
    assert (mail.recipient, mail.about, mail.kind, mail.urgent, mail.sender_name, mail.calendar) == (
        "maya.chen@example.com", f"user:{maya.user_id}", "sign_in", True, "Alder Street", "",
    )  # fmt: skip
    assert mail.subject == "Choose your password"
    link = linked(mail)
    assert re.fullmatch(r"https://alder\.example/accounts/password/reset/key/\w+-[\w-]+/", link)
    assert mail.text.strip() == dedent(f"""\
        Choose your password

        Somebody, most likely you or your practice, asked for this. Choose a password here:
        {link}

        The link works once and for three days. Did you not ask for it? Then nothing changes, and there is nothing to do.

        Questions? Call (212) 555-0100 or write to office@alderstreet.example.""")  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "Choose your password",
        "Somebody, most likely you or your practice, asked for this.",
        f"[{link}]",
        "Choose password",
        "Or open this link:",
        link,
        ("It works once and for three days. Did you not ask for it? Then nothing changes, and there is nothing to do."),
        *OFFICE,
        *OFFICE_MAIL,
    ]
    # Whoever sees it over a shoulder learns of no care, and no name of whom it is for.
    for absent in ("Maya", "Chen", "LCSW", "appointment", "{", "127.0.0.1"):
        assert absent not in re.sub(r"<style>.*?</style>", "", everything(mail), flags=re.DOTALL)
    assert discretion.clinical_words(everything(mail), also="session") == []


def test_once_it_has_gone_its_link_is_kept_nowhere(set_password: OutboxMessage, now: datetime) -> None:
    link = linked(set_password)

    outbox.deliver_due(at=now)

    (sent,) = mailed.outbox
    assert sent.to == ["maya.chen@example.com"]
    assert link in sent.body
    assert (set_password.text != "", set_password.html != "") == (True, True)
    set_password.refresh_from_db()
    assert (set_password.status, set_password.text, set_password.html) == ("sent", "", "")
    assert set_password.subject == "Choose your password"


def test_the_office_sends_the_same_mail_and_none_to_whom_it_has_shut_out(
    as_office: Browser, maya: Provider, sam: Provider
) -> None:
    accounts.deactivate(sam.user)
    users = [maya.user_id, sam.user_id]
    as_office.post(
        reverse("admin:practice_user_changelist"), {"action": "send_set_password_link", "_selected_action": users}
    )
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.subject, mail.urgent) == ("maya.chen@example.com", "Choose your password", True)


# --- A changed address ---


MAIL = {
    True: "From now on, mail about your appointments comes to this address.",
    False: "Mail about your appointments no longer comes to this address.",
}
SIGN_IN = {
    True: "Sign in with this address from now on.",
    False: "You can no longer sign in with this address.",
}


def told(said: str, *, called: str = "", which: str = "e-mail") -> tuple[str, list[str]]:
    """The whole text, and the words of the HTML."""
    hello, title = f"Hello {called},".replace(" ,", ","), f"Your {which} address was changed"
    text = dedent(f"""\
        {title}

        {hello}

        {said}

        Did you not ask for this? Call (212) 555-0100 or write to office@alderstreet.example.
        """)
    asked = ["Did you not ask for this? Call", *OFFICE[1:3], "or write to", *OFFICE_MAIL]
    return text, ["Alder Street", title, hello, said, *asked]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_clients_old_and_new_address_are_told_whole(*, is_new: bool, jordan: Client, now: datetime) -> None:
    addresses.change(jordan, to="jordan@new.example", at=now)

    here, elsewhere = ("jordan@new.example", "jordan.lee@example.com")[:: 1 if is_new else -1]
    mail = OutboxMessage.objects.get(recipient=here)
    assert (mail.about, mail.kind, mail.urgent, mail.sender_name, mail.calendar) == (
        f"client:{jordan.pk}", "address_changed", False, "Alder Street", "",
    )  # fmt: skip
    assert mail.subject == "Your e-mail address was changed"
    assert (mail.text, words_of(mail.html)) == told(MAIL[is_new], called="Jordan")
    for absent in (elsewhere, "Lee", "Maya", "/b/", "{"):
        assert absent not in re.sub(r"<style>.*?</style>", "", everything(mail), flags=re.DOTALL)


def test_a_providers_sign_in_that_moved_is_told_to_both_addresses_whole(maya: Provider, now: datetime) -> None:
    accounts.change_sign_in(maya.user, email="maya@new.example", at=now)
    told_to = {mail.recipient: mail for mail in OutboxMessage.objects.all()}
    assert set(told_to) == {"maya.chen@example.com", "maya@new.example"}
    for recipient, mail in told_to.items():
        is_new = recipient == "maya@new.example"
        assert (mail.about, mail.subject) == (f"provider:{maya.pk}", "Your e-mail address was changed")
        assert (mail.text, words_of(mail.html)) == told(f"{MAIL[is_new]} {SIGN_IN[is_new]}")


def test_where_only_signing_in_moved_no_appointment_is_named(office: User, now: datetime) -> None:
    accounts.change_sign_in(office, email="desk@example.com", at=now)
    told_to = {mail.recipient: mail for mail in OutboxMessage.objects.all()}
    assert set(told_to) == {"admin@example.com", "desk@example.com"}
    for recipient, mail in told_to.items():
        assert (mail.about, mail.subject) == (f"user:{office.pk}", "Your sign-in address was changed")
        said = SIGN_IN[recipient == "desk@example.com"]
        assert (mail.text, words_of(mail.html)) == told(said, which="sign-in")


def test_an_address_that_stays_as_it_is_is_told_to_nobody(
    maya: Provider, jordan: Client, office: User, now: datetime
) -> None:
    addresses.change(jordan, to="Jordan.Lee@example.com", at=now)
    accounts.change_sign_in(office, email="admin@example.com", at=now)
    assert not OutboxMessage.objects.exists()


def test_both_mails_go_where_they_say(jordan: Client, now: datetime) -> None:
    addresses.change(jordan, to="jordan@new.example", at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert [message.to for message in mailed.outbox] == [["jordan.lee@example.com"], ["jordan@new.example"]]
    assert all(mail.text for mail in OutboxMessage.objects.filter(status="sent"))
