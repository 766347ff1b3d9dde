"""The provider moves an appointment or asks its client to: one page, two ways, and what is seen while they wait."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, CancellationReason, HistoryEntry, RescheduleRequest
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_booking_page import html, value, words
from appointments.tests.test_rescheduling import MONDAY_11, asked_to_move, move
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.models import Provider
from practice.zones import plain

MOVED = {"start": value(MONDAY_11), "format": "video"}


@pytest.fixture
def appointment(maya: Provider, jordan: Client) -> Appointment:
    return booked(maya, jordan, start=FRIDAY_10)


def url(appointment: Appointment, more: str = "") -> str:
    return f"/appointments/{appointment.uid}/reschedule/{more}"


def asking(**changes: str) -> dict[str, str]:
    reason = CancellationReason.objects.get(key="provider-unwell")
    return {"note": "The dentist.", "reason": str(reason.pk), "held": "open"} | changes


def followed(browser: Browser, address: str, sent: dict[str, str]) -> str:
    """What stands on the page where the act ends."""
    response = browser.post(address, sent, follow=True)
    assert response.redirect_chain
    return plain(words(response))


# --- Moving ---


def test_the_page_offers_both_ways_and_says_what_stays(as_maya: Browser, appointment: Appointment) -> None:
    page = plain(words(as_maya.get(url(appointment))))
    assert "Reschedule Jordan’s appointment Now Fri, Mar 6, 10:00–10:50 AM EST" in page
    assert "Jordan agreed to $75.00 inside 24 hours. That stays as it is." in page
    assert "Ask Jordan to reschedule" in page
    assert "Nothing is agreed to" not in page


def test_its_own_time_is_no_time_to_move_to_and_does_not_take_any(as_maya: Browser, appointment: Appointment) -> None:
    page = html(as_maya.get(url(appointment, "?from=2026-03-06")))
    assert f'value="{value(FRIDAY_10)}"' not in page
    assert f'value="{value(FRIDAY_10 + timedelta(minutes=30))}"' in page


def test_moving_ends_on_the_details_with_the_new_time(as_maya: Browser, appointment: Appointment) -> None:
    page = followed(as_maya, url(appointment), MOVED)
    assert "Moved to Mon, Mar 9, 11:00 AM EDT. Jordan gets a mail with the old and the new time." in page
    assert "You moved it to Mon, Mar 9, 11:00 AM EDT" in page
    assert "From Fri, Mar 6, 10:00 AM EST" in page
    assert (HistoryEntry.objects.get(kind="moved").actor, OutboxMessage.objects.count()) == ("provider", 2)


def test_pressed_twice_it_moves_once_and_says_so(as_maya: Browser, appointment: Appointment) -> None:
    followed(as_maya, url(appointment), MOVED)
    assert "This appointment is at that time already. Nothing was sent twice." in followed(
        as_maya, url(appointment), MOVED
    )
    assert OutboxMessage.objects.count() == 2


def test_a_time_taken_meanwhile_is_refused_with_the_nearest_others(
    as_maya: Browser, appointment: Appointment, maya: Provider
) -> None:
    booked(maya, make_client(maya), start=MONDAY_11)
    response = as_maya.post(url(appointment), MOVED)
    assert "That time is no longer free, so nothing was moved." in words(response)
    assert "Nearest free times" in words(response)
    assert "<title>Error: Reschedule" in html(response)
    assert not OutboxMessage.objects.exists()


def test_without_a_time_nothing_moves(as_maya: Browser, appointment: Appointment) -> None:
    assert "Choose a time." in words(as_maya.post(url(appointment), {"format": "video"}))
    assert not OutboxMessage.objects.exists()


def test_what_was_canceled_meanwhile_is_said_on_the_details(as_maya: Browser, appointment: Appointment) -> None:
    appointment.status = "canceled"
    appointment.save()
    for response in (as_maya.get(url(appointment), follow=True), as_maya.post(url(appointment), MOVED, follow=True)):
        assert "This appointment is canceled, so there is nothing left to move." in words(response)


def test_opening_the_page_changes_nothing(as_maya: Browser, appointment: Appointment) -> None:
    as_maya.get(url(appointment, f"?start={value(MONDAY_11)}"))
    as_maya.head(url(appointment))
    assert not OutboxMessage.objects.exists()
    assert HistoryEntry.objects.count() == 1


# --- Asking ---


def test_asking_is_seen_on_details_list_and_dashboard(as_maya: Browser, appointment: Appointment) -> None:
    sent = asking(held="until", held_day="2026-03-05", held_time="17:00", block="on")
    page = followed(as_maya, url(appointment, "ask/"), sent)
    assert "Jordan is asked to pick another time. Until then, this one stays booked." in page
    assert "Waiting for Jordan to pick another time Asked Tue, Mar 3, 10:44 AM EST." in page
    assert "The time is kept until Thu, Mar 5, 5:00 PM EST, then it is let go and becomes time off." in page
    assert "Asked to move" in page
    request = RescheduleRequest.objects.get()
    assert (request.note_to_client, request.reason.key, request.block) == ("The dentist.", "provider-unwell", True)
    assert request.let_go_at == FRIDAY_10 - timedelta(hours=17)
    assert "Asked to move" in words(as_maya.get("/appointments/"))
    dashboard = plain(words(as_maya.get("/dashboard/")))
    assert "Waiting for an answer Jordan Lee, Fri, Mar 6, 10:00 AM EST" in dashboard
    assert "This one is kept until Thu, Mar 5, 5:00 PM EST, then it is let go." in dashboard


@pytest.mark.parametrize(
    ("held", "error"),
    [
        ({"held_day": "", "held_time": ""}, "Enter the day until which the time is kept."),
        ({"held_day": "2026-03-05", "held_time": ""}, "Enter the time until which it is kept."),
        ({"held_day": "2026-03-06", "held_time": "10:00"}, "and before the start, Fri, Mar 6, 10:00 AM EST."),
        ({"held_day": "2026-03-03", "held_time": "10:44"}, "Choose a time after now, Tue, Mar 3, 10:44 AM EST"),
        ({"held_day": "2026-03-08", "held_time": "02:30"}, "There is no 2:30 AM on Sun, Mar 8"),
    ],
)
def test_until_when_has_to_make_sense(
    as_maya: Browser, appointment: Appointment, held: dict[str, str], error: str
) -> None:
    response = as_maya.post(url(appointment, "ask/"), asking(held="until", **held))
    assert error in plain(words(response))
    assert "<title>Error: Reschedule" in html(response)
    assert not RescheduleRequest.objects.exists()


def test_only_reasons_of_the_providers_own_can_be_given(as_maya: Browser, appointment: Appointment) -> None:
    theirs = CancellationReason.objects.get(key="client-asked")
    response = as_maya.post(url(appointment, "ask/"), asking(reason=str(theirs.pk)))
    assert "Choose a reason of the list." in words(response)
    assert "asked to cancel" not in words(response)
    assert not RescheduleRequest.objects.exists()


def test_asked_twice_the_second_press_is_told(as_maya: Browser, appointment: Appointment) -> None:
    followed(as_maya, url(appointment, "ask/"), asking())
    assert "Jordan has been asked already. Nothing was sent twice." in followed(
        as_maya, url(appointment, "ask/"), asking()
    )
    assert OutboxMessage.objects.count() == 1


def test_while_it_waits_it_can_be_moved_or_taken_back(as_maya: Browser, appointment: Appointment) -> None:
    asked_to_move(appointment)
    page = words(as_maya.get(url(appointment)))
    assert "Waiting for Jordan" in page
    assert "Keep the time for Jordan" not in page
    page = followed(as_maya, url(appointment, "withdraw/"), {})
    assert "Jordan no longer needs to pick another time. This one stays." in page
    assert "Waiting for Jordan" not in page
    assert RescheduleRequest.objects.get().outcome == "withdrawn"


def test_what_is_answered_is_not_taken_back(as_maya: Browser, appointment: Appointment) -> None:
    asked_to_move(appointment)
    move(appointment)
    page = followed(as_maya, url(appointment, "withdraw/"), {})
    assert "It has been moved meanwhile, so nothing more was sent to Jordan." in page


def test_where_nothing_was_asked_nothing_is_taken_back(as_maya: Browser, appointment: Appointment) -> None:
    response = as_maya.post(url(appointment, "withdraw/"))
    assert response["Location"] == f"/appointments/{appointment.uid}/"
    assert HistoryEntry.objects.count() == 1


# --- Around ---


def test_details_and_cancel_form_lead_there(as_maya: Browser, appointment: Appointment) -> None:
    for page in (f"/appointments/{appointment.uid}/", f"/appointments/{appointment.uid}/cancel/"):
        assert f'href="{url(appointment)}"' in html(as_maya.get(page))


@pytest.mark.parametrize("more", ["", "ask/", "withdraw/"])
def test_another_providers_appointment_is_not_there(as_maya: Browser, sam: Provider, more: str) -> None:
    theirs = booked(sam, make_client(sam), start=FRIDAY_10)
    asked_to_move(theirs)
    assert as_maya.post(url(theirs, more), MOVED | asking()).status_code == 404
    assert RescheduleRequest.objects.get().is_open
    assert not OutboxMessage.objects.exists()


@pytest.mark.only_sqlite
def test_the_page_takes_as_many_queries_beside_30_appointments_as_beside_1(
    as_maya: Browser, appointment: Appointment, maya: Provider
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_maya.get(url(appointment)).status_code == 200
        return len(captured)

    alone = queries()
    client = make_client(maya, signs_in=False)
    for number in range(30):
        booked(maya, client, start=FRIDAY_10 + timedelta(days=1 + number))
    assert queries() == alone


@pytest.mark.only_sqlite
def test_the_dashboard_takes_as_many_queries_for_30_who_wait_as_for_1(
    as_maya: Browser, appointment: Appointment, maya: Provider
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_maya.get("/dashboard/")
        return len(captured)

    asked_to_move(appointment)
    one = queries()
    for number in range(30):
        asked_to_move(booked(maya, make_client(maya, signs_in=False), start=FRIDAY_10 + timedelta(days=1 + number)))
    assert queries() == one


def test_what_has_begun_waits_no_more(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    begun = booked(maya, jordan, start=NOW - timedelta(minutes=5))
    asked_to_move(begun, asked_at=NOW - timedelta(days=1))
    assert "Waiting for an answer" not in words(as_maya.get("/dashboard/"))
    assert "Asked to move" not in words(as_maya.get("/appointments/?show=all"))


def test_a_question_that_did_not_arrive_needs_the_provider(as_maya: Browser, appointment: Appointment) -> None:
    followed(as_maya, url(appointment, "ask/"), asking())
    OutboxMessage.objects.update(status="bounced", bounced_at=NOW)
    assert "Jordan may not know that you asked for another time than Fri, Mar 6, 10:00 AM EST." in plain(
        words(as_maya.get("/dashboard/"))
    )
