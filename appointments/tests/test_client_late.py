"""A client asks late, by both ways in: what the page offers, what it records, and what it says of the answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from appointments import late_requests
from appointments.models import Appointment, CancellationReason, LateRequest
from appointments.tests.factories import NOW, late
from appointments.tests.test_client_cancelling import provider_cancels
from appointments.tests.test_client_moving import FRIDAY_10, to
from appointments.tests.test_manage_links import link, stranger
from clients.models import Client
from notifications.models import OutboxMessage
from practice import policies
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import text

__all__ = ["stranger"]


@pytest.fixture
def appointment(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    """Wednesday, March 4, 8:59 AM EST; the deadline was 1 h 45 min ago."""
    return late(maya, jordan)


@pytest.fixture(params=["signed in", "by link"])
def way(
    request: pytest.FixtureRequest, appointment: Appointment, as_jordan: Browser, stranger: Browser
) -> tuple[Browser, str]:
    if request.param == "by link":
        return stranger, link(appointment)
    return as_jordan, f"/my/appointments/{appointment.uid}/"


def said(key: str = "not-well", note: str = "") -> dict[str, str]:
    return {"reason": str(CancellationReason.objects.get(key=key).pk), "note": note}


def test_the_page_says_cutoff_and_fee_and_offers_to_ask(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    page = text(browser.get(f"{here}cancel/"))
    assert "You could cancel yourself until Tue, Mar 3, 8:59 AM EST, 24 hours ahead. That was 1 h 45 min ago." in page
    assert "a fee of up to $75.00 may apply" in page
    assert "Ask Maya to cancel The instant you ask is recorded." in page
    assert "Call Maya Write to Maya Keep appointment" in page
    assert browser.get(f"{here}ask/").status_code == 405


def test_the_page_says_what_makes_the_fee_free_all_the_same(
    maya: Provider, jordan: Client, as_jordan: Browser, now: datetime
) -> None:
    kind = replace(policies.defaults(maya.practice), first_session_percent=0, rebook_days=7)
    agreed = policies.supersede(maya, terms=kind, by=Actor.provider(maya.user_id), at=now - timedelta(days=2))
    appointment = late(maya, jordan, acknowledged=agreed)
    page = text(as_jordan.get(f"/my/appointments/{appointment.uid}/cancel/"))
    assert (
        "a fee of up to $75.00 may apply, as you agreed on Jan 12, 2026; none for a first session, or if you book "
        "again and come within 7 days. Maya can reduce or waive it."
    ) in page


def test_asking_is_kept_with_its_instant_and_told(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    answer = browser.post(f"{here}ask/", said(note="Fever since last night"))
    assert answer["Location"] == f"{here}cancel/"
    asked = LateRequest.objects.get()
    assert (asked.asked_at, asked.reason.key, asked.note) == (NOW, "not-well", "Fever since last night")
    assert OutboxMessage.objects.get().recipient == "maya.chen@example.com"
    page = text(browser.get(f"{here}cancel/"))
    assert "You asked Maya to cancel on Tue, Mar 3, 10:44 AM EST That instant is recorded" in page
    assert "The appointment stays booked until Maya answers" in page
    assert "Call Maya Write to Maya Keep appointment" in page
    assert "Fever" not in page
    assert "You asked Maya to cancel on Tue, Mar 3, 10:44 AM EST, and there is no answer yet." in text(
        browser.get(here)
    )
    appointment.refresh_from_db()
    assert appointment.is_booked


def test_asking_twice_asks_once(way: tuple[Browser, str]) -> None:
    browser, here = way
    for _ in range(2):
        assert browser.post(f"{here}ask/", said())["Location"] == f"{here}cancel/"
    assert LateRequest.objects.count() == OutboxMessage.objects.count() == 1


def test_what_is_too_long_is_said_and_kept(way: tuple[Browser, str]) -> None:
    browser, here = way
    answer = browser.post(f"{here}ask/", said(note="x" * 1001))
    assert "<title>Error: " in answer.content.decode()
    assert "At most 1,000 characters: this has 1001." in text(answer)
    assert not LateRequest.objects.exists()


def test_a_form_sent_after_the_deadline_need_not_be_written_again(way: tuple[Browser, str]) -> None:
    browser, here = way
    answer = browser.post(f"{here}cancel/", said("work-or-family", "My <train> is late"))
    page = answer.content.decode()
    assert "Nothing was canceled Your request reached us after the deadline." in text(answer)
    assert "What you wrote is below; it was not sent." in text(answer)
    assert "My &lt;train&gt; is late</textarea>" in page
    chosen = next(part for part in page.split("<input") if " checked" in part)
    assert f'value="{CancellationReason.objects.get(key="work-or-family").pk}"' in chosen
    assert not LateRequest.objects.exists()


def test_an_answer_stands_there_and_its_words_behind_the_sign_in_alone(
    way: tuple[Browser, str], appointment: Appointment
) -> None:
    browser, here = way
    browser.post(f"{here}ask/", said())
    declined(appointment)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = text(browser.get(f"{here}cancel/"))
    assert "Maya did not cancel it You asked on Tue, Mar 3, 10:44 AM EST" in page
    assert "and Maya answered on Tue, Mar 3, 10:49 AM EST. The appointment stays booked." in page
    assert ("Maya writes: We can meet by video." in page) == here.startswith("/my/")
    assert ("What Maya wrote is in your mail." in page) == here.startswith("/m/")
    assert "Call Maya" in page


def declined(appointment: Appointment) -> None:
    late_requests.decline(
        LateRequest.objects.get(),
        by=Actor.provider(appointment.provider.user_id),
        words="We can meet by video.",
        at=NOW + timedelta(minutes=5),
    )


def test_after_a_no_the_page_offers_to_ask_again_and_then_waits_again(
    way: tuple[Browser, str], appointment: Appointment
) -> None:
    browser, here = way
    browser.post(f"{here}ask/", said())
    declined(appointment)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = browser.get(f"{here}cancel/")
        assert "Ask Maya again The instant you ask is recorded." in text(page)
        assert "Ask Maya to cancel" not in text(page)
        assert page.content.decode().split("</main>")[0].count("button primary") == 1
        again = text(browser.post(f"{here}ask/", said("in-distress", note="I can’t, really"), follow=True))
    first, second = LateRequest.objects.all()
    assert (first.answer, second.is_open, second.asked_at) == ("declined", True, NOW + timedelta(hours=1))
    assert "You asked Maya to cancel on Tue, Mar 3, 11:44 AM EST That instant is recorded" in again
    assert "did not cancel it" not in again
    assert "Ask Maya again" not in again
    assert OutboxMessage.objects.filter(kind="late_request").count() == 2


def test_on_time_or_canceled_there_is_nothing_to_ask(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    with time_machine.travel(NOW - timedelta(hours=3), tick=False):
        answer = browser.post(f"{here}ask/", said(), follow=True)
        assert "You can cancel this appointment yourself until Tue, Mar 3, 8:59 AM EST" in text(answer)
        assert "Cancel this appointment?" in text(answer)
    provider_cancels(appointment, at=NOW)
    assert "This appointment is already canceled" in text(browser.post(f"{here}ask/", said(), follow=True))
    assert not LateRequest.objects.exists()


def test_a_late_move_offers_the_same(way: tuple[Browser, str]) -> None:
    browser, here = way
    page = text(browser.post(f"{here}move/", to(FRIDAY_10)))
    assert "This appointment can no longer be moved online" in page
    assert "Ask Maya to cancel" in page
