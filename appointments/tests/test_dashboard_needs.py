"""What needs the provider, on their Dashboard: fees to decide, mail that did not arrive, and nothing of others."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.test import Client as Browser
from django.urls import reverse

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_dashboard import cancel, come_back, page, text
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import Status
from practice.actors import Actor
from practice.models import Provider


def needs(browser: Browser, **query: Any) -> list[str]:
    return [text(row) for row in re.findall(r'<article class="needs-row">(.*?)</article>', page(browser, **query))]


def test_nothing_needs_you_is_said_and_the_section_goes(as_maya: Browser) -> None:
    assert "10:44 AM EST. Nothing needs you." in page(as_maya)
    assert "needs-you" not in page(as_maya)


def test_a_fee_to_decide_says_whose_why_and_where(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.admin(maya.user_id))
    [need] = needs(as_maya)
    assert need == (
        "Late fee for Jordan Lee, $75.00 The office canceled tomorrow’s 8:59 AM with 22 h 15 min notice. "
        "Decide fee for Jordan Lee"
    )
    assert reverse("appointments:decide_fee", args=[appointment.uid]) in page(as_maya)
    assert "Nothing needs you" not in page(as_maya)

    decision = FeeDecision(FeeChoice.WAIVE, Decimal("75.00"), why="First time")
    fees.decide(appointment.fees.get(), decision=decision, by=Actor.provider(maya.user_id), at=NOW)
    assert needs(as_maya) == []


def test_a_mail_that_came_back_says_what_the_client_may_not_know(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), "provider-not-available")
    assert needs(as_maya) == []
    come_back(jordan)
    [need] = needs(as_maya)
    assert need == (
        "Mail to Jordan Lee bounced Jordan may not know that Fri, Mar 6, 10:44 AM EST is canceled. "
        "Fix address of Jordan Lee"
    )
    assert reverse("appointments:client", args=[jordan.pk]) in page(as_maya)
    come_back(jordan, Status.FAILED)
    assert needs(as_maya)[0].startswith("Mail to Jordan Lee failed")
    assert needs(as_maya)[0].endswith("Send again to Jordan Lee")
    come_back(jordan, Status.COMPLAINED)
    assert needs(as_maya)[0].startswith("Mail to Jordan Lee was marked as spam Jordan may not know")
    assert needs(as_maya)[0].endswith("Reach Jordan")


def test_a_mended_address_still_leaves_a_client_to_be_told_until_the_start(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), "provider-not-available")
    come_back(jordan)
    jordan.email = "jordan@example.org"
    jordan.save()
    [need] = needs(as_maya)
    assert need.startswith("Mail to Jordan Lee bounced Jordan may not know that Fri, Mar 6, 10:44 AM EST is canceled.")
    assert need.endswith("Send again to Jordan Lee")
    with time_machine.travel(appointment.start, tick=False):
        assert needs(as_maya) == []


def test_only_the_newest_mail_about_an_appointment_counts(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.admin(maya.user_id))
    come_back(jordan)
    decision = FeeDecision(FeeChoice.WAIVE, Decimal("75.00"), why="First time")
    fees.decide(appointment.fees.get(), decision=decision, by=Actor.provider(maya.user_id), at=NOW)
    assert needs(as_maya) == []
    come_back(jordan)
    assert "Jordan may not know what was decided about the fee for Wed, Mar 4, 8:59 AM EST." in needs(as_maya)[0]


def test_mail_about_what_is_long_over_no_longer_needs_you(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW - timedelta(days=31), booked_at=NOW - timedelta(days=45))
    cancel(appointment, Actor.provider(maya.user_id), "provider-unwell", at=NOW - timedelta(days=40))
    come_back(jordan)
    assert needs(as_maya) == []


def test_what_needs_another_provider_is_not_shown(as_maya: Browser, sam: Provider) -> None:
    client = make_client(sam, first_name="Hidden")
    cancel(late(sam, client), Actor.admin(sam.user_id))
    come_back(client)
    assert needs(as_maya) == []
    assert "Hidden" not in page(as_maya)


def test_phones_show_three_before_all(as_maya: Browser, maya: Provider) -> None:
    for number in range(5):
        client = make_client(maya, signs_in=False)
        cancel(booked(maya, client, start=NOW + timedelta(hours=3 + number)), Actor.admin(maya.user_id))
    assert 'class="panel needs short"' in page(as_maya)
    assert 'href="/dashboard/?needs=all#needs-you">All (5)' in page(as_maya)
    assert len(needs(as_maya)) == 5
    assert 'class="panel needs short"' not in page(as_maya, needs="all")
    assert "All (5)" not in page(as_maya, needs="all")
