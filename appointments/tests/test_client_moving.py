"""A client moves an appointment or takes a cancellation back, by both ways in."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from appointments import cancellation, reschedule_requests
from appointments.drafts import Notes
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_client_cancelling import provider_cancels
from appointments.tests.test_manage_links import link, stranger
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede
from practice.tests.reading import text

__all__ = ["stranger"]

FRIDAY_10 = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
FRIDAY_11 = FRIDAY_10 + timedelta(hours=1)


@pytest.fixture
def appointment(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    """Friday, March 6, 10:00 AM EST."""
    return booked(maya, jordan, start=FRIDAY_10)


@pytest.fixture(params=["signed in", "by link"])
def way(
    request: pytest.FixtureRequest, appointment: Appointment, as_jordan: Browser, stranger: Browser
) -> tuple[Browser, str]:
    """A browser, and where the appointment's pages are for it."""
    if request.param == "by link":
        return stranger, link(appointment)
    return as_jordan, f"/my/appointments/{appointment.uid}/"


def to(start: datetime, **more: str) -> dict[str, str]:
    return {"start": start.isoformat(), "format": "video", **more}


def ask(appointment: Appointment, *, note: str = "", let_go_at: datetime | None = None) -> None:
    reschedule_requests.ask(
        appointment,
        by=Actor.provider(appointment.provider.user_id),
        note=note,
        reason=CancellationReason.objects.get(key="provider-not-available"),
        let_go_at=let_go_at,
        block=False,
        at=NOW,
    )


def test_it_moves_by_both_ways_and_says_the_old_and_the_new_time(
    way: tuple[Browser, str], appointment: Appointment
) -> None:
    browser, here = way
    page = text(browser.get(f"{here}move/"))
    assert "Move your appointment Booked now: Friday, March 6, 10:00–10:50 AM EST, with Maya Chen" in page
    assert "You can cancel free of charge until 24 hours before the start." in page
    assert "I have read this and agree" not in page
    answer = browser.post(f"{here}move/", to(FRIDAY_11))
    assert answer["Location"] == f"{here}moved/"
    uid, token, policy = appointment.uid, appointment.manage_token, appointment.acknowledged_policy
    appointment.refresh_from_db()
    assert (appointment.start, appointment.sequence, appointment.uid) == (FRIDAY_11, 1, uid)
    assert (appointment.manage_token, appointment.acknowledged_policy) == (token, policy)
    page = text(browser.get(f"{here}moved/"))
    assert "Before Fri, Mar 6, 10:00–10:50 AM EST Now Fri, Mar 6, 11:00–11:50 AM EST" in page
    assert "You can cancel free of charge until Thu, Mar 5, 11:00 AM EST, 24 hours ahead." in page
    assert OutboxMessage.objects.filter(kind="moved").count() == 2


