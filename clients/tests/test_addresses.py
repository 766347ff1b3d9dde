"""Where a client's mail goes: what is waiting goes along, what has gone does not, and signing in stays as it was."""

from datetime import datetime, timedelta

import pytest

from clients import addresses
from clients.models import Client
from clients.tests.factories import make_client
from notifications import outbox
from notifications.models import OutboxMessage, Status
from notifications.tests.factories import message
from practice.models import Provider

OLD, NEW = "jordan.lee@example.com", "jordan@new.example"


def recipients() -> dict[str, str]:
    return dict(OutboxMessage.objects.exclude(kind="address_changed").values_list("key", "recipient"))


def test_what_is_waiting_goes_along_and_nothing_else(maya: Provider, jordan: Client, now: datetime) -> None:
    other = make_client(maya, signs_in=False, email=OLD)
    about = f"client:{jordan.pk}"
    outbox.enqueue(
        message("waits", about=about, recipient=OLD),
        message("other letters", about=about, recipient=OLD.title()),
        message("another address", about=about, recipient="parent@example.com"),
        message("of a namesake", about=f"client:{other.pk}", recipient=OLD),
        message("to the provider", about=f"provider:{maya.pk}", recipient="maya.chen@example.com"),
        message("has gone", about=about, recipient=OLD),
        at=now,
    )
    OutboxMessage.objects.filter(key="has gone").update(status=Status.SENT, sent_at=now)

    changed = addresses.change(jordan, to=NEW, at=now)

    assert changed.email == Client.objects.get(pk=jordan.pk).email == NEW
    assert recipients() == {
        "waits": NEW,
        "other letters": NEW,
        "another address": "parent@example.com",
        "of a namesake": OLD,
        "to the provider": "maya.chen@example.com",
        "has gone": OLD,
    }


def test_how_they_sign_in_and_what_they_are_called_stay(jordan: Client, now: datetime) -> None:
    before = Client.objects.values().get(pk=jordan.pk)
    addresses.change(jordan, to=NEW, at=now)
    assert Client.objects.values().get(pk=jordan.pk) == before | {"email": NEW}
    assert jordan.user is not None
    jordan.user.refresh_from_db()
    assert jordan.user.email == OLD


def test_an_instance_as_old_as_the_page_moves_mail_from_the_address_of_now(jordan: Client, now: datetime) -> None:
    old_page = Client.objects.get(pk=jordan.pk)
    addresses.change(jordan, to="first@new.example", at=now)
    outbox.enqueue(message("waits", about=f"client:{jordan.pk}", recipient="first@new.example"), at=now)
    addresses.change(old_page, to=NEW, at=now)
    assert recipients() == {"waits": NEW}


@pytest.mark.parametrize("same", [OLD, OLD.upper()])
def test_the_same_address_is_kept_as_written_and_told_to_nobody(same: str, jordan: Client, now: datetime) -> None:
    addresses.change(jordan, to=same, at=now)
    assert Client.objects.get(pk=jordan.pk).email == same
    assert not OutboxMessage.objects.exists()


def test_there_and_back_is_told_each_time(jordan: Client, now: datetime) -> None:
    addresses.change(jordan, to=NEW, at=now)
    addresses.change(jordan, to=OLD, at=now + timedelta(minutes=1))
    assert OutboxMessage.objects.filter(kind="address_changed").count() == 4
