"""A provider asks for another time: the appointment stays booked, the mail says until when, and it ends once."""

from datetime import datetime, timedelta
from textwrap import dedent

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import cancellation, letting_go, refusals, request_refusals, reschedule_requests, tasks, timeline
from appointments.drafts import Notes
from appointments.models import (
    Appointment,
    Cancellation,
    CancellationReason,
    Fee,
    HistoryEntry,
    RescheduleRequest,
)
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_booking import FRIDAY_10, ONE_HOUR
from appointments.tests.test_rescheduling import LENGTH, MONDAY_11, move, new_policy
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor, ActorKind
from practice.models import Provider, TimeOff
from practice.tests.reading import without_keys, words_of
from practice.zones import plain

# Thursday, March 5, 5:00 PM in New York: seventeen hours before FRIDAY_10.
THURSDAY_5 = FRIDAY_10 - timedelta(hours=17)


@pytest.fixture
def appointment(maya: Provider, jordan: Client) -> Appointment:
    return booked(maya, jordan, start=FRIDAY_10)


def reason(key: str = "provider-not-available") -> CancellationReason:
    return CancellationReason.objects.get(key=key)


def ask(appointment: Appointment, by: Actor | None = None, **changes: object) -> RescheduleRequest:
    facts: dict[str, object] = {
        "note": "", "reason": reason(), "let_go_at": THURSDAY_5, "block": False, "at": NOW,
    }  # fmt: skip
    by = by or Actor.provider(appointment.provider.user_id)
    return reschedule_requests.ask(appointment, by=by, **(facts | changes))  # type: ignore[arg-type]


def cancel(appointment: Appointment, *, at: datetime = NOW) -> Cancellation:
    return cancellation.cancel(
        appointment,
        by=Actor.client(),
        reason=reason("not-well"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=at,
    )


def sent() -> None:
    OutboxMessage.objects.update(status="sent", sent_at=NOW)


# --- Asking ---


def test_the_appointment_stays_booked_and_the_client_is_asked(appointment: Appointment, maya: Provider) -> None:
    request = ask(appointment, note="I have to be at the dentist.", block=True)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.start, appointment.sequence) == ("booked", FRIDAY_10, 0)
    assert (request.asked_at, request.asked_by, request.user, request.outcome) == (NOW, "provider", maya.user, "")
    assert (request.let_go_at, request.block, request.reason) == (THURSDAY_5, True, reason())
    entry = HistoryEntry.objects.get(kind="asked_to_reschedule")
    assert entry.facts == {"let_go_at": "2026-03-05T22:00:00+00:00"}
    mail = OutboxMessage.objects.get()
    assert (list(entry.messages.all()), mail.key, mail.calendar) == (
        [mail], f"reschedule_request:{request.pk}:client", "",
    )  # fmt: skip


