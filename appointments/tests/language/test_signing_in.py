"""The ways into an account, what keeps it safe and what is said where nothing can be: all of it can be translated."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from pytest_django import Settings

from appointments.tests.language.reader import FACING, Reader
from appointments.tests.walks.tours import urls as failing
from clients.models import Client
from notifications.models import OutboxMessage
from practice import invitations, unsent
from practice.models import User
from practice.tests.signing_in import just_signed_in
from practice.tests.test_second_step import adds_an_app

pytestmark = pytest.mark.only_sqlite

LINKS = re.compile(r"https?://\S+")
TWICE = {"password1": "a-new-quiet-one", "password2": "a-new-quiet-one"}
OF_ONE_KEY = {"mfa_edit_webauthn", "mfa_remove_webauthn"}
MFA = sorted(name.removeprefix("mfa_") for name in FACING - OF_ONE_KEY if name.startswith("mfa_"))
NO_TWICE = {"password1": "a", "password2": "b"}


def path_mailed() -> str:
    """Of the first link in the newest mail."""
    found = LINKS.search(OutboxMessage.objects.latest("pk").text)
    assert found
    return urlsplit(found[0]).path


def signs_in(user: User) -> Browser:
    """Long ago, so that what matters asks again."""
    browser = Browser()
    browser.force_login(user)
    return browser


def adds_a_passkey(user: User) -> Authenticator:
    """Whole enough to be read; it signs nobody in."""
    public_key = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    made = AttestedCredentialData.create(bytes(16), b"id", public_key)
    held = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 0, made)
    response = {
        "clientDataJSON": websafe_encode(CollectedClientData.create("webauthn.create", "abcd", "https://example.com")),
        "attestationObject": websafe_encode(AttestationObject.create("none", held, {})),
    }
    credential = {"id": websafe_encode(b"id"), "rawId": websafe_encode(b"id"), "response": response}
    kept: Authenticator = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "⟦⟧", "credential": credential}
    )
    return kept


def strangers_read(reader: Reader, stranger: Browser, user: User, now: datetime) -> None:
    for name in ("login", "request_login_code", "reset_password", "reset_password_done", "inactive", "signup"):
        reader.read(stranger, reverse(f"account_{name}"))
    login, code = reverse("account_login"), reverse("account_confirm_login_code")
    for sends in ({}, {"login": user.email, "password": "wrong"}):
        reader.read(stranger, login, sends=sends)
    reader.read(stranger, reverse("account_request_login_code"), sends={})
    reader.read(stranger, reverse("account_request_login_code"), sends={"login": user.email})
    for sends in ({}, {"code": "12345678"}):
        reader.read(stranger, code, sends=sends)
    reader.read(stranger, reverse("account_reset_password"), sends={})
    reader.read(stranger, reverse("account_reset_password"), sends={"email": user.email})
    key = path_mailed()
    reader.read(stranger, key)
    for chosen in ({}, NO_TWICE, TWICE):
        reader.read(stranger, key, sends=chosen)
    reader.read(stranger, key)
    invited = urlsplit(invitations.url(User.objects.get(pk=user.pk), at=now)).path
    reader.read(stranger, invited)
    reader.read(stranger, invited, sends={})


def keep_a_form(browser: Browser, user: User, *, at: datetime) -> None:
    """As if it had been sent after the session's end."""
    session = browser.session
    session[unsent.KEY] = {"who": str(user.pk), "path": "/home/", "fields": [["x", "y"]], "at": at.isoformat()}
    session.save()


def who_is_signed_in_reads(reader: Reader, user: User, now: datetime) -> None:
    herself, stale = just_signed_in(user), signs_in(user)
    for name in ("account_reauthenticate", "reauthenticate_by_code"):
        reader.read(stale, reverse(name))
        reader.read(stale, reverse(name), sends={})
    reader.read(stale, reverse("reauthenticate_by_code"), sends={"do": "send"})
    reader.read(stale, reverse("reauthenticate_by_code"), sends={"code": "12345678"})
    change = reverse("account_change_password")
    for sends in (None, {}, {"oldpassword": "wrong", **NO_TWICE}):
        reader.read(herself, change, sends=sends)
    reader.read(herself, reverse("second_step_later"), sends={})
    reader.read(herself, reverse("account_logout"))
    keep_a_form(herself, user, at=now)
    reader.read(herself, reverse("unsent"))
    user.set_unusable_password()
    user.save()
    for sends in (None, {}, NO_TWICE):
        reader.read(just_signed_in(user), reverse("account_set_password"), sends=sends)


def second_steps_are_read(reader: Reader, user: User) -> None:
    herself = just_signed_in(user)
    mfa = {name: reverse(f"mfa_{name}") for name in MFA}
    for url in (mfa["index"], mfa["activate_totp"], mfa["add_webauthn"], reverse("session_back")):
        reader.read(herself, url)
    for name in ("activate_totp", "add_webauthn"):
        reader.read(herself, mfa[name], sends={"code": "1", "credential": "{}"})
    adds_an_app(herself)
    passkey = adds_a_passkey(user)
    ways = [*mfa.values(), *(reverse(name, args=[passkey.pk]) for name in sorted(OF_ONE_KEY))]
    for url in ways:
        reader.read(herself, url)
    for name in ("reauthenticate", "reauthenticate_webauthn"):
        reader.read(signs_in(user), mfa[name], sends={"code": "x", "credential": "{}"})
    entering = Browser(headers={"accept-language": "es"})
    reader.read(entering, reverse("account_login"), sends={"login": user.email, "password": TWICE["password1"]})
    for sends in ({}, {"code": "x"}, {"credential": "{}"}):
        reader.read(entering, mfa["authenticate"], sends=sends)
    for name in ("generate_recovery_codes", "deactivate_totp"):
        reader.read(herself, mfa[name], sends={})
    for url in ways[-2:]:
        reader.read(herself, url, sends={"name": "⟦⟧"})


def test_signing_in(
    marked: None,
    reader: Reader,
    stranger: Browser,
    rosa: Client,
    now: datetime,
) -> None:
    user = rosa.user
    assert user is not None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    strangers_read(reader, stranger, user, now)
    user.refresh_from_db()  # with the new password
    second_steps_are_read(reader, user)
    who_is_signed_in_reads(reader, user, now)
    assert reader.found == {}
    assert {name for name in FACING if not name.startswith(("appointments:", "clients:"))} - reader.seen == set()


def test_where_nothing_can_be_shown(
    marked: None,
    reader: Reader,
    stranger: Browser,
    settings: Settings,
) -> None:
    settings.ROOT_URLCONF = failing.__name__
    for answer in (400, 403, 429, 500):
        reader.read(stranger, f"/fail/{answer}/", answer=answer)
    strict = Browser(headers={"accept-language": "es"}, enforce_csrf_checks=True)
    reader.read(strict, reverse("account_login"), answer=403, sends={})
    assert reader.found == {}
