"""The pages on which a provider says whether the two met, and a client that the provider did not come."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments import late_requests
from appointments.models import AbsenceReport, Appointment, Cancellation, Fee
from appointments.tests.factories import NOW, booked
from appointments.tests.test_absences import report
from appointments.tests.test_attendance import START, ask_late, attended, follows, no_show, state
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

PAST = "show=past&q=lee"


@pytest.fixture
def session(maya: Provider, jordan: Client) -> Appointment:
    """At 8:44 AM, two hours ago."""
    return booked(maya, jordan, start=START)


def url(page: str, appointment: Appointment) -> str:
    return reverse(f"appointments:{page}", args=[appointment.uid])


def see(browser: Browser, page: str, appointment: Appointment) -> str:
    response = browser.get(url(page, appointment))
    assert response.status_code == 200
    return text(response)


# --- From the dashboard by the list, in two taps ---


def test_the_dashboard_counts_what_is_to_mark_and_leads_to_the_list(
    as_maya: Browser, maya: Provider, session: Appointment, her: Actor
) -> None:
    attended(booked(maya, session.client, start=START - timedelta(days=1)), her)
    booked(maya, session.client, start=NOW - timedelta(minutes=20))  # under way
    booked(maya, session.client, start=NOW - timedelta(days=31))
    report(booked(maya, session.client, start=START - timedelta(days=2)))
    ask_late(booked(maya, session.client, start=START - timedelta(days=3)))
    page = as_maya.get(reverse("appointments:dashboard"))
    assert "1 session to mark: did they come?" in text(page)
    assert f'href="{reverse("appointments:list")}?show=past"' in page.content.decode()


def test_attended_in_the_list_is_one_tap_and_leads_back_to_it(
    as_maya: Browser, maya: Provider, session: Appointment, her: Actor
) -> None:
    missed = booked(maya, session.client, start=START - timedelta(days=1))
    no_show(missed, her)
    asked = booked(maya, session.client, start=START - timedelta(days=2))
    ask_late(asked)
    listed = as_maya.get(f"{reverse('appointments:list')}?{PAST}").content.decode()
    assert listed.count(">Attended<") == 1
    assert f'action="{url("attended", session)}"' in listed
    assert f'href="{url("no_show", session)}"' in listed

    done = as_maya.post(url("attended", session), {"list": PAST}, follow=True)
    assert done.redirect_chain == [(f"{reverse('appointments:list')}?{PAST}", 302)]
    assert "Attended: Jordan Lee, Tue, Mar 3, 8:44 AM EST." in text(done)
    assert state(session) == "completed"
    again = as_maya.post(url("attended", session), {"list": PAST}, follow=True)
    assert "You marked this session as attended at 10:44 AM, moments ago. Nothing was changed." in text(again)


def test_where_it_leads_back_to_is_the_list_whatever_is_posted(as_maya: Browser, session: Appointment) -> None:
    done = as_maya.post(url("attended", session), {"list": "//evil.example/?x=1"})
    assert done["Location"].startswith(reverse("appointments:list"))


@pytest.mark.only_sqlite
def test_the_list_takes_as_many_queries_for_30_to_mark_as_for_one(as_maya: Browser, maya: Provider) -> None:
    def queries(rows: range) -> int:
        for number in rows:
            client = make_client(maya, signs_in=False)
            report_or_not = booked(maya, client, start=START - timedelta(hours=number))
            if number % 3 == 1:
                AbsenceReport.objects.create(appointment=report_or_not, reported_at=NOW, user=maya.user)
        with CaptureQueriesContext(connection) as made:
            listed = as_maya.get(reverse("appointments:list"), {"show": "past"}).content.decode()
        assert listed.count('class="row"') == rows.stop
        return len(made)

    one = queries(range(1))
    assert one <= 8
    assert queries(range(1, 30)) == one


# --- The no-show page ---


def test_the_page_shows_the_fee_and_why_and_marks_with_what_was_decided(as_maya: Browser, session: Appointment) -> None:
    page = see(as_maya, "no_show", session)
    assert (
        "No-show fee $75.00 Because Jordan did not come. Jordan agreed on Jan 12, 2026 to $75.00 for a no-show." in page
    )
    done = as_maya.post(
        url("no_show", session), {"fee": "reduce", "fee_shown": "75.00", "reduced_to": "30", "why": "Bus"}, follow=True
    )
    assert "Marked as a no-show. The no-show fee is $30.00, reduced from $75.00." in text(done)
    fee = Fee.objects.get()
    assert (state(session), fee.status, str(fee.amount), fee.why) == ("no_show", "due", "30.00", "Bus")
    detail = see(as_maya, "detail", session)
    assert "The no-show fee is $30.00, reduced from $75.00 Bus Because Jordan did not come." in detail
    assert "You reduced the no-show fee from $75.00 to $30.00" in detail


def test_a_second_press_is_told_what_stands(as_maya: Browser, session: Appointment) -> None:
    said = {"fee": "charge", "fee_shown": "75.00"}
    as_maya.post(url("no_show", session), said)
    done = as_maya.post(url("no_show", session), said, follow=True)
    assert done.redirect_chain == [(url("detail", session), 302)]
    assert "You marked this session as a no-show at 10:44 AM, moments ago." in text(done)
    assert Fee.objects.count() == 1


def test_another_amount_than_is_owed_brings_the_form_back(as_maya: Browser, session: Appointment) -> None:
    page = text(as_maya.post(url("no_show", session), {"fee": "charge", "fee_shown": "60.00"}))
    assert "The no-show fee is $75.00 now, not $60.00. Nothing is marked yet." in page
    assert state(session) == "booked"


def test_a_fee_is_not_waived_without_a_why(as_maya: Browser, session: Appointment) -> None:
    page = text(as_maya.post(url("no_show", session), {"fee": "waive", "fee_shown": "75.00"}))
    assert "Say why: it is kept with the fee." in page
    assert state(session) == "booked"


def test_where_nothing_is_owed_the_page_says_why_and_asks_nothing(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    session = booked(maya, jordan, start=START, acknowledged=None)
    assert "No fee: Jordan has not agreed to your fee policy" in see(as_maya, "no_show", session)
    done = as_maya.post(url("no_show", session), follow=True)
    assert "Marked as a no-show. No fee applies." in text(done)
    assert (state(session), Fee.objects.exists()) == ("no_show", False)


def test_before_start_and_grace_the_page_says_from_when(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    running = booked(maya, jordan, start=NOW - timedelta(minutes=14))
    said = "It can be marked as a no-show from Tue, Mar 3, 10:45 AM EST on."
    assert said in see(as_maya, "no_show", running)
    assert said in text(as_maya.post(url("no_show", running), {"fee": "charge", "fee_shown": "75.00"}))
    assert state(running) == "booked"
    detail = see(as_maya, "detail", running)
    assert "It can be marked as a no-show from 10:45 AM on." in detail
    assert "Mark as attended" in detail
    assert "Mark as no-show" not in detail


def test_a_grace_that_ends_after_the_end_keeps_the_button_waiting(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    start = NOW - timedelta(minutes=55)
    over = booked(maya, jordan, start=start)
    follows(maya, 60, at=start - timedelta(seconds=1))
    assert "It can be marked as a no-show from 10:49 AM on." in see(as_maya, "detail", over)


# --- What was asked late ---


@pytest.mark.parametrize("declined", [False, True])
def test_who_asked_late_is_canceled_by_the_form_filled_in_by_what_they_asked(
    *, declined: bool, as_maya: Browser, session: Appointment, her: Actor
) -> None:
    asked = ask_late(session)
    if declined:
        late_requests.decline(asked, by=her, words="Please come.", at=START - timedelta(hours=2))
    page = see(as_maya, "no_show", session)
    assert "Jordan asked to cancel this 3 h before the start, so it is a late cancellation and no no-show." in page
    assert "Approve what was asked" in page
    assert ("Cancel as asked" if declined else "Approve") in see(as_maya, "detail", session)

    form = as_maya.get(url("cancel", session)).context["form"]
    assert (form.picked, form.told_at) == (asked.reason, asked.asked_at)
    # Said to have been told only now, it still counts from when they asked.
    said = {"reason": str(asked.reason_id), "told": "now", "fee": "charge", "fee_shown": "75.00", "send_link": "on"}
    done = as_maya.post(url("cancel", session), said)
    assert done["Location"] == url("canceled", session)
    assert (Cancellation.objects.get().told_at, Fee.objects.get().kind) == (asked.asked_at, "late_cancellation")


def test_what_nobody_asked_for_is_not_canceled_after_the_start(as_maya: Browser, session: Appointment) -> None:
    assert "This session is over" in see(as_maya, "cancel", session)


# --- Corrections ---


def test_the_menu_corrects_both_ways(as_maya: Browser, session: Appointment, her: Actor) -> None:
    no_show(session, her)
    menu = see(as_maya, "detail", session)
    assert "Mark as attended" in menu
    assert "Mark as no-show" not in menu
    assert "Did Jordan come?" not in menu
    as_maya.post(url("attended", session))
    assert (state(session), Fee.objects.get().status) == ("completed", "void")
    assert "Mark as no-show" in see(as_maya, "detail", session)


# --- The provider did not come ---


def test_a_client_reports_it_and_reads_that_it_waits(as_jordan: Browser, session: Appointment) -> None:
    assert "Did Maya not come?" in see(as_jordan, "client_appointment", session)
    form = see(as_jordan, "client_absence", session)
    assert "You can report it once, until Tue, Mar 17, 9:44 AM EDT." in form
    done = as_jordan.post(url("client_absence", session), {"words": "Nobody came."}, follow=True)
    page = text(done)
    assert "Maya has your report and answers it." in page
    assert "You reported that the session did not take place Maya answers, and you get a mail then." in page
    assert AbsenceReport.objects.get().words == "Nobody came."
    again = as_jordan.post(url("client_absence", session), {"words": "Again."}, follow=True)
    assert "You reported this on Tue, Mar 3, 10:44 AM EST. Nothing was sent twice." in text(again)
    assert AbsenceReport.objects.get().words == "Nobody came."


def test_words_are_free_and_at_most_1000_characters(as_jordan: Browser, session: Appointment) -> None:
    page = text(as_jordan.post(url("client_absence", session), {"words": "x" * 1001}))
    assert "At most 1,000 characters: this has 1001." in page
    assert not AbsenceReport.objects.exists()
    assert as_jordan.post(url("client_absence", session)).status_code == 302
    assert AbsenceReport.objects.get().words == ""


def test_too_soon_the_page_says_from_when(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    running = booked(maya, jordan, start=NOW - timedelta(minutes=14))
    assert "Did Maya not come?" not in see(as_jordan, "client_appointment", running)
    page = text(as_jordan.post(url("client_absence", running), {"words": "x"}))
    assert "Maya may still come. You can report it from Tue, Mar 3, 10:45 AM EST on." in page
    assert not AbsenceReport.objects.exists()


def test_the_link_to_one_appointment_says_to_sign_in(visitor: Browser, maya: Provider, jordan: Client) -> None:
    running = booked(maya, jordan, start=NOW - timedelta(minutes=20))
    page = text(visitor.get(reverse("appointments:manage_appointment", args=[running.manage_token])))
    assert "Did Maya not come? Sign in to report it: this link ends with the appointment." in page


def test_what_was_reported_needs_the_provider_and_is_answered(as_maya: Browser, session: Appointment) -> None:
    report(session)
    board = text(as_maya.get(reverse("appointments:dashboard")))
    assert "Jordan Lee reported that you did not come For Tue, Mar 3, 8:44 AM EST" in board
    assert "Jordan reported that you did not come" in see(as_maya, "detail", session)
    assert "Jordan reported that Maya did not come. That is to be answered first." in see(as_maya, "no_show", session)
    blocked = as_maya.post(url("attended", session), follow=True)
    assert blocked.redirect_chain == [(url("answer_absence", session), 302)]

    assert "Choose what happened." in text(as_maya.post(url("answer_absence", session)))
    done = as_maya.post(url("answer_absence", session), {"answer": "confirmed", "words": "I am sorry."}, follow=True)
    assert "Answered. Jordan gets a mail that says so." in text(done)
    assert state(session) == "provider_absent"
    assert "Did not take place" in text(done)
    second = as_maya.post(url("answer_absence", session), {"answer": "met"}, follow=True)
    assert "You answered this at 10:44 AM, moments ago. Nothing was sent twice." in text(second)


def test_that_the_client_did_not_come_leads_to_the_no_show(as_maya: Browser, session: Appointment) -> None:
    report(session)
    done = as_maya.post(url("answer_absence", session), {"answer": "client_absent"})
    assert done["Location"] == url("no_show", session)


# --- Strangers ---


def test_a_stranger_finds_and_changes_nothing(
    session: Appointment, maya: Provider, sam: Provider, as_jordan: Browser, now: object
) -> None:
    report(session)
    stranger, other = just_signed_in(sam.user), make_client(maya)
    assert other.user is not None
    another = just_signed_in(other.user)
    for page in ("attended", "no_show", "answer_absence"):
        for browser in (stranger, another, as_jordan):
            assert browser.post(url(page, session), {"answer": "met"}).status_code == 404
    for browser in (stranger, another):
        assert browser.post(url("client_absence", session)).status_code == 404
    assert (state(session), AbsenceReport.objects.get().answer) == ("booked", "")


# --- The office ---


def mark(browser: Browser, action: str, *rows: Appointment, **said: str) -> str:
    page = reverse("admin:appointments_appointment_changelist")
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "confirm": "yes"}
    return text(browser.post(page, chosen | said, follow=True))


def test_the_office_marks_several_and_leaves_the_fee_to_the_provider(
    as_clerk: Browser, maya: Provider, session: Appointment
) -> None:
    earlier = booked(maya, session.client, start=START - timedelta(days=1))
    assert "This field is required." in mark(as_clerk, "mark_as_no_show", session, earlier)
    assert state(session) == "booked"
    page = mark(as_clerk, "mark_as_no_show", session, earlier, why="Told by phone")
    assert page.count("A no-show fee waits for the provider.") == 2
    assert list(Fee.objects.values_list("status", flat=True)) == ["to_decide", "to_decide"]
    decides = see(just_signed_in(maya.user), "decide_fee", session)
    assert "Jordan’s no-show fee" in decides
    assert "What happened Jordan did not come" in decides
    mark(as_clerk, "mark_as_attended", earlier, why="The wrong one")
    assert (state(session), state(earlier)) == ("no_show", "completed")
    assert session.client.user is not None
    hers = text(just_signed_in(maya.user).get(url("detail", earlier)))
    theirs = text(just_signed_in(session.client.user).get(url("client_appointment", earlier)))
    assert "The wrong one" in hers
    assert "Told by phone" in hers
    assert "The wrong one" not in theirs
    assert "Told by phone" not in theirs


def test_the_office_answers_a_report(as_clerk: Browser, session: Appointment) -> None:
    there = report(session)
    page = reverse("admin:appointments_absencereport_changelist")
    assert "Waits" in text(as_clerk.get(page))
    said = {
        "action": "answer_report",
        "_selected_action": [there.pk],
        "confirm": "yes",
        "answer": "met",
        "words": "So.",
    }
    assert str(session).replace("\xa0", " ") in text(as_clerk.post(page, said | {"answer": ""}))
    assert "They met: Jordan Lee, who is being told." in text(as_clerk.post(page, said, follow=True))
    assert state(session) == "completed"
