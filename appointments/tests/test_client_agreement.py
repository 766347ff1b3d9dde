"""A client agrees by both ways in: what they read, that nothing is ticked for them, and what opening it does."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked
from appointments.tests.test_client_moving import FRIDAY_10
from appointments.tests.test_manage_links import link, stranger
from clients.models import Client
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede
from practice.tests.reading import text

__all__ = ["stranger"]


@pytest.fixture
def appointment(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    """Friday, March 6, 10:00 AM EST, booked by Maya."""
    return booked(maya, jordan, start=FRIDAY_10, acknowledged=None)


@pytest.fixture(params=["signed in", "by link"])
def way(
    request: pytest.FixtureRequest, appointment: Appointment, as_jordan: Browser, stranger: Browser
) -> tuple[Browser, str]:
    if request.param == "by link":
        return stranger, link(appointment)
    return as_jordan, f"/my/appointments/{appointment.uid}/"


def policy_of(appointment: Appointment) -> str:
    return str(appointment.provider.fee_policies.in_force(at=NOW).pk)


def test_they_read_it_in_two_sentences_and_agree(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    assert "You have not agreed yet to what applies if plans change" in text(browser.get(here))
    answer = browser.get(f"{here}agree/")
    assert (
        "You can cancel free of charge until Thu, Mar 5, 10:00 AM EST, 24 hours ahead. "
        "Later than that, or if you do not come, a fee of up to $75.00 may apply."
    ) in text(answer)
    assert " checked" not in answer.content.decode()
    done = browser.post(f"{here}agree/", {"policy": policy_of(appointment), "agree": "on"}, follow=True)
    assert done.redirect_chain == [(here, 302)]
    assert "You have agreed. This applies to this appointment from now on." in text(done)
    assert "You have not agreed yet" not in text(done)
    appointment.refresh_from_db()
    assert (str(appointment.acknowledged_policy_id), appointment.acknowledged_at) == (policy_of(appointment), NOW)
    again = browser.post(f"{here}agree/", {"policy": policy_of(appointment), "agree": "on"}, follow=True)
    assert "You agreed to this on Mar 3, 2026. Nothing was changed." in text(again)
    assert browser.get(f"{here}agree/")["Location"] == here


def test_an_empty_box_agrees_to_nothing(way: tuple[Browser, str], appointment: Appointment) -> None:
    browser, here = way
    answer = browser.post(f"{here}agree/", {"policy": policy_of(appointment)})
    assert "Nothing was agreed to: the box is empty. To talk about it first, call Maya at (212) 555-0186." in text(
        answer
    )
    appointment.refresh_from_db()
    assert appointment.acknowledged_policy is None


def test_a_policy_that_is_new_since_is_read_again(
    way: tuple[Browser, str], appointment: Appointment, maya: Provider
) -> None:
    browser, here = way
    old = policy_of(appointment)
    terms = Terms(notice_hours=48, late_fee=Decimal(90), no_show_fee=Decimal(90), grace_minutes=15, words="")
    supersede(maya, terms=terms, by=Actor.provider(maya.user_id), at=NOW)
    answer = browser.post(f"{here}agree/", {"policy": old, "agree": "on"})
    assert "Read it again before you agree." in text(answer)
    assert "until Wed, Mar 4, 10:00 AM EST, 48 hours ahead" in text(answer)
    assert " checked" not in answer.content.decode()
    appointment.refresh_from_db()
    assert appointment.acknowledged_policy is None


def test_inside_the_notice_nothing_promises_a_free_cancellation(way: tuple[Browser, str]) -> None:
    browser, here = way
    with time_machine.travel(FRIDAY_10 - timedelta(hours=2), tick=False):
        page = text(browser.get(f"{here}agree/"))
    assert "This is less than 24 hours ahead, so it can’t be canceled online." in page
    assert "free of charge" not in page
