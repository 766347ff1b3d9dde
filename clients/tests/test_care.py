"""Adding a client: everything in one act, one mail, and nothing told of whom others care for."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from textwrap import dedent

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from clients import care as caring
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications import outbox
from notifications.models import OutboxMessage
from practice import accounts, discretion, invitations
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import said, text, words_of

ADD = "/clients/add/"
ROBIN = caring.Person(
    first_name="Roberta",
    last_name="Vance",
    preferred_name="Robin",
    email="Robin.Vance@Example.com",
    phone="(212) 555-0177",
    time_zone="America/Chicago",
    language="en",
    payer=None,
)
TYPED = {
    "first_name": "Roberta", "last_name": "Vance", "preferred_name": "Robin", "email": "robin.vance@example.com",
    "phone": "(212) 555-0177", "time_zone": "America/Chicago", "language": "en", "payer": "",
}  # fmt: skip


def add(provider: Provider, at: datetime, person: caring.Person = ROBIN) -> CareRelationship:
    return caring.add(provider, person=person, by=Actor.provider(provider.user_id), at=at)


def link() -> str:
    mail = OutboxMessage.objects.filter(kind="invitation").latest("pk")
    (path,) = re.findall(r"https?://[^/\s]+(/i/\S+)", mail.text)
    return str(path)


def signed_in_as(browser: Browser) -> str | None:
    return browser.session.get(SESSION_KEY)


def test_a_provider_adds_a_client_who_is_in_by_one_mail_and_one_link(
    as_maya: Browser, maya: Provider, now: datetime
) -> None:
    payer = Payer.objects.order_by("name").first()
    assert payer is not None
    answer = as_maya.post(ADD, TYPED | {"payer": payer.pk})
    client = Client.objects.get()
    assert answer["Location"] == f"/clients/{client.pk}/"
    assert said(answer) == ["Robin is in your care. The invitation goes to robin.vance@example.com."]
    assert (client.name, client.time_zone, client.payer) == ("Robin Vance", "America/Chicago", payer)
    assert (client.user is not None and client.user.has_usable_password(), client.user is None) == (False, False)
    assert EmailAddress.objects.get(user=client.user).verified
    assert maya.care_relationships.get().client == client
    assert [mail.recipient for mail in OutboxMessage.objects.all()] == ["robin.vance@example.com"]

    browser = Browser()
    page = browser.get(link())
    assert "Welcome to Alder Street" in text(page)
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Robin" not in text(page)
    entered = browser.post(link())
    assert (entered.status_code, entered["Location"]) == (302, "/")
    assert signed_in_as(browser) == str(client.user_id)
    assert "Next time, have a code sent to your e-mail address." in text(browser.get("/home/"))


def test_opening_the_link_changes_nothing_however_often(maya: Provider, now: datetime) -> None:
    add(maya, now)
    before = User.objects.values().get(email="robin.vance@example.com")
    for _ in range(10):
        browser = Browser()
        assert browser.get(link()).status_code == browser.head(link()).status_code == 200
        assert signed_in_as(browser) is None
    assert User.objects.values().get(email="robin.vance@example.com") == before


def test_a_link_works_once_and_every_other_one_ends_with_it(maya: Provider, now: datetime) -> None:
    client = add(maya, now).client
    first = link()
    caring.invite(client, by=Actor.provider(maya.user_id), at=now + timedelta(hours=1))
    second = link()
    assert first != second
    Browser().post(second)
    for old in (first, second):
        browser = Browser()
        answer = browser.post(old)
        assert answer.status_code == 404
        assert "have a code sent to your e-mail address and sign in by it" in text(answer)
        assert 'href="/accounts/login/code/"' in answer.content.decode()
        assert signed_in_as(browser) is None


def test_after_14_days_or_with_a_changed_character_it_is_dead(maya: Provider, now: datetime) -> None:
    add(maya, now)
    path = link()
    for wrong in (path[:-2] + "/", path.replace("/i/", "/i/x"), "/i/nothing/", "/i/%00/"):
        assert Browser().post(wrong).status_code == 404
    with time_machine.travel(now + invitations.GOOD_FOR - timedelta(seconds=1), tick=False):
        assert Browser().get(path).status_code == 200
    with time_machine.travel(now + invitations.GOOD_FOR, tick=False):
        assert Browser().post(path).status_code == 404


def test_whose_access_has_ended_is_not_let_in_and_not_invited(maya: Provider, now: datetime) -> None:
    client = add(maya, now).client
    assert client.user is not None
    accounts.deactivate(client.user)
    assert Browser().post(link()).status_code == 404
    with pytest.raises(caring.Refused, match="ended this client’s access"):
        caring.invite(client, by=Actor.system(), at=now)


def test_a_changed_sign_in_address_ends_the_link(maya: Provider, now: datetime) -> None:
    client = add(maya, now).client
    assert client.user is not None
    accounts.change_sign_in(client.user, email="robin@new.example", at=now)
    assert Browser().post(link()).status_code == 404


@pytest.mark.parametrize("whose", ["a client of another provider", "a client without an account", "the office"])
def test_an_address_in_use_is_refused_in_the_same_words_whoever_has_it(
    whose: str, as_maya: Browser, sam: Provider, office: User
) -> None:
    if whose == "the office":
        office.email = TYPED["email"]
        office.save()
    else:
        make_client(sam, signs_in="without" not in whose, email="Robin.Vance@example.com")
    before = Client.objects.count()
    page = text(as_maya.post(ADD, TYPED))
    assert (
        "No account can be made here with this e-mail. The office can connect you with this client: "
        "call (212) 555-0100."
    ) in page
    assert "Ortiz" not in page
    assert Client.objects.count() == before
    assert not OutboxMessage.objects.exists()


def test_who_is_cared_for_already_is_named(as_maya: Browser, maya: Provider) -> None:
    make_client(maya, first_name="Robin", last_name="Vance", email="robin.vance@example.com")
    assert "Robin Vance, whom you care for, has this e-mail." in text(as_maya.post(ADD, TYPED))


def test_trying_many_addresses_is_held_up(as_maya: Browser, sam: Provider) -> None:
    make_client(sam, email="robin.vance@example.com")
    for _ in range(20):
        as_maya.post(ADD, TYPED)
    assert "Many clients in a short time. Nothing was added" in text(as_maya.post(ADD, TYPED))


def test_what_is_missing_is_named_and_what_was_typed_stays(as_maya: Browser) -> None:
    page = as_maya.post(ADD, {"preferred_name": "Robin", "email": "robin", "time_zone": "Mars", "language": "en"})
    words = text(page)
    for error in ("Enter the legal first name.", "Enter the legal last name.", "Enter an e-mail, such as"):
        assert error in words
    assert 'value="Robin"' in page.content.decode()
    assert not Client.objects.exists()


def test_the_invitation_is_sent_again_until_the_client_has_been_in(
    as_maya: Browser, maya: Provider, now: datetime
) -> None:
    client = add(maya, now).client
    page = f"/clients/{client.pk}/"
    assert "Robin has not signed in yet." in text(as_maya.get(page))
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        assert said(as_maya.post(f"{page}invite/")) == ["An invitation goes to Robin.Vance@Example.com."]
        assert as_maya.get(f"{page}invite/").status_code == 405
        Browser().post(link())
        assert "has not signed in yet" not in text(as_maya.get(page))
    assert OutboxMessage.objects.filter(kind="invitation").count() == 2


def test_a_client_without_an_account_gets_one_with_the_invitation(maya: Provider, now: datetime) -> None:
    client = make_client(maya, signs_in=False, first_name="Casey")
    caring.invite(client, by=Actor.system(), at=now)
    browser = Browser()
    browser.post(link())
    client.refresh_from_db()
    assert signed_in_as(browser) == str(client.user_id)


def test_a_client_whose_address_is_another_persons_sign_in_gets_none(
    maya: Provider, office: User, now: datetime
) -> None:
    client = make_client(maya, signs_in=False, email=office.email)
    with pytest.raises(caring.AddressInUse):
        caring.invite(client, by=Actor.system(), at=now)
    assert not OutboxMessage.objects.exists()


def test_the_mail_whole(maya: Provider, now: datetime, settings: Settings) -> None:
    settings.BASE_URL = "https://alder.example"
    client = add(maya, now).client
    mail = OutboxMessage.objects.get()
    url = f"https://alder.example{link()}"
    assert (mail.recipient, mail.about, mail.kind, mail.urgent, mail.sender_name, mail.subject, mail.calendar) == (
        "Robin.Vance@Example.com", f"client:{client.pk}", "invitation", True, "Alder Street",
        "Your account at Alder Street", "",
    )  # fmt: skip
    assert mail.text == dedent(f"""\
        Your account at Alder Street

        Hello Robin,

        Maya Chen has made an account for you. In it you see your appointments, cancel or move them, and write to Maya Chen.

        Open this link to sign in; no password is needed:
        {url}

        It works once, until Tue, Mar 17. After that, sign in with this e-mail address and a code that we mail to you.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html)[:9] == [
        "Alder Street",
        "Your account at Alder Street",
        "Hello Robin,",
        (
            "Maya Chen has made an account for you. In it you see your appointments, cancel or move them, "
            "and write to Maya Chen."
        ),
        f"[{url}]",
        "Open your account",
        "No password is needed. Or open this link:",
        url,
        (
            "It works once, until Tue, Mar 17. After that, sign in with this e-mail address and a code "
            "that we mail to you."
        ),
    ]
    for absent in ("Roberta", "LCSW", "Vance"):
        assert absent not in (mail.subject + mail.text + mail.html).replace("Robin.Vance@", "")
    assert discretion.clinical_words(mail.subject + mail.text + mail.html) == []
    outbox.deliver_due(at=now)
    mail.refresh_from_db()
    assert (mail.status, mail.text, mail.html) == ("sent", "", "")


