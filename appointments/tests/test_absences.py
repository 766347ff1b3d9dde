"""A client reports that the provider did not come: from when until when, once, what each answer leaves, who is told."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from appointments import attendance, attendance_refusals, late_requests, request_refusals, timeline
from appointments.attendance import Answer
from appointments.models import AbsenceReport, Appointment, Fee, GivenPass, HistoryEntry
from appointments.rules import ABSENCE_WINDOW, Status
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_attendance import (
    CHARGED,
    GRACE_OVER,
    MICRO,
    START,
    ask_late,
    attended,
    follows,
    no_show,
    state,
    told,
)
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from clients.tests.factories import care_of
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor, ActorKind
from practice.models import Provider, User
from practice.tests.reading import words_of
from practice.zones import plain

WORDS = "I waited in the hall.\nNobody came."
ANSWERED_AT = NOW + timedelta(hours=1)


@pytest.fixture
def session(maya: Provider, jordan: Client) -> Appointment:
    """At 8:44 AM, two hours ago."""
    return booked(maya, jordan, start=START)


def report(appointment: Appointment, *, words: str = WORDS, at: datetime = NOW) -> AbsenceReport:
    return attendance.report_absence(appointment, by=Actor.client(appointment.client.user_id), words=words, at=at)


def answer(there: AbsenceReport, how: Answer, by: Actor, *, at: datetime = ANSWERED_AT) -> AbsenceReport:
    return attendance.answer_absence(there, by=by, answer=how, words="I am sorry.", at=at)


def sent() -> None:
    OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)


# --- Reporting ---


def test_a_report_is_kept_and_the_provider_alone_is_told(session: Appointment, jordan: Client, maya: Provider) -> None:
    there = report(session)
    kept = AbsenceReport.objects.get()
    assert (kept, kept.appointment, kept.words, kept.user, kept.reported_at) == (
        there, session, WORDS, jordan.user, NOW,
    )  # fmt: skip
    assert (kept.answer, kept.answered_at, state(session)) == ("", None, "booked")
    entry = HistoryEntry.objects.get(kind="absence_reported")
    assert (entry.actor, entry.user_id, entry.at) == ("client", jordan.user_id, NOW)
    mail = OutboxMessage.objects.get()
    assert entry.messages.get() == mail
    assert (mail.recipient, mail.kind, mail.key) == (
        maya.user.email, "absence_reported", f"absence:{kept.pk}:provider",
    )  # fmt: skip


def test_the_mail_to_the_provider_says_whose_and_where_and_nothing_of_what_was_written(session: Appointment) -> None:
    report(session)
    mail = OutboxMessage.objects.get()
    assert mail.subject == "Reported: Jordan L., Tue, Mar 3"
    site = mail.text.partition("answer:\n")[2].partition("/appointments")[0]
    assert mail.text == (
        "A client reports that you did not come\n\n"
        "Jordan L. reports that you did not come to this session. Say what happened: you did not come, you met, or "
        "Jordan did not come. Until you answer, it can’t be marked otherwise. What Jordan wrote stands with it.\n\n"
        "Reported: Tue, Mar 3, 10:44 AM EST\nAppointment: Tue, Mar 3, 8:44 AM EST\n\n"
        f"Read and answer:\n{site}/appointments/{session.uid}/absence/\n\n"
        "Sent to you as the provider of this appointment. Replies to this mail are not read.\n"
    )
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert discretion.clinical_words(everything, also="hall") == []
    assert "Lee" not in everything


def test_it_is_possible_from_start_and_grace_on_and_not_a_microsecond_before(session: Appointment) -> None:
    with pytest.raises(attendance_refusals.NothingToReport) as refused:
        report(session, at=GRACE_OVER - MICRO)
    assert plain(str(refused.value)) == (
        "Maya may still come. You can report it from Tue, Mar 3, 8:59 AM EST on. "
        "To talk about it, call Maya at (212) 555-0186 or write to maya.chen@example.com."
    )
    assert not AbsenceReport.objects.exists()
    assert report(session, at=GRACE_OVER).is_open


def test_both_wait_equally_long_for_each_other(maya: Provider, jordan: Client) -> None:
    session = booked(maya, jordan, start=START)
    follows(maya, 60, at=START - MICRO)
    with pytest.raises(attendance_refusals.NothingToReport):
        report(session, at=START + timedelta(minutes=60) - MICRO)
    assert report(session, at=START + timedelta(minutes=60)).is_open


def test_it_is_possible_for_fourteen_days_the_last_instant_included(session: Appointment) -> None:
    last = START + ABSENCE_WINDOW
    with pytest.raises(attendance_refusals.NothingToReport) as refused:
        report(session, at=last + MICRO)
    assert "This could be reported until Tue, Mar 17, 9:44 AM EDT." in plain(str(refused.value))
    assert report(session, at=last).is_open


def test_twice_is_once_also_after_the_answer(session: Appointment, her: Actor) -> None:
    there = report(session)
    for _ in range(2):
        with pytest.raises(attendance_refusals.ReportedAlready) as refused:
            report(session)
        assert plain(str(refused.value)) == ("You reported this on Tue, Mar 3, 10:44 AM EST. Nothing was sent twice.")
        if AbsenceReport.objects.get().is_open:
            answer(there, Answer.CLIENT_ABSENT, her)
    assert OutboxMessage.objects.filter(kind="absence_reported").count() == 1


def test_what_is_canceled_or_settled_is_not_reported(maya: Provider, jordan: Client, her: Actor) -> None:
    canceled = booked(maya, jordan, start=START)
    cancel(canceled, her, "provider-unwell", at=START - timedelta(hours=30))
    missed = booked(maya, jordan, start=START - timedelta(days=1), status=Status.PROVIDER_ABSENT)
    for session, words in [
        (canceled, "This appointment is canceled, so there is nothing to report."),
        (missed, "It is settled already that Maya did not come."),
    ]:
        with pytest.raises(attendance_refusals.NothingToReport, match=words):
            report(session)


@pytest.mark.parametrize("mark", [no_show, attended])
def test_until_it_is_answered_it_is_not_marked(mark: object, session: Appointment, her: Actor) -> None:
    report(session)
    with pytest.raises(attendance_refusals.ReportFirst, match="Jordan reported that Maya did not come"):
        mark(session, her)  # type: ignore[operator]
    assert (state(session), Fee.objects.exists()) == ("booked", False)


# --- Answering ---


def test_confirmed_no_fee_is_owed_and_the_client_gets_a_pass_and_a_way_back(
    session: Appointment, her: Actor, maya: Provider, jordan: Client
) -> None:
    no_show(session, her)
    there = report(session)
    sent()
    answer(there, Answer.CONFIRMED, her)

    assert (state(session), Fee.objects.get().status) == ("provider_absent", "void")
    kept = AbsenceReport.objects.get()
    assert (kept.answer, kept.answer_words, kept.answered_by, kept.answered_by_user, kept.answered_at) == (
        "confirmed", "I am sorry.", "provider", maya.user, ANSWERED_AT,
    )  # fmt: skip
    given = GivenPass.objects.get()
    assert (given.care, given.report, given.cancellation) == (care_of(jordan, maya), kept, None)
    assert told() == ["no_show", "fee_decided", "absence_reported", "absence_answered"]
    mail = OutboxMessage.objects.get(status="queued")
    assert HistoryEntry.objects.get(kind="absence_answered").messages.get() == mail
    assert (mail.recipient, mail.subject) == (jordan.email, "About your appointment on Tue, Mar 3")
    assert plain(mail.text).startswith(
        "Your report is answered\n\nHello Jordan,\n\n"
        "Maya answered: the session did not take place, and no fee applies. You owe nothing. "
        "You get a free pass: one late cancellation of yours will cost nothing.\n\n"
        "It is about the appointment of Tue, Mar 3, 8:44 AM EST. What Maya wrote stands with the appointment.\n\n"
        "Pick another time:\n"
    )
    assert f"/b/{care_of(jordan, maya).booking_token}/" in mail.text
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert discretion.clinical_words(everything, also="sorry") == []


def test_no_pass_where_the_practice_gives_none(session: Appointment, her: Actor) -> None:
    practice = session.provider.practice
    practice.gives_passes = False
    practice.save()
    answer(report(session), Answer.CONFIRMED, her)
    assert not GivenPass.objects.exists()
    assert "free pass" not in OutboxMessage.objects.get(kind="absence_answered").text


def test_a_fee_that_was_paid_is_settled_before_it_is_confirmed(session: Appointment, her: Actor) -> None:
    no_show(session, her)
    paid(Fee.objects.get(), by=her, at=NOW)
    there = report(session)
    for how in (Answer.CONFIRMED, Answer.MET):
        with pytest.raises(attendance_refusals.PaidForNotComing):
            answer(there, how, her)
    assert (state(session), AbsenceReport.objects.get().answer) == ("no_show", "")
    assert not GivenPass.objects.exists()


def test_met_is_attended_and_a_fee_for_not_coming_goes(session: Appointment, her: Actor) -> None:
    no_show(session, her)
    answer(report(session), Answer.MET, her)
    assert (state(session), Fee.objects.get().status) == ("completed", "void")
    mail = OutboxMessage.objects.get(kind="absence_answered")
    assert "Maya answered: the session took place." in mail.text
    assert "/b/" not in mail.text


def test_met_of_what_was_attended_changes_nothing_else(session: Appointment, her: Actor) -> None:
    attended(session, her)
    answer(report(session), Answer.MET, her)
    assert told() == ["completed", "absence_reported", "absence_answered"]
    assert state(session) == "completed"


def test_that_the_client_did_not_come_leaves_the_session_to_be_marked(session: Appointment, her: Actor) -> None:
    answer(report(session), Answer.CLIENT_ABSENT, her)
    assert (state(session), Fee.objects.exists()) == ("booked", False)
    assert "Maya answered: you did not come." in OutboxMessage.objects.get(kind="absence_answered").text
    no_show(session, her, CHARGED, at=ANSWERED_AT)
    assert (state(session), Fee.objects.get().amount) == ("no_show", Decimal(75))


def test_an_answer_is_given_once_and_the_second_reads_who_gave_it(
    session: Appointment, her: Actor, office: User
) -> None:
    there = report(session)
    answer(there, Answer.MET, her)
    with pytest.raises(attendance_refusals.ReportNotOpen) as refused:
        answer(there, Answer.CONFIRMED, Actor.admin(office.pk), at=ANSWERED_AT + timedelta(minutes=2))
    assert plain(str(refused.value)) == "Maya answered this at 11:44 AM, 2 min ago. Nothing was sent twice."
    assert state(session) == "completed"
    assert OutboxMessage.objects.filter(kind="absence_answered").count() == 1


def test_a_report_on_what_the_office_canceled_needs_no_answer(session: Appointment, her: Actor, office: User) -> None:
    there = report(session)
    cancel(session, Actor.admin(office.pk), "provider-unwell")
    with pytest.raises(attendance_refusals.ReportNotOpen, match="has been canceled meanwhile"):
        answer(there, Answer.CONFIRMED, her)
    assert AbsenceReport.objects.get().is_moot
    assert not AbsenceReport.objects.to_answer(session.provider).exists()


def test_a_mail_that_no_worker_has_yet_is_not_sent_once_it_is_answered(session: Appointment, her: Actor) -> None:
    answer(report(session), Answer.MET, her)
    assert OutboxMessage.objects.get(kind="absence_reported").status == "dropped"


def test_a_late_request_does_not_keep_a_client_from_reporting(session: Appointment, her: Actor) -> None:
    ask_late(session)
    answer(report(session), Answer.CONFIRMED, her)
    assert state(session) == "provider_absent"


# --- What both read, and what the database refuses ---


@pytest.mark.parametrize("how", [Answer.CONFIRMED, Answer.MET])
def test_what_the_client_had_asked_late_needs_no_answer_then(how: Answer, session: Appointment, her: Actor) -> None:
    asked = ask_late(session)
    answer(report(session), how, her)
    with pytest.raises(request_refusals.NotWaiting, match="This no longer waits for an answer"):
        late_requests.decline(asked, by=her, words="Come.", at=ANSWERED_AT)
    assert OutboxMessage.objects.get(kind="late_request").status == "dropped"
    assert not OutboxMessage.objects.filter(kind="late_declined").exists()


def test_both_read_it_in_the_history(session: Appointment, her: Actor) -> None:
    answer(report(session), Answer.CLIENT_ABSENT, her)
    session = Appointment.objects.with_people().get(pk=session.pk)
    for reader, said in [
        (ActorKind.CLIENT, ["Maya answered: you did not come", "You reported that Maya did not come"]),
        (ActorKind.PROVIDER, ["You answered: Jordan did not come", "Jordan reported that you did not come"]),
    ]:
        items = timeline.items(session, reader=reader, at=ANSWERED_AT)
        assert [item.sentence for item in items[:2]] == said
        assert [item.details for item in items[:2]] == [["I am sorry."], [WORDS]]


@pytest.mark.parametrize(
    "fields",
    [{"answer": "met"}, {"answered_at": NOW}, {"answered_by": "provider"}, {"answer_words": "So."}],
    ids=lambda fields: next(iter(fields)),
)
def test_an_answer_goes_with_who_and_when(fields: dict[str, object], session: Appointment) -> None:
    report(session)
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceReport.objects.update(**fields)


def test_one_report_of_an_appointment(session: Appointment) -> None:
    there = report(session)
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceReport.objects.create(appointment=session, reported_at=NOW, user=there.user)


def test_a_pass_is_given_for_one_thing(session: Appointment, her: Actor) -> None:
    answer(report(session), Answer.CONFIRMED, her)
    with pytest.raises(IntegrityError), transaction.atomic():
        GivenPass.objects.update(report=None)
