"""A client asks late: inside the window and once; the instant counts as told; canceling approves, words decline."""

from datetime import timedelta
from textwrap import dedent

import pytest

from appointments import booking, late_requests, request_refusals
from appointments.models import Appointment, HistoryEntry, LateRequest
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_cancellation import cancel, reason
from appointments.tests.test_rescheduling import new_policy
from appointments.tests.test_restoring import CHARGED, plain, restore
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format
from practice.tests.reading import words_of

SOON = NOW + timedelta(minutes=6)


def ask(appointment: Appointment, **changes: object) -> LateRequest:
    by = Actor.client(appointment.client.user_id)
    facts: dict[str, object] = {"by": by, "reason": reason("not-well"), "note": "I have a fever.", "at": NOW}
    return late_requests.ask(appointment, **(facts | changes))  # type: ignore[arg-type]


def test_asking_is_recorded_and_the_provider_told(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    asked = ask(appointment)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.sequence) == ("booked", 0)
    assert (asked.asked_at, asked.user, asked.reason.key, asked.note) == (
        NOW,
        jordan.user,
        "not-well",
        "I have a fever.",
    )
    entry = HistoryEntry.objects.latest("id")
    assert (entry.kind, entry.actor, entry.user, entry.at) == ("late_request", "client", jordan.user, NOW)
    mail = entry.messages.get()
    assert (mail.recipient, mail.key) == ("maya.chen@example.com", f"late_request:{asked.pk}:provider")


def test_from_the_deadline_until_the_start(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=24))
    with pytest.raises(request_refusals.CancelYourself) as refused:
        ask(appointment)
    assert plain(refused) == (
        "You can cancel this appointment yourself until Tue, Mar 3, 10:44 AM EST, so nobody needs to be asked."
    )
    with pytest.raises(request_refusals.NothingToAsk, match="This session has started"):
        ask(appointment, at=appointment.start)
    assert ask(appointment, at=NOW + timedelta(microseconds=1)).is_open


def test_what_is_canceled_or_over_is_not_asked_about(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, her, "provider-unwell")
    with pytest.raises(request_refusals.NothingToAsk) as refused:
        ask(appointment, at=SOON)
    assert plain(refused) == "Maya canceled this at 10:44 AM, 6 min ago, so there is nothing left to ask."
    with pytest.raises(request_refusals.NothingToAsk, match="This session is over"):
        ask(booked(maya, jordan, start=NOW - timedelta(days=1), status="completed"))


def test_one_question_at_a_time(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    ask(appointment)
    with pytest.raises(request_refusals.AskedAlready) as refused:
        ask(appointment, at=SOON)
    assert plain(refused) == (
        "You asked Maya at 10:44 AM, 6 min ago, and there is no answer yet. Nothing was sent twice."
    )
    assert (LateRequest.objects.count(), OutboxMessage.objects.count()) == (1, 1)


@pytest.mark.parametrize("key", ["client-asked", "provider-unwell"])
def test_only_for_a_reason_of_a_clients(maya: Provider, jordan: Client, key: str) -> None:
    with pytest.raises(request_refusals.ReasonNotOffered):
        ask(late(maya, jordan), reason=reason(key))


# --- Its answer ---


def test_declined_the_client_is_told_in_the_providers_words(maya: Provider, jordan: Client, her: Actor) -> None:
    asked = ask(late(maya, jordan))
    late_requests.decline(asked, by=her, words="Let us meet by video.", at=SOON)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at, asked.answered_by) == ("declined", SOON, maya.user)
    entry = HistoryEntry.objects.latest("id")
    assert (entry.kind, entry.actor) == ("late_declined", "provider")
    assert entry.messages.get().key == f"late_request:{asked.pk}:client"
    # What was asked no longer waits.
    assert OutboxMessage.objects.get(key=f"late_request:{asked.pk}:provider").status == "dropped"
    # And may be asked anew.
    assert ask(asked.appointment, at=SOON + timedelta(minutes=1)).is_open


def test_the_second_answer_is_refused(maya: Provider, jordan: Client, her: Actor) -> None:
    asked = ask(late(maya, jordan))
    late_requests.decline(asked, by=her, words="No.", at=SOON)
    with pytest.raises(request_refusals.NotWaiting) as refused:
        late_requests.decline(asked, by=her, words="No.", at=SOON + timedelta(seconds=2))
    assert plain(refused) == "You declined this at 10:50 AM, moments ago. Nothing was sent twice."
    assert OutboxMessage.objects.filter(kind="late_declined").count() == 1


