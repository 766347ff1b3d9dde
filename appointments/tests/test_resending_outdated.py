"""A mail is sent again only while all that it says still holds."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

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
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_resending import HOUR, LATER, NEW, appointment, by_maya, comes_back, mended, newest
from clients import links, preferences
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.models.provider import Format
from practice.policies import defaults, supersede

__all__ = ["appointment", "by_maya"]


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


def moves_house(one: Appointment, by: Actor) -> object:
    return Provider.objects.update(joining="Another room")


def changes_the_phone(one: Appointment, by: Actor) -> object:
    return Provider.objects.update(phone="(212) 555-0199")


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (moves, "something has happened to the appointment since"),
        (cancels, "something has happened to the appointment since"),
        (agrees, "something has happened to the appointment since"),
        (changes_the_policy, "the fee policy has changed since"),
        (replaces_the_link, "a link in it no longer works"),
        (asks_for_discretion, "Jordan asks for discreet mail now, and it is not"),
        (moves_house, "where you meet"),
        (changes_the_phone, "how to reach you is not what it says"),
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


def test_a_cancellation_says_no_more_what_comes_next_once_that_is_otherwise(
    maya: Provider, jordan: Client, care: CareRelationship, by_maya: Actor
) -> None:
    one, other = late(maya, jordan), booked(maya, jordan, start=NOW + 100 * HOUR)
    cancel(one, by_maya, "provider-not-available")
    comes_back()
    mended(jordan)
    cancel(other, by_maya, "provider-not-available")
    mail = OutboxMessage.objects.filter(kind="canceled", status="bounced").get()
    assert "Your next appointment with Maya" in mail.text
    with pytest.raises(resend_refusals.Outdated, match="when you meet next"):
        resending.send_again(one, mail.pk, by=by_maya, at=LATER)


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