def test_in_spanish_to_who_reads_spanish_and_discreetly_to_who_asked_for_that(maya: Provider, now: datetime) -> None:
    client = add(maya, now, replace(ROBIN, language="es")).client
    client.discreet = True
    client.save()
    caring.invite(client, by=Actor.system(), at=now + timedelta(hours=1))
    first, second = OutboxMessage.objects.order_by("pk")
    # The neutral words that a practice begins with are said in the reader's language.
    assert (second.sender_name, second.subject) == ("Oficina de citas", "Sobre su agenda")
    assert "Alder Street" not in second.text + second.html
    assert 'lang="es"' in first.html


# --- In the office ---


def office_adds(browser: Browser, provider: Provider, **more: str) -> list[str]:
    inline = {
        "care_relationships-TOTAL_FORMS": "1", "care_relationships-INITIAL_FORMS": "0",
        "care_relationships-0-provider": str(provider.pk),
    }  # fmt: skip
    answer = browser.post(reverse("admin:clients_client_add"), TYPED | {"phone_use": "call"} | inline | more)
    assert answer.status_code == 302, answer.content.decode()
    return said(answer)


def test_the_office_adds_a_client_and_the_invitation_goes_out(
    as_office: Browser, maya: Provider, now: datetime
) -> None:
    assert "An invitation goes to robin.vance@example.com." in office_adds(as_office, maya, invite="on")
    browser = Browser()
    browser.post(link())
    assert signed_in_as(browser) == str(Client.objects.get().user_id)


def test_the_office_may_leave_the_invitation_for_later(as_office: Browser, maya: Provider) -> None:
    office_adds(as_office, maya)
    client = Client.objects.get()
    assert client.user is None
    assert not OutboxMessage.objects.exists()
    assert (
        'name="invite"' not in as_office.get(reverse("admin:clients_client_change", args=[client.pk])).content.decode()
    )
    chosen = {"action": "send_invitation", "_selected_action": [client.pk]}
    assert said(as_office.post(reverse("admin:clients_client_changelist"), chosen)) == [
        "An invitation goes to robin.vance@example.com."
    ]


def test_the_office_reads_why_nobody_was_invited(as_office: Browser, maya: Provider, office: User) -> None:
    client = make_client(maya, signs_in=False, first_name="Casey", last_name="Moore", email=office.email)
    chosen = {"action": "send_invitation", "_selected_action": [client.pk]}
    (words,) = said(as_office.post(reverse("admin:clients_client_changelist"), chosen))
    assert words.startswith("Casey Moore: No account can be made here with this e-mail.")