def test_a_press_too_many_leads_to_what_it_did(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    for _ in range(2):
        assert browser.post(f"{here}move/", to(FRIDAY_11))["Location"] == f"{here}moved/"
    appointment.refresh_from_db()
    assert appointment.sequence == 1


def test_a_time_taken_meanwhile_moves_nothing_and_the_nearest_are_shown(
    way: tuple[Browser, str], appointment: Appointment, maya: Provider
) -> None:
    browser, here = way
    booked(maya, make_client(maya), start=FRIDAY_11)
    page = text(browser.post(f"{here}move/", to(FRIDAY_11)))
    assert "That time is no longer free, so nothing was moved. Other times near it are below." in page
    assert "Nearest free times" in page
    appointment.refresh_from_db()
    assert appointment.start == FRIDAY_10


def test_the_deadline_is_that_of_canceling(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    with time_machine.travel(FRIDAY_10 - timedelta(hours=24), tick=False):
        assert "Move it" in text(browser.get(here))
        assert "Move your appointment" in text(browser.get(f"{here}move/"))
    with time_machine.travel(FRIDAY_10 - timedelta(hours=24, microseconds=-1), tick=False):
        assert "Move it" not in text(browser.get(here))
        page = text(browser.post(f"{here}move/", to(FRIDAY_11)))
    assert "Nothing was moved Your request reached us after the deadline." in page
    assert "This appointment can no longer be moved online" in page
    assert "You could move it yourself until Thu, Mar 5, 10:00 AM EST, 24 hours ahead." in page
    appointment.refresh_from_db()
    assert appointment.start == FRIDAY_10


def test_a_policy_that_asks_for_more_is_agreed_to_anew(
    way: tuple[Browser, str], appointment: Appointment, maya: Provider
) -> None:
    browser, here = way
    terms = Terms(notice_hours=48, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=15, words="")
    policy = supersede(provider=maya, terms=terms, by=Actor.provider(maya.user_id), at=NOW - timedelta(days=1))
    page = text(browser.get(f"{here}move/"))
    assert "This asks for more than what you agreed to when you booked, so it needs your agreement anew." in page
    assert "You can cancel free of charge until 48 hours before the start." in page
    monday = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    page = text(browser.post(f"{here}move/", to(monday, policy=str(policy.pk))))
    assert "To move it, agree to this. To talk about it first, call Maya at (212) 555-0186." in page
    browser.post(f"{here}move/", to(monday, policy=str(policy.pk), agree="on"))
    appointment.refresh_from_db()
    assert (appointment.start, appointment.acknowledged_policy, appointment.acknowledged_at) == (monday, policy, NOW)


def test_who_is_asked_for_another_time_may_move_it_until_the_start(
    way: tuple[Browser, str], appointment: Appointment
) -> None:
    browser, here = way
    ask(appointment, note="My train is late", let_go_at=FRIDAY_10 - timedelta(hours=2))
    with time_machine.travel(FRIDAY_10 - timedelta(hours=3), tick=False):
        page = text(browser.get(here))
        assert "Maya asks you to pick another time" in page
        assert "This one stays booked until Fri, Mar 6, 8:00 AM EST. Moving it costs nothing." in page
        assert ("My train is late" in page) == here.startswith("/my/")
        monday = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
        assert browser.post(f"{here}move/", to(monday))["Location"] == f"{here}moved/"
    appointment.refresh_from_db()
    assert appointment.start == monday


def test_what_is_canceled_moves_nowhere(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    browser.post(f"{here}cancel/", {"reason": str(CancellationReason.objects.get(key="not-said").pk)})
    page = text(browser.post(f"{here}move/", to(FRIDAY_11)))
    assert "This appointment is canceled" in page
    assert browser.get(f"{here}moved/")["Location"] == here


def test_near_times_say_first_that_they_cannot_be_canceled(
    way: tuple[Browser, str], appointment: Appointment, maya: Provider
) -> None:
    browser, here = way
    maya.minimum_notice_hours = 1
    maya.save()
    soon = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    page = text(browser.post(f"{here}move/", to(soon)))
    assert "Nothing is moved yet This is less than 24 hours ahead, so it can’t be canceled online." in page
    assert "Move it anyway" in page
    assert browser.post(f"{here}move/", to(soon, near=soon.isoformat()))["Location"] == f"{here}moved/"


def test_who_is_cared_for_no_longer_moves_nothing(
    way: tuple[Browser, str], appointment: Appointment, care: CareRelationship
) -> None:
    browser, here = way
    care.ended_at = NOW
    care.save()
    assert "Move it" not in text(browser.get(here))
    for page in (text(browser.get(f"{here}move/")), text(browser.post(f"{here}move/", to(FRIDAY_11)))):
        assert "This appointment can’t be moved online" in page
        assert "It stays as it is. If you need another time, call or write to Maya." in page
        assert "Move appointment" not in page


def test_home_says_that_another_time_is_asked_for(as_jordan: Browser, appointment: Appointment) -> None:
    move = f'href="/my/appointments/{appointment.uid}/move/"'
    home = as_jordan.get("/home/")
    assert "Cancel appointment Move it See details" in text(home)
    assert move in home.content.decode()
    ask(appointment)
    home = as_jordan.get("/home/")
    assert "Maya asks you to pick another time Pick another time" in text(home)
    assert "Move it" not in text(home)


def test_nobody_is_asked_to_move_what_is_left_from_care_that_has_ended(
    as_jordan: Browser, appointment: Appointment, care: CareRelationship, sam: Provider
) -> None:
    """Not even who is cared for by someone else here."""
    CareRelationship.objects.create(provider=sam, client=appointment.client)
    ask(appointment)
    care.ended_at = NOW
    care.save()
    for url in ("/home/", f"/my/appointments/{appointment.uid}/", link(appointment)):
        page = as_jordan.get(url)
        assert "Cancel appointment" in text(page)
        assert "Pick another time" not in text(page)
        assert "Call Maya at (212) 555-0186" in text(page)
        assert "/move/" not in page.content.decode()


# --- I changed my mind ---


def canceled_by(way: tuple[Browser, str]) -> str:
    browser, here = way
    reason = CancellationReason.objects.get(key="not-well")
    answer = browser.post(f"{here}cancel/", {"reason": str(reason.pk), "note": "Fever"})
    assert answer["Location"] == f"{here}canceled/"
    return text(browser.get(f"{here}canceled/"))


def test_a_cancellation_is_taken_back_by_both_ways(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    assert "I changed my mind" in canceled_by(way)
    assert "Did you change your mind?" in text(browser.get(here))
    assert browser.get(f"{here}restore/").status_code == 405
    answer = browser.post(f"{here}restore/", follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "Your appointment stands as it was." in text(answer)
    appointment.refresh_from_db()
    assert appointment.is_booked
    again = browser.post(f"{here}restore/", follow=True)
    assert "brought this appointment back" in text(again)
    appointment.refresh_from_db()
    assert appointment.sequence == 2


def test_a_time_taken_since_stays_canceled_and_the_nearest_are_shown(
    way: tuple[Browser, str], appointment: Appointment, maya: Provider, care: CareRelationship
) -> None:
    browser, here = way
    canceled_by(way)
    booked(maya, make_client(maya), start=FRIDAY_10)
    assert "I changed my mind" not in text(browser.get(f"{here}canceled/"))
    answer = browser.post(f"{here}restore/")
    assert "It is still canceled That time has been booked since" in text(answer)
    assert "The nearest free times: Fri, Mar 6," in text(answer)
    assert f"/b/{care.booking_token}/?from=2026-03-06" in answer.content.decode()
    appointment.refresh_from_db()
    assert not appointment.is_booked


def test_what_the_provider_canceled_is_not_taken_back_by_the_client(
    way: tuple[Browser, str], appointment: Appointment
) -> None:
    browser, here = way
    provider_cancels(appointment, at=NOW)
    assert "Did you change your mind?" not in text(browser.get(here))
    browser.post(f"{here}restore/")
    appointment.refresh_from_db()
    assert not appointment.is_booked


# --- Into a calendar ---


def test_it_can_be_put_into_a_calendar(way: tuple[Browser, str], appointment: Appointment, jordan: Client) -> None:
    browser, here = way
    assert f'href="{here}appointment.ics"' in browser.get(here).content.decode()
    answer = browser.get(f"{here}appointment.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    lines = answer.content.decode().split("\r\n")
    assert {"METHOD:PUBLISH", f"UID:{appointment.uid}", "SEQUENCE:0", "STATUS:CONFIRMED"} <= set(lines)
    assert {"DTSTART:20260306T150000Z", "SUMMARY:Appointment with Maya Chen"} <= set(lines)
    for absent in ("ATTENDEE", "ORGANIZER", "Jordan", "LCSW", appointment.manage_token):
        assert absent not in answer.content.decode()
    jordan.discreet = True
    jordan.save()
    assert "SUMMARY:Appointment\r\n" in browser.get(f"{here}appointment.ics").content.decode()


def test_a_canceled_one_is_taken_out_by_it(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    cancellation.cancel(
        appointment, by=Actor.client(), reason=CancellationReason.objects.get(key="not-said"), told_at=None,
        notes=Notes(), send_link=False, fee=None, at=NOW,
    )  # fmt: skip
    lines = browser.get(f"{here}appointment.ics").content.decode().split("\r\n")
    assert {"STATUS:CANCELLED", "SEQUENCE:1"} <= set(lines)


def test_late_the_page_says_what_to_do(stranger: Browser, maya: Provider, jordan: Client, now: datetime) -> None:
    near = late(maya, jordan)
    assert "This appointment can no longer be moved online" in text(stranger.get(link(near, "move/")))
