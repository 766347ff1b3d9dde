"""A changed sign-in address: what goes along with it, and what both addresses are told; and access that ends."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client as Browser

from appointments.tests.factories import NOW
from clients.models import Client
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.tests.factories import message
from practice import accounts
from practice.models import Practice, Provider, User
from practice.tests.factories import PASSWORD, UserFactory

OLD, NEW = "maya.chen@example.com", "maya@new.example"


def told() -> dict[str, OutboxMessage]:
    return {mail.recipient: mail for mail in OutboxMessage.objects.filter(kind="address_changed")}


def body(mail: OutboxMessage) -> str:
    """What both forms of the mail say, between the greeting and the way to object."""
    said = mail.text.split("\n\n")[2]
    assert said in " ".join(mail.html.split())
    return said


def test_a_providers_mail_and_set_password_link_go_along_and_it_is_told_once(maya: Provider) -> None:
    outbox.enqueue(
        message("canceled", about=f"provider:{maya.pk}", recipient=OLD),
        message("link", about=f"user:{maya.user_id}", recipient=OLD, urgent=True),
        at=NOW,
    )

    accounts.change_sign_in(maya.user, email=NEW, at=NOW)

    waiting = OutboxMessage.objects.filter(key__in=["canceled", "link"])
    assert set(waiting.values_list("recipient", flat=True)) == {NEW}
    assert set(told()) == {OLD, NEW}
    assert {mail.subject for mail in told().values()} == {"Your e-mail address was changed"}
    assert body(told()[NEW]) == (
        "From now on, mail about your appointments comes to this address. Sign in with this address from now on."
    )
    assert body(told()[OLD]) == (
        "Mail about your appointments no longer comes to this address. You can no longer sign in with this address."
    )


@pytest.mark.parametrize("whose", ["client", "office"])
def test_whoevers_mail_stays_where_it_was_hears_of_signing_in_alone(whose: str, jordan: Client, office: User) -> None:
    user = jordan.user if whose == "client" else office
    assert user is not None
    old = user.email

    accounts.change_sign_in(user, email=NEW, at=NOW)

    assert set(told()) == {old, NEW}
    for mail in told().values():
        assert mail.subject == "Your sign-in address was changed"
        assert mail.text.startswith("Your sign-in address was changed\n")
        assert "appointment" not in mail.text + mail.html
    assert body(told()[NEW]) == "Sign in with this address from now on."
    assert body(told()[old]) == "You can no longer sign in with this address."
    jordan.refresh_from_db()
    assert jordan.email == "jordan.lee@example.com"


def test_the_same_address_in_other_letters_is_no_change(maya: Provider) -> None:
    accounts.change_sign_in(maya.user, email=OLD.upper(), at=NOW)
    assert told() == {}


def test_the_new_address_alone_opens_the_account_and_counts_as_verified(maya: Provider) -> None:
    accounts.change_sign_in(maya.user, email=NEW, at=NOW)
    known = list(EmailAddress.objects.values_list("email", "verified", "primary"))
    assert known == [(NEW, True, True)]
    assert User.objects.get(pk=maya.user_id).email == NEW


def test_who_is_deactivated_is_out_at_the_next_request(as_maya: Browser, maya: Provider) -> None:
    assert as_maya.get("/dashboard/").status_code == 200
    accounts.deactivate(maya.user)
    answer = as_maya.get("/dashboard/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/dashboard/")
    kept_out = Browser().post("/accounts/login/", {"login": OLD, "password": PASSWORD})
    assert kept_out["Location"] == "/accounts/inactive/"


def test_the_office_group_is_for_staff_and_for_nobody_else(practice: Practice) -> None:
    clerk = UserFactory.create(is_staff=True)
    accounts.keep_office_group(clerk)
    accounts.keep_office_group(clerk)
    assert [group.name for group in clerk.groups.all()] == [accounts.OFFICE]
    clerk.is_staff = False
    accounts.keep_office_group(clerk)
    assert not clerk.groups.exists()
