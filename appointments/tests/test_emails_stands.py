"""The mails that say a canceled appointment stands again, whole: text, HTML, invitation, and what must be absent."""

from datetime import timedelta
from textwrap import dedent

import pytest

from appointments.models import Appointment
from appointments.tests.factories import NOW, late, on_time
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_emails_booked import unfolded
from appointments.tests.test_restoring import CHARGED, deliver_all, restore
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import words_of

SOON = NOW + timedelta(minutes=6)


@pytest.fixture
def appointment(maya: Provider, jordan: Client) -> Appointment:
    """Jordan lives an hour behind Maya."""
    jordan.time_zone = "America/Chicago"
    jordan.save()
    return late(maya, jordan)


def stands(appointment: Appointment, by: Actor | None = None) -> tuple[OutboxMessage, OutboxMessage]:
    """The client's and the provider's, once both had been told of the cancellation."""
    her = Actor.provider(appointment.provider.user_id)
    cancel(appointment, her, fee=CHARGED)
    deliver_all()
    restore(appointment, by or her)
    to_client, to_provider = OutboxMessage.objects.filter(kind="stands").order_by("id")
    return to_client, to_provider


def test_the_clients_mail(appointment: Appointment) -> None:
    mail, _ = stands(appointment)
    assert (mail.recipient, mail.subject) == (
        "jordan.lee@example.com", "Your appointment stands: Wed, Mar 4, 7:59 AM CST",
    )  # fmt: skip
    assert mail.text == dedent(f"""\
        Your appointment stands

        Hello Jordan,

        Maya Chen took the cancellation back, so this appointment stands as it was.

        With Maya Chen:
        Wednesday, March 4
        7:59–8:49 AM CST

        Format: Video

        This mail puts it back into your calendar.
        The fee of $75.00 for canceling no longer applies.

        If plans change
        This is less than 24 hours ahead, so it can’t be canceled online. If you cancel or do not come, a fee of up to $75.00 may apply.
        To cancel, call Maya at (212) 555-0186 or write to maya.chen@example.com, or ask by the link below.

        See, move or cancel it:
        http://127.0.0.1:8000/m/{appointment.manage_token}/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501


def test_the_providers_mail(appointment: Appointment) -> None:
    _, mail = stands(appointment)
    assert (mail.recipient, mail.subject) == (
        "maya.chen@example.com", "Stands again: Jordan L., Wed, Mar 4, 8:59 AM EST",
    )  # fmt: skip
    assert mail.text == dedent(f"""\
        Appointment stands again

        The cancellation of your appointment with Jordan L. was taken back. It is booked as it was.

        Booked:
        Wednesday, March 4
        8:59–9:49 AM EST

        Brought back by: You
        For Jordan: Wed, Mar 4, 7:59 AM CST
        Format: Video
        Fee for canceling: Void ($75.00)
        Free cancellation: Ended Tue, Mar 3, 8:59 AM EST, 24 hours ahead
        Late fee: Up to $75.00, as Jordan agreed

        See the appointment:
        http://127.0.0.1:8000/appointments/{appointment.uid}/

        Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the wrong date.

        Sent to you as the provider of this appointment. Replies to this mail are not read.
        """)  # noqa: E501


def test_html_says_the_same_and_no_clinical_word(appointment: Appointment) -> None:
    for mail in stands(appointment):
        said = " ".join(words_of(mail.html))
        for line in filter(None, mail.text.splitlines()):
            told = line.replace(": ", " ", 1).rstrip(":")
            assert line.startswith("Questions?") or told in said or line.rstrip(":") in said, line
        for text in (mail.subject, mail.text, mail.html):
            assert discretion.clinical_words(text) == []
            assert "LCSW" not in text
        assert "\xa0" not in mail.subject + mail.text


def test_calendars_hear_of_it_by_a_higher_sequence(appointment: Appointment) -> None:
    for mail, receiver in zip(stands(appointment), ("jordan.lee@example.com", "maya.chen@example.com"), strict=True):
        assert mail.calendar_method == "REQUEST"
        lines = unfolded(mail.calendar)
        for line in (
            "METHOD:REQUEST",
            f"UID:{appointment.uid}",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "DTSTART:20260304T135900Z",
            f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{receiver}",
        ):
            assert line in lines


def test_who_took_it_back_is_said(appointment: Appointment, maya: Provider) -> None:
    to_client, to_provider = stands(appointment, Actor.admin(maya.user_id))
    assert "\nThe office took the cancellation back, so this appointment stands as it was.\n" in to_client.text
    assert "Brought back by: The office\n" in to_provider.text


def test_a_client_who_changed_their_mind_reads_that_they_did(maya: Provider, jordan: Client) -> None:
    appointment, theirs = on_time(maya, jordan), Actor.client(jordan.user_id)
    cancel(appointment, theirs, "not-well")
    deliver_all()
    restore(appointment, theirs)
    to_client, to_provider = OutboxMessage.objects.filter(kind="stands").order_by("id")
    assert "\nYou took your cancellation back, so this appointment stands as it was.\n" in to_client.text
    assert "fee of" not in to_client.text.split("If plans change")[0]
    assert "Brought back by: Jordan\n" in to_provider.text
    assert "Fee for canceling" not in to_provider.text
