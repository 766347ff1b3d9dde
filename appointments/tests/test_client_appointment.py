"""The client portal's page of one appointment: what was agreed to, what became of it, and nothing private."""

from datetime import timedelta
from decimal import Decimal

from django.test import Client as Browser

from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_client_home import cancel, own, page
from clients.models import Client
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede


def test_details_show_what_was_agreed_to(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, format="in_person")
    text = page(as_jordan, own(appointment))
    assert "Friday, March 6 at 10:44 AM 10:44–11:34 AM, New York time (EST), with Maya Chen, LCSW" in text
    assert "In person 12 Alder Street, New York" in text
    assert (
        "What you agreed to You can cancel free of charge until Thu, Mar 5, 10:44 AM EST, 24 hours ahead. "
        "Later than that, or if you do not come, a fee of up to $75.00 may apply. Agreed on Jan 12, 2026." in text
    )
    assert "You booked it and agreed to the policy" in text


def test_a_shorter_notice_in_force_counts_and_is_said_beside_what_was_agreed(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan)
    terms = Terms(notice_hours=12, late_fee=Decimal("90.00"), no_show_fee=Decimal("90.00"), grace_minutes=15)
    supersede(maya, terms=terms, by=Actor.system(), at=NOW - timedelta(days=1))
    text = page(as_jordan, own(appointment))
    assert "until Thu, Mar 5, 10:44 AM EST, 24 hours ahead" in text
    assert "The notice is shorter now, and the shorter one counts: Thu, Mar 5, 10:44 PM EST." in text
    assert "$90.00" not in text


def test_details_of_a_canceled_one_say_who_when_and_what_the_provider_wrote(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = on_time(maya, jordan)
    cancel(
        appointment, Actor.provider(maya.user_id), "talked-over",
        to_client="Until <next> week.", private="Relapse, see notes",
    )  # fmt: skip
    text = page(as_jordan, own(appointment))
    assert "Maya canceled it on Tue, Mar 3, 10:44 AM EST." in text
    assert "This appointment is canceled, as you and Maya talked over." in text
    assert "Maya writes: Until <next> week." in text
    assert "No fee applies." in text
    assert "Cancel appointment" not in text
    for hidden in ("Relapse", "Clinical reasons", "talked over with Jordan"):
        assert hidden not in text


def test_a_late_fee_is_explained_and_the_providers_own_words_are_not_shown(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    done = cancel(appointment, Actor.admin(maya.user_id))
    done.fees.update(why="Difficult client")
    text = page(as_jordan, own(appointment))
    assert "Up to $75.00 Not decided yet Maya decides whether it applies, and you get a mail." in text
    assert "It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to $75.00" in text
    assert "The office canceled it" in text
    assert "Difficult" not in text
