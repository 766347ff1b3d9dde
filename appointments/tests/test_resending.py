"""Sending again a mail that did not arrive: once, to the address of now, and only while what it says holds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from icalendar import Calendar

from appointments import (
    agreement,
    booking,
    fees,
    late_requests,
    manage_links,
    reminders,
    reschedule_requests,
    resend_refusals,
    resending,
)
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason, HistoryEntry
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_cancellation import cancel
from clients import addresses, links, preferences
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.models.provider import Format
from practice.policies import defaults, supersede

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
    with pytest.raises(resend_refusals.SentAgain, match="moments before"):
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


# --- While what it says holds ---


def moves(one: Appointment, by: Actor) -> object:
    return booking.reschedule(one, start=FRIDAY_10 + 2 * HOUR, format=Format.VIDEO, by=by, at=LATER)


def cancels(one: Appointment, by: Actor) -> object:
    return cancel(one, by, "provider-not-available")


def agrees(one: Appointment, by: Actor) -> object:
    policy = one.provider.fee_policies.in_force(at=LATER)
    return agreement.give(one, policy=policy, by=Actor.client(one.client.user_id), at=LATER)


def changes_the_policy(one: Appointment, by: Actor) -> object:
    terms = defaults(one.provider.practice)
    return supersede(one.provider, terms=Terms(**vars(terms) | {"notice_hours": 12}), by=by, at=LATER)


def replaces_the_link(one: Appointment, by: Actor) -> object:
    return manage_links.replace(one, by=by, at=LATER)


def asks_for_discretion(one: Appointment, by: Actor) -> object:
    names = ("preferred_name", "time_zone", "language", "phone", "phone_use")
    kept = {name: getattr(one.client, name) for name in names}
    return preferences.keep(one.client, preferences.Preferences(**kept, discreet=True))


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (moves, "something has happened to the appointment since"),
        (cancels, "something has happened to the appointment since"),
        (agrees, "something has happened to the appointment since"),
        (changes_the_policy, "the fee policy has changed since"),
        (replaces_the_link, "a link in it no longer works"),
        (asks_for_discretion, "Jordan asks for discreet mail now, and it is not"),
    ],
)
def test_a_mail_whose_words_are_no_longer_true_stays_where_it_is(
    appointment: Appointment,
    jordan: Client,
    by_maya: Actor,
    happens: Callable[[Appointment, Actor], object],
    why: str,
) -> None:
    first = newest()
    mended(jordan)
    happens(appointment, by_maya)
    with pytest.raises(resend_refusals.Outdated, match=why):
        resending.send_again(appointment, first.pk, by=by_maya, at=LATER + HOUR)
    assert newest() == first


def test_nor_once_the_time_has_come(appointment: Appointment, jordan: Client, by_maya: Actor) -> None:
    mended(jordan)
    with pytest.raises(resend_refusals.Outdated, match="no longer lies ahead"):
        resending.send_again(appointment, newest().pk, by=by_maya, at=appointment.start)
    at = appointment.start - timedelta(seconds=1)
    assert resending.send_again(appointment, newest().pk, by=by_maya, at=at).recipient == NEW


def test_a_cancellation_goes_again_until_it_is_undone_or_its_fee_is_decided_anew(
    maya: Provider, jordan: Client, care: CareRelationship, by_maya: Actor
) -> None:
    one = late(maya, jordan)
    cancel(one, by_maya, fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)))
    comes_back()
    mended(jordan)
    first = newest("canceled")
    copy = resending.send_again(one, first.pk, by=by_maya, at=LATER)
    assert "METHOD:CANCEL" in copy.calendar
    comes_back()
    OutboxMessage.objects.filter(pk=copy.pk).update(recipient="elsewhere@example.com")
    fee = one.fees.get()
    fees.waive(fee, why="Storm", by=by_maya, at=LATER)
    with pytest.raises(resend_refusals.Outdated, match="something has happened"):
        resending.send_again(one, copy.pk, by=by_maya, at=LATER + HOUR)
    comes_back()
    OutboxMessage.objects.filter(kind="fee_decided").update(recipient="elsewhere@example.com")
    assert resending.send_again(one, newest("fee_decided").pk, by=by_maya, at=LATER + HOUR).recipient == NEW


def test_a_cancellation_whose_booking_link_was_replaced_is_not_sent_again(
    maya: Provider, jordan: Client, care: CareRelationship, by_maya: Actor
) -> None:
    one = late(maya, jordan)
    cancel(one, by_maya, "provider-not-available")
    comes_back()
    mended(jordan)
    links.replace(care, by=by_maya, at=LATER)
    with pytest.raises(resend_refusals.Outdated, match="a link in it no longer works"):
        resending.send_again(one, newest("canceled").pk, by=by_maya, at=LATER)


def test_a_copy_that_waits_is_dropped_with_what_it_tells(
    appointment: Appointment, jordan: Client, by_maya: Actor
) -> None:
    mended(jordan)
    copy = resending.send_again(appointment, newest().pk, by=by_maya, at=LATER)
    moves(appointment, by_maya)
    copy.refresh_from_db()
    assert copy.status == "dropped"


def test_questions_and_answers_go_again_while_they_are_open(
    appointment: Appointment, maya: Provider, jordan: Client, by_maya: Actor
) -> None:
    mended(jordan)
    reason = CancellationReason.objects.get(key="provider-not-available")
    asked = reschedule_requests.ask(
        appointment, by=by_maya, note="", reason=reason, let_go_at=None, block=False, at=LATER
    )
    comes_back(Status.FAILED)
    question = newest("asked_to_reschedule")
    assert resending.send_again(appointment, question.pk, by=by_maya, at=LATER).kind == "asked_to_reschedule"
    comes_back(Status.FAILED)
    reschedule_requests.withdraw(asked, by=by_maya, at=LATER)
    with pytest.raises(resend_refusals.Outdated):
        resending.send_again(appointment, newest("asked_to_reschedule").pk, by=by_maya, at=LATER)

    one = late(maya, jordan)
    fits = CancellationReason.objects.get(key="not-well")
    late_one = late_requests.ask(one, by=Actor.client(jordan.user_id), reason=fits, note="", at=LATER)
    comes_back(Status.FAILED, about="provider:")
    to_maya = newest("late_request", "provider:")
    again = resending.send_again(one, to_maya.pk, by=by_maya, at=LATER)
    assert again.recipient == "maya.chen@example.com"
    late_requests.decline(late_one, by=by_maya, words="No.", at=LATER)
    again.refresh_from_db()
    assert again.status == "dropped"
    comes_back(Status.FAILED)
    assert resending.send_again(one, newest("late_declined").pk, by=by_maya, at=LATER).kind == "late_declined"
    late_requests.ask(one, by=Actor.client(jordan.user_id), reason=fits, note="", at=LATER)
    comes_back(Status.FAILED)
    with pytest.raises(resend_refusals.Outdated):
        resending.send_again(one, newest("late_declined").pk, by=by_maya, at=LATER)


def test_a_reminder_of_the_deadline_goes_again_until_the_deadline(
    maya: Provider, jordan: Client, by_maya: Actor
) -> None:
    one = booked(maya, jordan, start=NOW + 40 * HOUR)
    reminders.send_due(at=NOW)
    comes_back(Status.FAILED)
    reminder, deadline = newest("reminder_deadline"), NOW + 16 * HOUR
    with pytest.raises(resend_refusals.Outdated, match="could be canceled has passed"):
        resending.send_again(one, reminder.pk, by=by_maya, at=deadline + timedelta(seconds=1))
    assert resending.send_again(one, reminder.pk, by=by_maya, at=deadline).key.endswith(":again:2")
