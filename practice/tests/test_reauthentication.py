"""Before fees, addresses and ways to sign in are changed, whoever sits there shows that it is them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from notifications.models import OutboxMessage
from practice.models import Holiday, Provider, User
from practice.tests.factories import PASSWORD, UserFactory
from practice.tests.reading import said, text

POLICY = "/settings/late-fees/"
TYPED = {"notice": "48", "late_fee": "60", "no_show_fee": "60", "grace_minutes": "15", "words": ""}
PASSWORD_AGAIN = "/accounts/reauthenticate/"
BY_CODE = "/accounts/reauthenticate/code/"


@pytest.fixture
def later(as_maya: Browser, as_jordan: Browser, as_office: Browser, now: datetime) -> Iterator[datetime]:
    """A quarter of an hour after everybody signed in."""
    with time_machine.travel(now + timedelta(minutes=15), tick=False):
        yield now + timedelta(minutes=15)


def test_a_fee_policy_is_asked_about_and_saved_after_the_answer(
    as_maya: Browser, maya: Provider, later: datetime
) -> None:
    asked = as_maya.post(POLICY, TYPED)
    assert asked["Location"] == f"{PASSWORD_AGAIN}?next=%2Fsettings%2Flate-fees%2F"
    assert maya.fee_policies.count() == 1
    page = as_maya.get(asked["Location"])
    assert "Is it you?" in text(page)
    wrong = as_maya.post(asked["Location"], {"password": "not-it-at-all", "next": POLICY})
    assert "This is not your password." in text(wrong)
    done = as_maya.post(asked["Location"], {"password": PASSWORD, "next": POLICY})
    assert done["Location"] == POLICY
    assert maya.fee_policies.count() == 2
    # And not again within a quarter of an hour.
    assert as_maya.post(POLICY, TYPED | {"late_fee": "70"})["Location"] == POLICY


def test_who_has_just_signed_in_and_who_only_looks_is_not_asked(as_maya: Browser, maya: Provider) -> None:
    assert as_maya.post(POLICY, TYPED)["Location"] == POLICY
    assert maya.fee_policies.count() == 2


def test_looking_and_trying_out_ask_nothing(as_maya: Browser, later: datetime) -> None:
    assert as_maya.get(POLICY).status_code == 200
    assert as_maya.post(POLICY, TYPED | {"show": "1"}).status_code == 200
    assert as_maya.post(POLICY, TYPED | {"show": "as typed"}).status_code == 200


def test_without_a_password_a_mailed_code_answers(as_jordan: Browser, jordan: Client, later: datetime) -> None:
    assert jordan.user is not None
    jordan.user.set_unusable_password()
    jordan.user.save()
    as_jordan.force_login(jordan.user)
    page = "/accounts/security/totp/activate/"
    asked = as_jordan.get(page)
    assert asked["Location"].startswith(BY_CODE)
    as_jordan.get(asked["Location"])
    assert not OutboxMessage.objects.exists()

    as_jordan.post(asked["Location"], {"do": "send"})
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.urgent) == (jordan.user.email, True)
    code = "".join(re.findall(r"^(\d{4}) (\d{4})$", mail.text, re.MULTILINE)[0])
    wrong = as_jordan.post(BY_CODE, {"code": "00000000", "next": page})
    assert "This is not the code." in text(wrong)
    assert as_jordan.post(BY_CODE, {"code": code, "next": page})["Location"] == page
    assert as_jordan.get(page).status_code == 200
    with time_machine.travel(later + timedelta(minutes=15), tick=False):
        as_jordan.post(BY_CODE, {"code": code})
        assert as_jordan.get(page).status_code == 302


def test_five_wrong_codes_and_ten_minutes_end_a_code(as_jordan: Browser, jordan: Client, later: datetime) -> None:
    assert jordan.user is not None
    jordan.user.set_unusable_password()
    jordan.user.save()
    as_jordan.force_login(jordan.user)
    page = "/accounts/security/totp/activate/"

    def sent() -> str:
        as_jordan.post(BY_CODE, {"do": "send"})
        return "".join(re.findall(r"^(\d{4}) (\d{4})$", OutboxMessage.objects.latest("pk").text, re.MULTILINE)[0])

    code = sent()
    for _ in range(5):
        as_jordan.post(BY_CODE, {"code": "00000000"})
    as_jordan.post(BY_CODE, {"code": code, "next": page})
    assert as_jordan.get(page).status_code == 302
    code = sent()
    with time_machine.travel(later + timedelta(minutes=10, seconds=1), tick=False):
        as_jordan.post(BY_CODE, {"code": code, "next": page})
        assert as_jordan.get(page).status_code == 302


def test_who_has_a_second_step_is_not_asked_by_mail(as_maya: Browser, maya: Provider, later: datetime) -> None:
    Authenticator.objects.create(user=maya.user, type="totp", data={"secret": "sealed"})
    page = text(as_maya.get(f"{PASSWORD_AGAIN}?next={POLICY}"))
    assert "Enter a code from your app, or a recovery code" in page
    assert "by mail" not in page
    assert as_maya.get(BY_CODE)["Location"] == PASSWORD_AGAIN


def test_nobody_is_led_to_another_site(as_maya: Browser, later: datetime) -> None:
    answer = as_maya.post(PASSWORD_AGAIN, {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_a_password_is_set_only_after_the_question(as_jordan: Browser, jordan: Client, later: datetime) -> None:
    assert jordan.user is not None
    jordan.user.set_unusable_password()
    jordan.user.save()
    as_jordan.force_login(jordan.user)
    new = {"password1": "a-new-quiet-one", "password2": "a-new-quiet-one"}
    assert as_jordan.post("/accounts/password/set/", new)["Location"].startswith(BY_CODE)
    jordan.user.refresh_from_db()
    assert not jordan.user.has_usable_password()


def test_the_office_is_asked_too_and_what_it_sent_is_then_done(
    as_office: Browser, maya: Provider, later: datetime
) -> None:
    user = UserFactory.create(email="robin@example.com")
    change = reverse("admin:practice_user_change", args=[user.pk])
    asked = as_office.post(change, {"email": "robin@new.example", "is_active": "on"})
    assert asked["Location"].startswith(PASSWORD_AGAIN)
    assert User.objects.get(pk=user.pk).email == "robin@example.com"
    assert not OutboxMessage.objects.exists()
    as_office.post(PASSWORD_AGAIN, {"password": PASSWORD, "next": change})
    assert User.objects.get(pk=user.pk).email == "robin@new.example"


@pytest.mark.parametrize("what", ["a client's address", "a fee policy", "a holiday", "the fee cap", "a second step"])
def test_what_the_office_is_asked_before(
    what: str, as_office: Browser, maya: Provider, jordan: Client, later: datetime
) -> None:
    if what == "a client's address":
        page = reverse("admin:clients_client_change", args=[jordan.pk])
        fields: dict[str, Any] = {
            "first_name": "Jordan", "last_name": "Lee", "email": "new@example.com", "phone": "", "phone_use": "call",
            "time_zone": "America/New_York", "language": "en", "user": jordan.user_id,
            "care_relationships-TOTAL_FORMS": 0, "care_relationships-INITIAL_FORMS": 0,
        }  # fmt: skip
    elif what == "a fee policy":
        page, fields = f"{reverse('admin:practice_feepolicy_add')}?provider={maya.pk}", TYPED
    elif what == "a holiday":
        page, fields = reverse("admin:practice_holiday_add"), {"day": "2026-05-25", "name": "Memorial Day"}
    elif what == "the fee cap":
        page = reverse("admin:practice_practice_change", args=[maya.practice_id])
        form = as_office.get(page).context["adminform"].form
        fields = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
        fields["fee_cap"] = "20.00"
    else:
        page = reverse("admin:practice_user_changelist")
        fields = {"action": "reset_second_step", "_selected_action": [maya.user_id]}
    answer = as_office.post(page, fields)
    assert answer.status_code == 302, text(answer)
    assert answer["Location"].startswith(PASSWORD_AGAIN)
    assert said(answer) == []
    assert not Holiday.objects.exists()
    maya.practice.refresh_from_db()
    jordan.refresh_from_db()
    assert (maya.fee_policies.count(), jordan.email, str(maya.practice.fee_cap)) == (
        1,
        "jordan.lee@example.com",
        "200.00",
    )
