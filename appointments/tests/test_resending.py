"""Sending again a mail that did not arrive: once, and to the address of now."""

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from appointments import (
    booking,
    resend_refusals,
    resending,
)
from appointments.models import Appointment, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10
from clients import addresses
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
NEW = "jordan@new.example"


@pytest.fixture
def by_maya(maya: Provider) -> Actor:
    return Actor.provider(maya.user_id)


@pytest.fixture
def appointment(care: CareRelationship, by_maya: Actor, maya: Provider, now: datetime) -> Appointment:
    """Friday, March 6, 10:00 AM EST, booked by Maya; Jordan's mail bounced."""
    made = booking.book(care, start=FRIDAY_10, format=Format.VIDEO, by=by_maya, at=NOW, agreed=None)
    comes_back()
    return made


def comes_back(status: Status = Status.BOUNCED, *, about: str = "client:") -> None:
    waiting = OutboxMessage.objects.filter(about__startswith=about, status=Status.QUEUED)
    waiting.update(status=status, attempts=1, **{f"{status}_at": NOW})


def mended(jordan: Client) -> None:
    addresses.change(jordan, to=NEW, at=NOW)


def newest(kind: str = "booked", about: str = "client:") -> OutboxMessage:
    return OutboxMessage.objects.filter(kind=kind, about__startswith=about).latest("pk")


def attendee(mail: OutboxMessage) -> str:
    [event] = Calendar.from_ical(mail.calendar).events
    return str(event["attendee"])


# --- The act ---


def test_a_copy_goes_to_the_address_of_now_and_stands_beside_the_first(
    appointment: Appointment, jordan: Client, by_maya: Actor
) -> None:
    first = newest()
    mended(jordan)
    copy = resending.send_again(appointment, first.pk, by=by_maya, at=LATER)
    assert (copy.key, copy.recipient, copy.status, copy.queued_at, copy.attempts) == (
        f"{first.key}:again:2", NEW, "queued", LATER, 0,
    )  # fmt: skip
    for same in ("about", "kind", "sender_name", "subject", "text", "html", "calendar_method"):
        assert getattr(copy, same) == getattr(first, same)
    assert copy.message_id != first.message_id
    assert (attendee(first), attendee(copy)) == ("mailto:jordan.lee@example.com", f"mailto:{NEW}")
    assert copy.calendar.replace(NEW, "jordan.lee@example.com") == first.calendar
    [entry] = HistoryEntry.objects.all()
    assert [mail.pk for mail in entry.messages.filter(about=first.about)] == [first.pk, copy.pk]


def test_it_is_sent_once_whoever_presses_twice_and_again_only_if_it_comes_back_too(
    appointment: Appointment, jordan: Client, by_maya: Actor
) -> None:
    first = newest()
    mended(jordan)
    copy = resending.send_again(appointment, first.pk, by=by_maya, at=LATER)
    with pytest.raises(resend_refusals.SentAgain, match="moments ago"):
        resending.send_again(appointment, first.pk, by=by_maya, at=LATER)
    with pytest.raises(resend_refusals.NotMissed):
        resending.send_again(appointment, copy.pk, by=by_maya, at=LATER)
    comes_back(Status.FAILED)
    third = resending.send_again(appointment, copy.pk, by=by_maya, at=LATER + HOUR)
    assert third.key == f"{first.key}:again:3"
    assert OutboxMessage.objects.filter(kind="booked", about=first.about).count() == 3


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SENT, Status.DELIVERED, Status.COMPLAINED, Status.DROPPED])
def test_what_has_not_failed_is_not_sent_again(
    appointment: Appointment, jordan: Client, by_maya: Actor, status: Status
) -> None:
    mended(jordan)
    first = newest()
    OutboxMessage.objects.filter(pk=first.pk).update(status=status, **{f"{status}_at": NOW})
    with pytest.raises(resend_refusals.NotMissed):
        resending.send_again(appointment, first.pk, by=by_maya, at=LATER)
    assert newest() == first


def test_what_bounced_waits_for_another_address_and_what_failed_does_not(
    appointment: Appointment, jordan: Client, by_maya: Actor
) -> None:
    first = newest()
    with pytest.raises(resend_refusals.StillTheAddress):
        resending.send_again(appointment, first.pk, by=by_maya, at=LATER)
    addresses.change(jordan, to="Jordan.Lee@Example.com", at=NOW)
    with pytest.raises(resend_refusals.StillTheAddress):
        resending.send_again(appointment, first.pk, by=by_maya, at=LATER)
    OutboxMessage.objects.filter(pk=first.pk).update(status=Status.FAILED, failed_at=NOW)
    assert resending.send_again(appointment, first.pk, by=by_maya, at=LATER).recipient == "Jordan.Lee@Example.com"


def test_a_mail_of_another_appointment_is_none_of_this_one(
    appointment: Appointment, maya: Provider, by_maya: Actor
) -> None:
    other = booked(maya, make_client(maya), start=NOW + 50 * HOUR)
    with pytest.raises(resend_refusals.NotMissed):
        resending.send_again(other, newest().pk, by=by_maya, at=LATER)
