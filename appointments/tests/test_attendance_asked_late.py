"""Marking a session that the client asked late to cancel: no no-show, but a late cancellation."""

from datetime import timedelta

import pytest

from appointments import attendance, attendance_refusals, cancellation, late_requests, refusals
from appointments.models import AbsenceReport, Appointment, Fee, HistoryEntry, LateRequest
from appointments.tests.factories import NOW, booked
from appointments.tests.test_attendance import CHARGED, START, ask_late, attended, no_show, state
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider
from practice.zones import plain


@pytest.fixture
def session(maya: Provider, jordan: Client) -> Appointment:
    """Two hours ago."""
    return booked(maya, jordan, start=START)


@pytest.mark.parametrize("answered", [False, True])
def test_who_asked_to_cancel_before_the_start_is_no_no_show_but_a_late_cancellation(
    *, answered: bool, session: Appointment, her: Actor
) -> None:
    asked = ask_late(session)
    if answered:
        late_requests.decline(asked, by=her, words="Please come.", at=START - timedelta(hours=2))
    with pytest.raises(attendance_refusals.ToCancelInstead) as refused:
        no_show(session, her)
    assert plain(str(refused.value)) == (
        "Jordan asked to cancel this 3 h before the start, so it is a late cancellation and no no-show."
    )
    done = cancel(session, her, "not-well", fee=CHARGED)
    assert (done.told_at, done.notice, done.late) == (asked.asked_at, timedelta(hours=3), True)
    fee = Fee.objects.get()
    assert (fee.kind, fee.status, fee.cancellation) == ("late_cancellation", "due", done)
    assert state(session) == "canceled"
    assert LateRequest.objects.get().answer == ("declined" if answered else "approved")


def test_after_the_start_a_provider_cancels_only_what_was_asked_for(maya: Provider, jordan: Client, her: Actor) -> None:
    with pytest.raises(refusals.Started):
        cancel(booked(maya, jordan, start=START), her)
    approved = booked(maya, jordan, start=START - timedelta(days=2))
    ask_late(approved)
    cancel(approved, her, "not-well", fee=CHARGED, at=approved.start - timedelta(hours=2))
    cancellation.restore(approved, by=her, at=approved.start - timedelta(hours=1))
    assert no_show(approved, her).status == "no_show"


def test_who_is_said_not_to_have_come_charges_no_late_cancellation_until_they_answer(
    session: Appointment, jordan: Client, her: Actor
) -> None:
    ask_late(session)
    by = Actor.client(jordan.user_id)
    report = attendance.report_absence(session, by=by, words="I waited.", at=NOW)
    with pytest.raises(refusals.Started):
        cancel(session, her, "not-well", fee=CHARGED)
    attendance.answer_absence(report, by=her, answer=AbsenceReport.Answer.CLIENT_ABSENT, words="I was there.", at=NOW)
    assert cancel(session, her, "not-well", fee=CHARGED).late


def test_what_was_asked_about_another_time_does_not_count(maya: Provider, jordan: Client, her: Actor) -> None:
    session = booked(maya, jordan, start=START)
    asked = ask_late(session)
    late_requests.decline(asked, by=her, words="Please come.", at=START - timedelta(hours=2))
    at = START - timedelta(hours=1)
    HistoryEntry.objects.create(appointment=session, at=at, kind="moved", actor="provider", facts={})
    assert no_show(session, her).status == "no_show"


def test_who_asked_and_came_has_no_open_question_and_is_not_charged_for_a_mistake(
    session: Appointment, her: Actor
) -> None:
    ask_late(session)
    attended(session, her)
    assert LateRequest.objects.get().answer == "moot"
    with pytest.raises(attendance_refusals.ToCancelInstead):
        no_show(session, her)
