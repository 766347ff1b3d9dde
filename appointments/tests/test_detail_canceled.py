"""The details of a canceled appointment: who, why and with what notice, every note, and what became of its fee."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse

from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_detail import CHARGED, facts, menu, page, text
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider, User


def test_a_canceled_one_says_who_why_with_what_notice_and_every_note(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    notes = Notes(to_client="Be well.\nSee you.", private="<b>Third</b> time")
    cancel(appointment, Actor.provider(maya.user_id), told_at=NOW - timedelta(hours=1), notes=notes, fee=CHARGED)
    found, said = page(as_maya, appointment), facts(as_maya, appointment)
    assert '<s class="struck">8:59–9:49 AM</s>' in found
    assert "Already canceled" in menu(as_maya, appointment)
    assert reverse("appointments:cancel", args=[appointment.uid]) not in found
    assert {key: said[key] for key in list(said)[4:10]} == {
        "Canceled by": "You Today, 10:44 AM EST",
        "Reason": "Jordan asked to cancel",
        "Notice": "23 h 15 min, late Told Tue, Mar 3, 9:44 AM EST",
        "Booking link": "Sent to Jordan",
        "Note to Jordan": "Be well. See you.",
        "Private note, only you see it": "&lt;b&gt;Third&lt;/b&gt; time",
    }
    assert "Jordan Lee Canceled Fee due $75.00" in text(found)


def test_one_canceled_after_its_start_says_so(as_maya: Browser, maya: Provider, jordan: Client, office: User) -> None:
    appointment = booked(maya, jordan, start=NOW - timedelta(hours=3))
    cancel(appointment, Actor.admin(office.pk))
    assert facts(as_maya, appointment)["Notice"] == "3 h after the start"


def test_a_clients_own_note_is_shown(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    notes = Notes(to_provider="I have a fever.")
    cancel(appointment, Actor.client(jordan.user_id), "not-well", notes=notes, send_link=False)
    said = facts(as_maya, appointment)
    assert said["Canceled by"] == "Jordan Today, 10:44 AM EST"
    assert said["Note from Jordan"] == "I have a fever."
    assert said["Booking link"] == "Not sent"
    assert "No late fee: 26 h before the start is on time; your policy asks for 24 hours." in page(as_maya, appointment)


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        (CHARGED, ("Fee due $75.00", "The late fee is $75.00")),
        (
            FeeDecision(FeeChoice.REDUCE, Decimal("75.00"), Decimal("40.00"), "First time late"),
            ("Fee due $40.00", "The late fee is $40.00, reduced from $75.00 First time late"),
        ),
        (
            FeeDecision(FeeChoice.WAIVE, Decimal("75.00"), why="Ill child"),
            ("Fee waived", "The late fee of $75.00 is waived Ill child"),
        ),
    ],
)
def test_a_fee_is_shown_with_what_was_decided_and_why_this_amount(
    as_maya: Browser, maya: Provider, jordan: Client, decision: FeeDecision, says: tuple[str, str]
) -> None:
    mark, title = says
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), fee=decision)
    said = text(page(as_maya, appointment))
    assert f"Jordan Lee Canceled {mark}" in said
    assert (
        f"{title} Because it was canceled 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026 "
        "to $75.00 inside 24 hours."
    ) in said
    assert "Decide fee" not in said


def test_a_fee_that_waits_leads_to_its_decision(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.admin(maya.user_id))
    assert "A late fee of $75.00 waits for your decision" in page(as_maya, appointment)
    assert page(as_maya, appointment).count(reverse("appointments:decide_fee", args=[appointment.uid])) == 2


def test_a_paid_fee_reads_paid(as_maya: Browser, maya: Provider, jordan: Client, office: User) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), fee=CHARGED)
    paid(appointment.fees.get(), by=Actor.admin(office.pk), at=NOW)
    assert "Canceled Fee paid" in text(page(as_maya, appointment))
    assert "The late fee of $75.00 is paid" in page(as_maya, appointment)


def test_why_there_was_no_fee_goes_by_the_policy_of_that_day(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), "provider-unwell")
    assert "No late fee: a cancellation on your side never owes one." in page(as_maya, appointment)
