"""The provider’s cancel form where somebody was first, or the session has begun."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import Appointment, Cancellation, Fee
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_cancelling import CHARGED, fee_block, nothing_happened, page, reason, submit
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import text


def first(appointment: Appointment, by: Actor) -> Cancellation:
    return cancellation.cancel(
        appointment,
        by=by,
        reason=reason("provider-unwell"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=NOW,
    )


def test_pressing_twice_makes_one_cancellation_and_lands_on_the_confirmation(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    once = submit(as_maya, appointment, **CHARGED)
    twice = submit(as_maya, appointment, **CHARGED)
    assert once.headers["Location"] == twice.headers["Location"] == f"/appointments/{appointment.uid}/canceled/"
    assert (Cancellation.objects.count(), Fee.objects.count(), OutboxMessage.objects.count()) == (1, 1, 2)


def test_the_second_is_told_by_whom_and_when(as_maya: Browser, maya: Provider, jordan: Client, office: User) -> None:
    appointment = late(maya, jordan)
    first(appointment, Actor.admin(office.pk))
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        response = submit(as_maya, appointment, **CHARGED)
    words = text(response)
    assert "Already canceled" in words
    assert "The office canceled this at 10:44 AM, 2 min ago. Nothing was sent twice." in words
    assert f'href="/appointments/{appointment.uid}/canceled/">See it' in response.content.decode()
    assert Cancellation.objects.count() == 1


def test_the_form_of_a_canceled_one_says_so_instead(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    first(appointment, Actor.provider(maya.user_id))
    words = text(page(as_maya, appointment))
    assert "You canceled this at 10:44 AM" in words
    assert "Cancel Appointment" not in words


def test_lost_to_another_browser_at_the_last_moment(
    as_maya: Browser, maya: Provider, jordan: Client, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment, held = late(maya, jordan), AppointmentQuerySet.held

    def somebody_else_first(rows: AppointmentQuerySet) -> AppointmentQuerySet:
        monkeypatch.setattr(AppointmentQuerySet, "held", held)
        first(appointment, Actor.admin(office.pk))
        return held(rows)

    monkeypatch.setattr(AppointmentQuerySet, "held", somebody_else_first)
    words = text(submit(as_maya, appointment, **CHARGED))
    assert "The office canceled this at 10:44 AM, moments ago. Nothing was sent twice." in words
    assert Cancellation.objects.count() == 1


@pytest.mark.parametrize(
    ("started", "since"),
    [
        (timedelta(0), "This session has started"),
        (timedelta(minutes=49), "This session has started"),
        (timedelta(minutes=50), "This session is over"),
        (timedelta(days=2), "This session is over"),
    ],
)
def test_a_started_session_says_how_to_reach_the_office(
    started: timedelta, since: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan, start=NOW - started)
    for response in (page(as_maya, appointment), submit(as_maya, appointment)):
        words = text(response)
        assert words.count(since) == 2  # as the heading and in the sentence
        assert f"<title>{since}" in response.content.decode()
        assert f"{since}, so it can’t be canceled here." in words
        assert "call (212) 555-0100 or write to office@alderstreet.example" in words
        assert 'href="tel:2125550100"' in response.content.decode()
        assert 'href="mailto:office@alderstreet.example"' in response.content.decode()
        assert "Cancel Appointment" not in words
    assert nothing_happened(appointment)


def test_up_to_the_microsecond_of_the_start_it_can_be_canceled(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(microseconds=1))
    submit(as_maya, appointment, "provider-unwell")
    appointment.refresh_from_db()
    assert appointment.status == "canceled"


def test_a_completed_session_leaves_nothing_to_cancel(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW - timedelta(days=1), status="completed")
    assert "marked as completed, so there is nothing left to cancel" in text(page(as_maya, appointment))
    assert "marked as completed" in fee_block(as_maya, appointment, "client-asked")
