"""Reminders: when each is due, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from appointments import cancellation, history, reminders, tasks, timeline
from appointments.emails.reminder import Which
from appointments.models import Appointment, HistoryEntry
from appointments.reminders import Lead
from appointments.tests.factories import NOW, booked
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from clients.tests.factories import make_client
from notifications import outbox
from notifications.models import OutboxMessage
from practice.actors import Actor, ActorKind
from practice.celery import app
from practice.fee_terms import Terms
from practice.models import Practice, Provider
from practice.policies import supersede

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
# Friday, March 6, 10:00 AM in New York. Its deadline is a day earlier, the first reminder two days.
START = datetime(2026, 3, 6, 15, tzinfo=UTC)
LEAD = Lead(deadline=DAY, session=3 * HOUR)


@pytest.fixture
def friday(maya: Provider, jordan: Client) -> Appointment:
    return booked(maya, jordan, start=START)


def sent() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.order_by("id"))


@pytest.mark.parametrize(
    ("before_start", "which"),
    [
        (2 * DAY + MOMENT, None),
        (2 * DAY, Which.DEADLINE),
        (DAY + MOMENT, Which.DEADLINE),
        (DAY, None),  # the deadline is the last moment: too late to be of use
        (3 * HOUR + MOMENT, None),
        (3 * HOUR, Which.SESSION),
        (MOMENT, Which.SESSION),
        (timedelta(0), None),
    ],
)
def test_each_is_due_from_its_instant_until_it_helps_no_more(before_start: timedelta, which: Which | None) -> None:
    at = START - before_start
    assert reminders.due(start=START, deadline=START - DAY, told_at=START - 30 * DAY, lead=LEAD, at=at) == which


@pytest.mark.parametrize(("told_before", "reminded"), [(HOUR, True), (HOUR - MOMENT, False), (-HOUR, False)])
def test_nobody_is_reminded_of_what_they_were_just_told(told_before: timedelta, reminded: bool) -> None:
    for begins, at in ((START - 2 * DAY, START - DAY - HOUR), (START - 3 * HOUR, START - HOUR)):
        told_at = begins - told_before
        found = reminders.due(start=START, deadline=START - DAY, told_at=told_at, lead=LEAD, at=at)
        assert (found is not None) == reminded


def test_of_two_that_are_due_at_once_the_later_one_says_all() -> None:
    """With an hour's notice the session's reminder, three hours ahead, comes after the deadline's, 25 hours ahead."""
    deadline = START - HOUR
    for at, which in ((START - 4 * HOUR, Which.DEADLINE), (START - 2 * HOUR, Which.SESSION)):
        assert reminders.due(start=START, deadline=deadline, told_at=NOW - 30 * DAY, lead=LEAD, at=at) == which


def test_no_hours_mean_no_reminder() -> None:
    none = Lead(deadline=timedelta(0), session=timedelta(0))
    for hours in range(72):
        at = START - hours * HOUR
        assert reminders.due(start=START, deadline=START - DAY, told_at=NOW - 30 * DAY, lead=none, at=at) is None


def test_one_mail_before_the_deadline_and_one_before_the_session_whatever_the_rounds(friday: Appointment) -> None:
    kinds = []
    at = START - 3 * DAY
    while at < START + HOUR:
        kinds += [(reminders.send_due(at=at), START - at)]
        at += HOUR / 2
    assert [(count, ahead) for count, ahead in kinds if count] == [(1, 2 * DAY), (1, 3 * HOUR)]
    assert [mail.kind for mail in sent()] == ["reminder_deadline", "reminder_session"]


def test_the_practice_sets_both(friday: Appointment, practice: Practice) -> None:
    practice.deadline_reminder_hours, practice.session_reminder_hours = 2, 0
    practice.save()
    assert [reminders.send_due(at=START - 26 * HOUR - MOMENT), reminders.send_due(at=START - 26 * HOUR)] == [0, 1]
    assert reminders.send_due(at=START - HOUR) == 0


def test_the_shorter_notice_sets_the_deadline(friday: Appointment, maya: Provider) -> None:
    """Jordan agreed to 24 hours; Maya asks for 12 since."""
    terms = Terms(notice_hours=12, late_fee=75, no_show_fee=75, grace_minutes=15)  # type: ignore[arg-type]
    supersede(maya, terms=terms, by=Actor.system(), at=NOW)
    assert [reminders.send_due(at=START - 36 * HOUR - MOMENT), reminders.send_due(at=START - 36 * HOUR)] == [0, 1]
    assert "until Thu, Mar 5, 10:00 PM EST, 12 hours ahead" in sent()[0].text


def test_after_days_without_a_worker_only_what_still_helps_is_sent(friday: Appointment) -> None:
    assert reminders.send_due(at=START - DAY + HOUR) == 0
    assert reminders.send_due(at=START - HOUR) == 1
    assert reminders.send_due(at=START + HOUR) == 0


def test_an_appointment_booked_inside_the_window_gets_none_for_its_deadline(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=START, booked_at=START - 30 * HOUR)
    assert reminders.send_due(at=START - 29 * HOUR) == 0
    assert reminders.send_due(at=START - HOUR) == 1
    assert sent()[0].key == f"reminder:session:{appointment.pk}:20260306T150000Z"