def test_the_mail_says_what_is_booked_what_is_asked_and_until_when(appointment: Appointment, jordan: Client) -> None:
    jordan.time_zone = "America/Chicago"
    jordan.save()
    ask(appointment, note="I have to be at the dentist.")
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.kind) == ("jordan.lee@example.com", "asked_to_reschedule")
    assert mail.subject == "Another time instead of Fri, Mar 6, 9:00 AM CST"
    assert mail.text == dedent(f"""\
        Pick another time

        Hello Jordan,

        Maya Chen asks you to pick another time for this appointment.

        Booked now:
        Friday, March 6
        9:00–9:50 AM CST

        Maya writes:
        I have to be at the dentist.

        The appointment stays booked until Thu, Mar 5, 4:00 PM CST. If you have not picked another time by then, it is canceled, and you can still book a new one. Moving it costs you nothing, however near it is.

        Pick another time:
        http://127.0.0.1:8000/m/{appointment.manage_token}/move/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    said = " ".join(words_of(mail.html))
    for line in filter(None, mail.text.splitlines()):
        assert line.startswith("Questions?") or line.rstrip(":") in said or f"[{line}]" in said, line
    assert discretion.clinical_words(f"{mail.subject}{mail.text}{mail.html}") == []
    for absent in ("available", "Lee", "LCSW"):
        assert absent not in without_keys(mail.subject + mail.text)


def test_without_an_instant_it_stays_until_they_pick(appointment: Appointment) -> None:
    ask(appointment, let_go_at=None)
    text = OutboxMessage.objects.get().text
    assert "\nUntil you pick one, the appointment stays booked as it is. Moving it costs you nothing" in text
    assert "canceled" not in text


def test_asked_twice_the_second_is_told(appointment: Appointment) -> None:
    ask(appointment)
    with pytest.raises(request_refusals.AlreadyAsked, match=r"Jordan has been asked already\. Nothing was sent twice"):
        ask(appointment)
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("let_go_at", [NOW, FRIDAY_10, FRIDAY_10 + ONE_HOUR])
def test_a_time_is_let_go_between_now_and_the_start(appointment: Appointment, let_go_at: datetime) -> None:
    with pytest.raises(request_refusals.LetGoImpossible, match="before the start, Fri"):
        ask(appointment, let_go_at=let_go_at)
    assert not OutboxMessage.objects.exists()


def test_nobody_is_asked_to_move_what_does_not_stand(appointment: Appointment) -> None:
    with pytest.raises(refusals.Started, match="can’t be moved"):
        ask(appointment, at=FRIDAY_10)
    cancel(appointment)
    with pytest.raises(refusals.AlreadyCanceled, match="nothing left to move"):
        ask(appointment)


def test_where_care_has_ended_nobody_is_asked(appointment: Appointment, care: CareRelationship) -> None:
    care.ended_at = NOW
    care.save()
    with pytest.raises(refusals.CareEnded):
        ask(appointment)


# --- How it ends ---


def test_a_question_that_no_worker_has_is_taken_back_silently(appointment: Appointment, maya: Provider) -> None:
    request = reschedule_requests.withdraw(ask(appointment), by=Actor.provider(maya.user_id), at=NOW)
    assert (request.outcome, request.closed_at) == ("withdrawn", NOW)
    assert [mail.status for mail in OutboxMessage.objects.all()] == ["dropped"]


def test_a_question_that_has_gone_is_taken_back_by_a_mail(appointment: Appointment, maya: Provider) -> None:
    request = ask(appointment)
    sent()
    reschedule_requests.withdraw(request, by=Actor.provider(maya.user_id), at=NOW)
    mail = OutboxMessage.objects.latest("id")
    assert (mail.key, mail.subject) == (
        f"reschedule_request:{request.pk}:withdrawn:client", "It stays at Fri, Mar 6, 10:00 AM EST",
    )  # fmt: skip
    assert "Maya Chen no longer needs another time. You have nothing to do.\n" in mail.text
    assert "Maya Chen no longer needs another time." in " ".join(words_of(mail.html))
    assert HistoryEntry.objects.latest("id").facts == {"step": "withdrawn"}


def test_what_is_answered_is_not_taken_back(appointment: Appointment, maya: Provider) -> None:
    request = ask(appointment)
    move(appointment)
    with pytest.raises(request_refusals.Answered, match="It has been moved meanwhile"):
        reschedule_requests.withdraw(request, by=Actor.provider(maya.user_id), at=NOW)


def test_nor_from_the_start_on(appointment: Appointment, maya: Provider) -> None:
    request, her = ask(appointment), Actor.provider(maya.user_id)
    sent()
    with pytest.raises(request_refusals.Answered, match="The session has started meanwhile, so nothing more was sent"):
        reschedule_requests.withdraw(request, by=her, at=appointment.start)
    assert OutboxMessage.objects.count() == 1
    reschedule_requests.withdraw(request, by=her, at=appointment.start - timedelta(microseconds=1))


def test_a_client_who_cancels_ends_it_too_and_the_time_is_blocked(appointment: Appointment) -> None:
    ask(appointment, block=True)
    cancel(appointment)
    request = RescheduleRequest.objects.get()
    assert (request.outcome, request.closed_at) == ("canceled", NOW)
    off = TimeOff.objects.get()
    assert (off.begins, off.ends) == (FRIDAY_10, FRIDAY_10 + LENGTH)
    assert OutboxMessage.objects.get(kind="asked_to_reschedule").status == "dropped"
    assert "is canceled, and the time is time off now." in OutboxMessage.objects.latest("id").text


# --- Letting go ---


@pytest.mark.parametrize("block", [True, False])
def test_at_its_instant_the_time_goes_without_a_fee(appointment: Appointment, block: bool) -> None:
    ask(appointment, block=block)
    sent()
    assert letting_go.let_go_due(at=THURSDAY_5 - timedelta(seconds=1)) == 0
    assert letting_go.let_go_due(at=THURSDAY_5) == 1
    appointment.refresh_from_db()
    assert (appointment.status, appointment.sequence) == ("canceled", 1)
    request, canceled = RescheduleRequest.objects.get(), Cancellation.objects.get()
    assert (request.outcome, request.closed_at) == ("let_go", THURSDAY_5)
    assert (canceled.actor, canceled.user, canceled.reason, canceled.late) == ("system", None, reason(), True)
    assert canceled.link_sent
    assert not Fee.objects.exists()
    assert TimeOff.objects.count() == block
    to_client, to_provider = OutboxMessage.objects.filter(kind="canceled").order_by("id")
    assert "Maya Chen is not available at this time and had to cancel." in to_client.text
    assert "No fee applies." in to_client.text
    assert f"/b/{CareRelationship.objects.get().booking_token}/" in to_client.text
    assert "METHOD:CANCEL" in to_client.calendar
    assert "Canceled by: Let go, as no new time was picked\n" in to_provider.text
    assert ("and the time is time off now" if block else "and the time is free again") in to_provider.text


def test_run_twice_it_is_let_go_once(appointment: Appointment) -> None:
    ask(appointment)
    assert [letting_go.let_go_due(at=THURSDAY_5), letting_go.let_go_due(at=THURSDAY_5)] == [1, 0]
    assert OutboxMessage.objects.filter(kind="canceled").count() == 2
    assert HistoryEntry.objects.filter(kind="canceled").count() == 1


def test_what_was_moved_withdrawn_or_has_started_is_not_let_go(
    maya: Provider, jordan: Client, appointment: Appointment
) -> None:
    ask(appointment)
    move(appointment)
    withdrawn = ask(booked(maya, jordan, start=FRIDAY_10))
    reschedule_requests.withdraw(withdrawn, by=Actor.provider(maya.user_id), at=NOW)
    started = late(maya, jordan)
    ask(started, let_go_at=started.start - ONE_HOUR)
    open_ended = booked(maya, jordan, start=MONDAY_11 + 2 * ONE_HOUR)
    ask(open_ended, let_go_at=None)
    assert letting_go.let_go_due(at=max(THURSDAY_5, started.start)) == 0
    assert not Cancellation.objects.exists()


def test_one_that_fails_keeps_no_other_waiting(
    maya: Provider, jordan: Client, appointment: Appointment, caplog: pytest.LogCaptureFixture
) -> None:
    """The office has made its reason one that owes a fee, which nobody has seen."""
    ask(appointment, reason=reason("provider-unwell"))
    other = booked(maya, jordan, start=FRIDAY_10 + ONE_HOUR)
    ask(other)
    CancellationReason.objects.filter(key="provider-unwell").update(caused_by="client", fee_may_apply=True)
    assert letting_go.let_go_due(at=THURSDAY_5) == 1
    assert [one.appointment for one in Cancellation.objects.all()] == [other]
    assert RescheduleRequest.objects.get(appointment=appointment).is_open
    assert "FeeChanged" in caplog.text
    assert "Jordan" not in caplog.text


def test_the_task_lets_go_what_is_due(appointment: Appointment, now: datetime) -> None:
    ask(appointment, at=NOW - ONE_HOUR, let_go_at=NOW - timedelta(minutes=1))
    tasks.let_go()
    appointment.refresh_from_db()
    assert appointment.status == "canceled"


def test_while_nothing_is_due_one_query_is_made(appointment: Appointment) -> None:
    ask(appointment)
    with CaptureQueriesContext(connection) as captured:
        letting_go.let_go_due(at=NOW)
    assert len(captured) == 1


# --- What the record says ---


def told(appointment: Appointment, reader: ActorKind) -> list[tuple[str, list[str]]]:
    items = timeline.items(appointment, reader=reader, at=THURSDAY_5)
    return [(plain(item.sentence), [plain(words) for words in item.details]) for item in reversed(items)]


def test_both_read_what_was_asked_and_what_became_of_it(appointment: Appointment, maya: Provider) -> None:
    by = Actor.provider(maya.user_id)
    reschedule_requests.withdraw(ask(appointment, let_go_at=None), by=by, at=NOW)
    ask(appointment)
    move(appointment)
    appointment = Appointment.objects.with_people().get()
    ask(appointment)
    letting_go.let_go_due(at=THURSDAY_5)
    appointment = Appointment.objects.with_people().get()
    assert told(appointment, ActorKind.PROVIDER)[1:] == [
        ("You asked Jordan to move it", []),
        ("You took back that another time is needed", []),
        ("You asked Jordan to move it", ["Held until Thu, Mar 5, 5:00 PM EST"]),
        ("Jordan moved it to Mon, Mar 9, 11:00 AM EDT", ["From Fri, Mar 6, 10:00 AM EST"]),
        ("You asked Jordan to move it", ["Held until Thu, Mar 5, 5:00 PM EST"]),
        ("It was canceled, as no new time was picked", ["I am not available, 3 days 17 h before the start"]),
    ]
    assert told(appointment, ActorKind.CLIENT)[3:] == [
        ("Maya asked you to pick another time", ["Held until Thu, Mar 5, 5:00 PM EST"]),
        ("You moved it to Mon, Mar 9, 11:00 AM EDT", ["From Fri, Mar 6, 10:00 AM EST"]),
        ("Maya asked you to pick another time", ["Held until Thu, Mar 5, 5:00 PM EST"]),
        ("It was canceled, as no new time was picked", ["Maya is not available at this time and had to cancel."]),
    ]


def test_the_record_says_that_the_policy_was_agreed_to_anew(appointment: Appointment, maya: Provider) -> None:
    move(appointment, agreed=new_policy(maya, fee=90))
    appointment = Appointment.objects.with_people().get()
    assert told(appointment, ActorKind.PROVIDER)[1][0] == (
        "Jordan moved it to Mon, Mar 9, 11:00 AM EDT and agreed to the policy in force"
    )
