"""The mails of a move, whole: old and new time, text, HTML and invitation, and what must be absent."""

from datetime import timedelta
from textwrap import dedent

import pytest

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_emails_booked import unfolded
from appointments.tests.test_rescheduling import move
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import words_of


@pytest.fixture
def appointment(maya: Provider, jordan: Client) -> Appointment:
    """Jordan lives an hour behind Maya; the new time is after the clocks go forward."""
    jordan.time_zone = "America/Chicago"
    jordan.save()
    return booked(maya, jordan, start=FRIDAY_10)


def mails() -> tuple[OutboxMessage, OutboxMessage]:
    to_client, to_provider = OutboxMessage.objects.order_by("id")
    return to_client, to_provider


def test_the_clients_mail_of_their_own_move(appointment: Appointment) -> None:
    move(appointment)
    mail, _ = mails()
    assert (mail.recipient, mail.key, mail.kind) == (
        "jordan.lee@example.com", f"move:{appointment.pk}:1:client", "moved",
    )  # fmt: skip
    assert mail.subject == "Moved: now Mon, Mar 9, 10:00 AM CDT"
    assert mail.text == dedent(f"""\
        Your appointment has a new time

        Hello Jordan,

        You moved this appointment.

        Before: Friday, March 6, 9:00–9:50 AM CST

        New time:
        Monday, March 9
        10:00–10:50 AM CDT

        With Maya Chen
        Format: Video

        This mail moves it in your calendar.

        If plans change
        You can cancel free of charge until Sun, Mar 8, 10:00 AM CDT, 24 hours ahead. Later than that, or if you do not come, a fee of up to $75.00 may apply.
        To cancel or move it, use the link below. Later than the time above, call Maya at (212) 555-0186 or write to maya.chen@example.com.

        See, move or cancel it:
        http://127.0.0.1:8000/m/{appointment.manage_token}/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501


def test_text_and_html_say_the_same(appointment: Appointment) -> None:
    move(appointment)
    for mail in mails():
        said = " ".join(words_of(mail.html)).replace(" .", ".")
        for line in filter(None, mail.text.splitlines()):
            told = line.replace(": ", " ", 1).rstrip(":")
            assert line.startswith("Questions?") or told in said or line.rstrip(":") in said or f"[{line}]" in said, (
                line
            )


def test_the_providers_mail_says_what_becomes_of_the_old_time(appointment: Appointment) -> None:
    move(appointment)
    _, mail = mails()
    assert (mail.recipient, mail.key) == ("maya.chen@example.com", f"move:{appointment.pk}:1:provider")
    assert mail.subject == "Moved: Jordan L., now Mon, Mar 9, 11:00 AM EDT"
    assert mail.text == dedent(f"""\
        Appointment moved

        Your appointment with Jordan L. has a new time. The old time is free again.

        Before: Friday, March 6, 10:00–10:50 AM EST

        New time:
        Monday, March 9
        11:00–11:50 AM EDT

        Moved by: Jordan
        For Jordan: Mon, Mar 9, 10:00 AM CDT
        Format: Video
        Free cancellation: Until Sun, Mar 8, 11:00 AM EDT, 24 hours ahead
        Late fee: Up to $75.00, as Jordan agreed

        See the appointment:
        http://127.0.0.1:8000/appointments/{appointment.uid}/

        Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the wrong date.

        Sent to you as the provider of this appointment. Replies to this mail are not read.
        """)  # noqa: E501


@pytest.mark.parametrize(
    ("by", "lead"), [("provider", "Maya Chen moved this appointment."), ("admin", "The office moved this appointment.")]
)
def test_who_moved_it_is_said(appointment: Appointment, maya: Provider, by: str, lead: str) -> None:
    move(appointment, getattr(Actor, by)(maya.user_id))
    to_client, to_provider = mails()
    assert f"\n{lead}\n" in to_client.text
    assert f"Moved by: {'You' if by == 'provider' else 'The office'}\n" in to_provider.text


def test_the_office_frees_nothing_that_is_over(appointment: Appointment, maya: Provider) -> None:
    move(appointment, Actor.admin(maya.user_id), at=FRIDAY_10 + timedelta(hours=3))
    assert "free again" not in mails()[1].text


def test_calendars_move_it(appointment: Appointment) -> None:
    move(appointment)
    for mail, receiver in zip(mails(), ("jordan.lee@example.com", "maya.chen@example.com"), strict=True):
        assert mail.calendar_method == "REQUEST"
        lines = unfolded(mail.calendar)
        for line in (
            "METHOD:REQUEST",
            f"UID:{appointment.uid}",
            "SEQUENCE:1",
            "DTSTART:20260309T150000Z",
            "DTEND:20260309T155000Z",
            "STATUS:CONFIRMED",
            f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{receiver}",
        ):
            assert line in lines


def test_mail_and_calendar_say_as_little_as_they_can(appointment: Appointment, jordan: Client) -> None:
    jordan.first_name, jordan.preferred_name = "Jonathan", "Jordan"
    jordan.save()
    move(appointment, start=NOW + timedelta(hours=22, minutes=16), knows_it_is_near=True)
    for mail in mails():
        everything = f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.calendar}"
        assert discretion.clinical_words(everything) == []
        for absent in ("Jonathan", "Jordan Lee", "LCSW", "today", "tomorrow", "free of charge"):
            assert absent not in mail.subject + mail.text + " ".join(words_of(mail.html)) + mail.calendar
        assert "Lee" not in mail.subject