def test_canceling_approves_it_and_the_told_at_may_be_when_it_was_asked(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    asked = ask(late(maya, jordan))
    done = cancel(asked.appointment, her, "not-well", told_at=asked.asked_at, fee=CHARGED, at=SOON)
    asked.refresh_from_db()
    assert (asked.answer, asked.cancellation, asked.answered_by) == ("approved", done, maya.user)
    assert (done.told_at, done.notice) == (NOW, timedelta(hours=22, minutes=15))
    mail = OutboxMessage.objects.get(key=f"cancellation:{done.pk}:client")
    assert "\nAs you asked, Maya Chen canceled this appointment.\n" in mail.text
    assert OutboxMessage.objects.get(key=f"late_request:{asked.pk}:provider").status == "dropped"
    with pytest.raises(request_refusals.NotWaiting, match="This no longer waits for an answer"):
        late_requests.decline(asked, by=her, words="No.", at=SOON)


def test_what_the_client_cancels_or_anyone_moves_needs_no_answer(maya: Provider, jordan: Client, her: Actor) -> None:
    moved = ask(booked(maya, jordan, start=NOW + timedelta(hours=4)))
    booking.reschedule(moved.appointment, start=FRIDAY_10, format=Format.VIDEO, by=her, at=SOON)
    moved.refresh_from_db()
    assert (moved.answer, moved.answered_at) == ("moot", SOON)
    asked = ask(late(maya, jordan))
    # A shorter notice is in force by now: the client may after all.
    new_policy(maya, hours=12)
    cancel(asked.appointment, Actor.client(jordan.user_id), "not-well", at=SOON)
    asked.refresh_from_db()
    assert (asked.answer, asked.cancellation) == ("moot", None)


def test_asked_again_it_counts_from_when_this_start_was_first_asked_about(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    asked = ask(booked(maya, jordan, start=NOW + timedelta(hours=4)))
    assert (asked.first_asked_at, asked.is_repeated) == (NOW, False)
    booking.reschedule(asked.appointment, start=FRIDAY_10, format=Format.VIDEO, by=her, at=SOON)

    first = ask(asked.appointment, at=FRIDAY_10 - timedelta(hours=20))
    assert (first.first_asked_at, first.is_repeated) == (first.asked_at, False)
    late_requests.decline(first, by=her, words="No.", at=first.asked_at + timedelta(minutes=1))
    second = ask(asked.appointment, at=FRIDAY_10 - timedelta(hours=3))
    ask(booked(maya, jordan, start=NOW + timedelta(hours=2)), at=NOW)

    assert (second.first_asked_at, second.is_repeated) == (first.asked_at, True)
    again = LateRequest.objects.with_first_asked().get(pk=second.pk)
    assert (again.first_asked_at, again.is_repeated) == (first.asked_at, True)
    mail = OutboxMessage.objects.get(key=f"late_request:{second.pk}:provider").text.replace("\xa0", " ")
    assert "Asked at: Fri, Mar 6, 7:00 AM EST\nFirst asked at: Thu, Mar 5, 2:00 PM EST\nNotice: 20 h before" in mail


def test_what_was_approved_and_taken_back_counts_no_more(maya: Provider, jordan: Client, her: Actor) -> None:
    asked = ask(late(maya, jordan))
    cancel(asked.appointment, her, "not-well", told_at=asked.asked_at, fee=CHARGED, at=SOON)
    restore(asked.appointment, her)
    later = SOON + timedelta(hours=1)
    assert ask(asked.appointment, at=later).first_asked_at == later


# --- The mails ---


def test_the_providers_mail_holds_nothing_of_what_the_client_wrote(maya: Provider, jordan: Client) -> None:
    jordan.time_zone = "America/Chicago"
    jordan.save()
    asked = ask(late(maya, jordan))
    mail = OutboxMessage.objects.get()
    assert mail.subject == "Asks to cancel: Jordan L., Wed, Mar 4, 8:59 AM EST"
    assert mail.text == dedent(f"""\
        A client asks to cancel late

        Jordan L. asks you to cancel this appointment. It stays booked until you answer: approve it by canceling, or decline it with a few words.

        Booked:
        Wednesday, March 4
        8:59–9:49 AM EST

        Asked at: Tue, Mar 3, 10:44 AM EST
        Notice: 22 h 15 min before the start
        For Jordan: Wed, Mar 4, 7:59 AM CST
        Late fee: $75.00 if you cancel, unless you reduce or waive it

        Jordan left you a note. It stands with the appointment.

        See the request:
        http://127.0.0.1:8000/appointments/{asked.appointment.uid}/

        Sent to you as the provider of this appointment. Replies to this mail are not read.
        """)  # noqa: E501
    assert "fever" not in mail.text + mail.html
    assert "not well" not in mail.text + mail.html
    assert mail.calendar == ""


def test_the_clients_mail_of_a_refusal(maya: Provider, jordan: Client, her: Actor) -> None:
    asked = ask(late(maya, jordan))
    late_requests.decline(asked, by=her, words="I hold the time for you.\nLet us meet by video.", at=SOON)
    mail = OutboxMessage.objects.get(kind="late_declined")
    link = f"http://127.0.0.1:8000/m/{asked.appointment.manage_token}/"
    assert mail.subject == "Your appointment on Wed, Mar 4 was not canceled"
    assert mail.text == dedent(f"""\
        Your appointment was not canceled

        Hello Jordan,

        You asked Maya Chen to cancel this appointment. It was not canceled and stays booked.

        Maya writes:
        I hold the time for you.
        Let us meet by video.

        With Maya Chen:
        Wednesday, March 4
        8:59–9:49 AM EST

        Format: Video

        If plans change
        This is less than 24 hours ahead, so it can’t be canceled online. If you cancel or do not come, a fee of up to $75.00 may apply.

        See, move or cancel it:
        {link}
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    said = " ".join(words_of(mail.html))
    for words in ("I hold the time for you.", "Let us meet by video.", "stays booked", link):
        assert words in said
    for text in (mail.text, mail.html, mail.subject):
        assert discretion.clinical_words(text) == []
    assert mail.calendar == ""


def test_after_the_start_nothing_is_said_of_a_time_gone_by(maya: Provider, jordan: Client, her: Actor) -> None:
    asked = ask(late(maya, jordan))
    late_requests.decline(asked, by=her, words="We talked.", at=asked.appointment.end)
    mail = OutboxMessage.objects.get(kind="late_declined")
    assert "It was not canceled.\n" in mail.text
    assert "If plans change" not in mail.text
    assert "/m/" not in mail.text