def test_a_canceled_one_is_not_reminded_of(friday: Appointment, maya: Provider) -> None:
    cancel(friday, Actor.provider(maya.user_id), "provider-unwell")
    OutboxMessage.objects.all().delete()
    assert reminders.send_due(at=START - 2 * DAY) == 0
    assert not sent()


def test_canceling_drops_what_is_still_queued_and_a_restored_one_is_reminded_again(
    friday: Appointment, maya: Provider
) -> None:
    reminders.send_due(at=START - 2 * DAY)
    cancel(friday, Actor.provider(maya.user_id), "provider-unwell", at=START - 2 * DAY + HOUR)
    assert sent()[0].status == "dropped"

    friday.cancellations.all().delete()
    friday.status = "booked"
    friday.save()
    assert [reminders.send_due(at=START - 2 * DAY + 2 * HOUR) for _ in range(2)] == [1, 0]
    again = OutboxMessage.objects.get(kind="reminder_deadline", status="queued")
    assert again.key == f"reminder:deadline:{friday.pk}:20260306T150000Z:2"


def test_a_cancellation_taken_back_before_anybody_was_told_costs_no_reminder(
    friday: Appointment, maya: Provider
) -> None:
    by, remind_at = Actor.provider(maya.user_id), START - 2 * DAY
    reminders.send_due(at=remind_at)
    cancel(friday, by, "provider-unwell", at=remind_at)
    cancellation.restore(friday, by=by, at=remind_at + timedelta(seconds=5))
    assert reminders.send_due(at=remind_at + timedelta(minutes=1)) == 1


def test_who_was_just_told_that_it_stands_is_not_reminded_too(friday: Appointment, maya: Provider) -> None:
    by, remind_at = Actor.provider(maya.user_id), START - 2 * DAY
    cancel(friday, by, "provider-unwell", at=remind_at - 2 * HOUR)
    OutboxMessage.objects.update(status="sent", sent_at=remind_at)
    cancellation.restore(friday, by=by, at=remind_at - timedelta(minutes=5))
    assert reminders.send_due(at=remind_at) == 0


def test_one_that_has_gone_out_stays_and_counts(friday: Appointment, maya: Provider) -> None:
    reminders.send_due(at=START - 2 * DAY)
    OutboxMessage.objects.update(status="sent", sent_at=START - 2 * DAY)
    assert history.drop_unsent(friday, [HistoryEntry.Kind.REMINDED], at=START - 2 * DAY) == 0
    assert reminders.send_due(at=START - 2 * DAY + HOUR) == 0


def test_a_moved_one_is_reminded_of_for_its_new_time(friday: Appointment) -> None:
    reminders.send_due(at=START - 2 * DAY)
    moved_at = START - 2 * DAY + HOUR
    friday.start, friday.end = START + 5 * DAY, friday.end + 5 * DAY
    friday.save()
    history.record(friday, HistoryEntry.Kind.MOVED, by=Actor.client(), at=moved_at)
    history.drop_unsent(friday, [HistoryEntry.Kind.REMINDED], at=moved_at)

    assert reminders.send_due(at=START - DAY - HOUR) == 0
    assert reminders.send_due(at=START + 3 * DAY) == 1
    first, second = sent()
    assert (first.status, second.status) == ("dropped", "queued")
    assert "Wednesday, March 11" in second.text


def test_one_moved_to_a_time_so_near_is_not_reminded_of_at_once(friday: Appointment) -> None:
    history.record(friday, HistoryEntry.Kind.MOVED, by=Actor.client(), at=START - 30 * HOUR)
    assert reminders.send_due(at=START - 29 * HOUR) == 0


def test_one_that_can_not_be_made_keeps_no_other_waiting(friday: Appointment, maya: Provider) -> None:
    nowhere = make_client(maya, time_zone="Mars/Olympus")
    booked(maya, nowhere, start=START - HOUR)
    assert reminders.send_due(at=START - 2 * DAY + HOUR) == 1
    assert [mail.recipient for mail in sent()] == ["jordan.lee@example.com"]


def test_beat_rings_for_tasks_that_there_are_and_the_task_reminds(friday: Appointment) -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
    with time_machine.travel(START - 2 * DAY, tick=False):
        tasks.remind()
    assert [mail.due_at for mail in sent()] == [START - 2 * DAY]


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_looking_takes_as_many_queries_whatever_is_booked(
    maya: Provider, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(number):
        booked(maya, make_client(maya), start=START + place * HOUR)
    at = START - 2 * DAY + 30 * HOUR - 6 * HOUR
    reminders.send_due(at=at)
    with django_assert_num_queries(4):
        assert reminders.send_due(at=at) == 0


def test_both_timelines_show_it_with_its_mail(friday: Appointment) -> None:
    for at in (START - 2 * DAY, START - 3 * HOUR):
        reminders.send_due(at=at)
    outbox.drop(OutboxMessage.objects.filter(kind="reminder_session"), at=START - HOUR)
    for reader, whose in ((ActorKind.CLIENT, "Your"), (ActorKind.PROVIDER, "Jordan’s")):
        session, deadline, _ = timeline.items(friday, reader=reader, at=START)
        assert [item.sentence for item in (session, deadline)] == [
            "Reminder of the appointment", "Reminder of until when it can be canceled",
        ]  # fmt: skip
        assert [mail.words for item in (session, deadline) for mail in item.mails] == [
            f"{whose} mail was not sent", f"{whose} mail is queued",
        ]  # fmt: skip
