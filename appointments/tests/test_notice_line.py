"""The notice line: where now stands on it, and the sentence that says the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from appointments import notice_line, terms
from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late, on_time
from clients.models import Client, Payer
from clients.tests.factories import make_client
from practice import policies
from practice.actors import Actor, ActorKind
from practice.models import Provider
from practice.zones import plain


def line(appointment: Appointment, reader: ActorKind, at: datetime = NOW) -> notice_line.NoticeLine:
    drawn = notice_line.draw(appointment, policy=terms.in_force(appointment, at=at), reader=reader, at=at)
    assert drawn is not None
    return drawn


def sentence(appointment: Appointment, reader: ActorKind, at: datetime = NOW) -> str:
    return plain(notice_line.sentence(appointment, policy=terms.in_force(appointment, at=at), reader=reader, at=at))


@pytest.mark.parametrize(
    ("left", "expected"), [(24, 50.0), (12, 75.0), (0, 100.0), (26, 45.83), (48, 0.0), (500, 0.0), (-3, 100.0)]
)
def test_the_deadline_is_the_middle_and_the_start_the_end(left: int, expected: float) -> None:
    assert notice_line.percent(left=timedelta(hours=left), notice=timedelta(hours=24)) == pytest.approx(
        expected, abs=0.01
    )


def test_at_the_very_deadline_it_has_not_passed(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=24))
    assert not line(appointment, ActorKind.PROVIDER).passed
    assert line(appointment, ActorKind.PROVIDER, NOW + timedelta(microseconds=1)).passed


def test_before_the_deadline(maya: Provider, jordan: Client) -> None:
    drawn = line(on_time(maya, jordan), ActorKind.PROVIDER)
    assert (plain(drawn.deadline_label), plain(drawn.now_label)) == ("Tue, Mar 3, 12:44 PM", "Now, 10:44 AM")
    assert plain(drawn.sentence) == (
        "Jordan can cancel free of charge until Tue, Mar 3, 12:44 PM EST. After that a fee of up to $75.00 may apply."
    )


def test_after_the_deadline(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    assert sentence(appointment, ActorKind.PROVIDER) == (
        "Jordan could cancel free of charge until Tue, Mar 3, 8:59 AM EST. Since then a fee of up to $75.00 may apply."
    )
    assert sentence(appointment, ActorKind.CLIENT).startswith("You could cancel free of charge until Tue, Mar 3")


def test_each_reads_it_in_their_own_zone(maya: Provider) -> None:
    priya = make_client(maya, first_name="Priya", time_zone="America/Los_Angeles")
    appointment = on_time(maya, priya)
    assert plain(line(appointment, ActorKind.CLIENT).deadline_label) == "Tue, Mar 3, 9:44 AM"
    assert plain(line(appointment, ActorKind.CLIENT).now_label) == "Now, 7:44 AM"
    assert "9:44 AM PST" in sentence(appointment, ActorKind.CLIENT)
    assert "12:44 PM EST" in sentence(appointment, ActorKind.PROVIDER)


def test_hours_are_elapsed_hours_over_a_clock_change(maya: Provider, jordan: Client) -> None:
    # Clocks go forward on Sunday, March 8, 2026: 24 hours before Sunday noon is Saturday 11 AM.
    appointment = booked(maya, jordan, start=datetime(2026, 3, 8, 16, 0, tzinfo=UTC))
    assert "until Sat, Mar 7, 11:00 AM EST." in sentence(appointment, ActorKind.PROVIDER)


def test_without_an_agreement_there_is_no_line_but_a_sentence(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan, acknowledged=None)
    policy = terms.in_force(appointment, at=NOW)
    assert notice_line.draw(appointment, policy=policy, reader=ActorKind.PROVIDER, at=NOW) is None
    assert sentence(appointment, ActorKind.PROVIDER) == (
        "Jordan can cancel online until Tue, Mar 3, 12:44 PM EST. "
        "No fee can follow: Jordan has not agreed to your fee policy for this appointment."
    )
    assert sentence(appointment, ActorKind.CLIENT).endswith(
        "No fee can follow: you have not agreed to one for this appointment."
    )


def test_a_payer_that_forbids_fees_is_named(maya: Provider) -> None:
    client = make_client(maya, first_name="Ana", payer=Payer.objects.get(name="Medicaid"))
    assert sentence(on_time(maya, client), ActorKind.PROVIDER).endswith(
        "No fee can follow: Medicaid does not allow fees for missed visits."
    )


def test_the_lower_fee_and_the_shorter_notice_count(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    softer = replace(policies.defaults(maya.practice), notice_hours=12, late_fee=Decimal("50.00"))
    policies.supersede(maya, terms=softer, by=Actor.system(), at=NOW)
    drawn = line(appointment, ActorKind.PROVIDER)
    assert plain(drawn.deadline_label) == "Wed, Mar 4, 12:44 AM"
    assert drawn.now_percent == 0.0
    assert "up to $50.00" in drawn.sentence


def test_a_fee_set_to_nothing_is_said(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    free = replace(policies.defaults(maya.practice), late_fee=Decimal(0))
    policies.supersede(maya, terms=free, by=Actor.system(), at=NOW)
    assert sentence(appointment, ActorKind.PROVIDER).endswith("No late fee can follow: it is set to $0.00.")


def test_a_grace_that_lasts_until_the_start_is_no_grace_for_not_coming(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    appointment.booked_at = NOW
    graceful = replace(policies.defaults(maya.practice), booking_grace_minutes=1440)
    policies.supersede(maya, terms=graceful, by=Actor.system(), at=NOW)
    assert sentence(appointment, ActorKind.CLIENT).endswith("No late fee can follow.")
