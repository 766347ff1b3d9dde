"""The mails of a booking, whole: subject, text, HTML and invitation, and what must be absent."""

import re
from datetime import timedelta
from textwrap import dedent

import pytest

from appointments import booking
from appointments.models import Appointment
from appointments.tests.factories import NOW
from appointments.tests.test_booking import FRIDAY_10, policy_of
from clients.models import CareRelationship, Client, Payer
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.models.provider import Format
from practice.policies import supersede
from practice.tests.reading import words_of

NEAR = NOW + timedelta(hours=22, minutes=16)


def book(care: CareRelationship, *, by: Actor, **changes: object) -> Appointment:
    facts: dict[str, object] = {
        "start": FRIDAY_10, "format": Format.VIDEO, "at": NOW, "agreed": policy_of(care.provider),
        "knows_it_is_near": True,
    }  # fmt: skip
    return booking.book(care, by=by, **(facts | changes))  # type: ignore[arg-type]


def mails() -> tuple[OutboxMessage, OutboxMessage]:
    """The client's and the provider's."""
    to_client, to_provider = OutboxMessage.objects.order_by("id")
    return to_client, to_provider


def unfolded(calendar: str) -> list[str]:
    return calendar.replace("\r\n ", "").split("\r\n")


@pytest.fixture
def away(jordan: Client, maya: Provider) -> CareRelationship:
    """Jordan lives an hour behind Maya, who holds sessions in two ways."""
    jordan.time_zone = "America/Chicago"
    jordan.save()
    maya.joining = "Open the link in the portal five minutes ahead."
    maya.save()
    return CareRelationship.objects.get()


def test_the_clients_mail_of_their_own_booking(away: CareRelationship) -> None:
    done = book(away, by=Actor.client())
    mail, _ = mails()
    assert (mail.recipient, mail.about, mail.key, mail.kind) == (
        "jordan.lee@example.com", f"client:{away.client.pk}", f"booking:{done.pk}:client", "booked",
    )  # fmt: skip
    assert mail.subject == "Booked: Fri, Mar 6, 9:00 AM CST"
    assert mail.text == dedent(f"""\
        Your appointment is booked

        Hello Jordan,

        You booked this appointment.

        With Maya Chen:
        Friday, March 6
        9:00–9:50 AM CST

        Format: Video
        How to join: Open the link in the portal five minutes ahead.

        If plans change
        You can cancel free of charge until Thu, Mar 5, 9:00 AM CST, 24 hours ahead. Later than that, or if you do not come, a fee of up to $75.00 may apply.
        To cancel or move it, use the link below. Later than the time above, call Maya at (212) 555-0186 or write to maya.chen@example.com.

        See, move or cancel it:
        http://127.0.0.1:8000/m/{done.manage_token}/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "Your appointment is booked",
        "Hello Jordan,",
        "You booked this appointment.",
        "With Maya Chen",
        "Friday, March 6",
        "9:00–9:50 AM CST",
        "Format", "Video",
        "How to join", "Open the link in the portal five minutes ahead.",
        "If plans change",
        ("You can cancel free of charge until Thu, Mar 5, 9:00 AM CST, 24 hours ahead. Later than that, or if you do "
        "not come, a fee of up to $75.00 may apply."),
        ("To cancel or move it, use the link below. Later than the time above, call Maya at (212) 555-0186 or write "
        "to maya.chen@example.com."),
        f"[http://127.0.0.1:8000/m/{done.manage_token}/]", "See, move or cancel it",
        "This link is yours alone. It opens this appointment without signing in.",
        f"http://127.0.0.1:8000/m/{done.manage_token}/",
        "Questions? Call", "[tel:2125550186]", "(212) 555-0186",
        "or", "[mailto:maya.chen@example.com]", "write to Maya",
        ". Replies to this mail are not read.",
    ]  # fmt: skip


def test_the_providers_mail_of_a_clients_booking(away: CareRelationship) -> None:
    done = book(away, by=Actor.client())
    _, mail = mails()
    assert (mail.recipient, mail.about, mail.key, mail.kind) == (
        "maya.chen@example.com", f"provider:{away.provider.pk}", f"booking:{done.pk}:provider", "booked",
    )  # fmt: skip
    assert mail.subject == "Booked: Jordan L., Fri, Mar 6, 10:00 AM EST"
    assert mail.text == dedent(f"""\
        Appointment booked

        Jordan L. booked an appointment with you.

        Booked:
        Friday, March 6
        10:00–10:50 AM EST

        For Jordan: Fri, Mar 6, 9:00 AM CST
        Format: Video
        How to join: Open the link in the portal five minutes ahead.
        Free cancellation: Until Thu, Mar 5, 10:00 AM EST, 24 hours ahead
        Late fee: Up to $75.00, as Jordan agreed

        See the appointment:
        http://127.0.0.1:8000/appointments/{done.uid}/

        Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the wrong date.

        Sent to you as the provider of this appointment. Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "Appointment booked",
        "Jordan L. booked an appointment with you.",
        "Booked",
        "Friday, March 6",
        "10:00–10:50 AM EST",
        "For Jordan", "Fri, Mar 6, 9:00 AM CST",
        "Format", "Video",
        "How to join", "Open the link in the portal five minutes ahead.",
        "Free cancellation", "Until Thu, Mar 5, 10:00 AM EST, 24 hours ahead",
        "Late fee", "Up to $75.00, as Jordan agreed",
        f"[http://127.0.0.1:8000/appointments/{done.uid}/]", "See the appointment",
        ("Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the "
        "wrong date."),
        "Sent to you as the provider of this appointment. Replies to this mail are not read.",
    ]  # fmt: skip


def test_what_the_provider_books_says_that_no_fee_can_follow(away: CareRelationship, maya: Provider) -> None:
    done = book(away, by=Actor.provider(maya.user_id), agreed=None, format=Format.IN_PERSON)
    to_client, to_provider = mails()
    assert to_client.text == dedent(f"""\
        Your appointment is booked

        Hello Jordan,

        Maya Chen booked this appointment for you.

        With Maya Chen:
        Friday, March 6
        9:00–9:50 AM CST

        Format: In person
        Where: 12 Alder Street, New York

        If plans change
        You can cancel until Thu, Mar 5, 9:00 AM CST, 24 hours ahead. No fee can follow: you have not agreed to one for this appointment.
        To cancel or move it, use the link below. Later than the time above, call Maya at (212) 555-0186 or write to maya.chen@example.com.

        You are asked to agree to what applies when plans change. Read it and answer here:
        http://127.0.0.1:8000/m/{done.manage_token}/agree/

        See, move or cancel it:
        http://127.0.0.1:8000/m/{done.manage_token}/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert "You booked an appointment for Jordan L.\n" in to_provider.text
    assert "Late fee: None can follow until Jordan agrees to one\n" in to_provider.text
    for mail in (to_client, to_provider):
        assert "75.00" not in mail.text + mail.html
        assert "as Jordan agreed" not in mail.text + mail.html


def test_what_the_office_books_says_so(away: CareRelationship, maya: Provider) -> None:
    book(away, by=Actor.admin(maya.user_id), agreed=None)
    to_client, to_provider = mails()
    assert "The office booked this appointment for you.\n" in to_client.text
    assert "The office booked an appointment for Jordan L.\n" in to_provider.text


def test_inside_the_notice_nothing_promises_a_free_cancellation(care: CareRelationship) -> None:
    book(care, by=Actor.client(), start=NEAR)
    to_client, to_provider = mails()
    assert (
        "If plans change\n"
        "This is less than 24 hours ahead, so it can’t be canceled online. "
        "If you cancel or do not come, a fee of up to $75.00 may apply.\n"
        "To cancel, call Maya at (212) 555-0186 or write to maya.chen@example.com, or ask by the link below.\n"
    ) in to_client.text
    for absent in ("free of charge", "sign in"):
        assert absent not in to_client.text + to_client.html
    assert "Free cancellation: Ended Tue, Mar 3, 9:00 AM EST, 24 hours ahead\n" in to_provider.text


def test_a_client_without_an_account_gets_the_same_link(care: CareRelationship, jordan: Client) -> None:
    jordan.user = None
    jordan.save()
    done = book(care, by=Actor.client())
    mail, _ = mails()
    assert "\nTo cancel or move it, use the link below. Later than the time above, call Maya at" in mail.text
    assert f"\nhttp://127.0.0.1:8000/m/{done.manage_token}/\n" in mail.text
    for absent in ("sign in ", "/my/"):
        assert absent not in mail.text + mail.html


def test_two_fees_are_both_told(care: CareRelationship, maya: Provider) -> None:
    terms = Terms(notice_hours=48, late_fee=50, no_show_fee=90, grace_minutes=15)  # type: ignore[arg-type]
    supersede(maya, terms=terms, by=Actor.provider(maya.user_id), at=NOW)
    book(care, by=Actor.client())
    to_client, to_provider = mails()
    assert (
        "You can cancel free of charge until Wed, Mar 4, 10:00 AM EST, 48 hours ahead. "
        "Later than that, a fee of up to $50.00 may apply; if you do not come, a fee of up to $90.00 may apply.\n"
    ) in to_client.text
    assert "Late fee: Up to $50.00, as Jordan agreed\n" in to_provider.text


@pytest.mark.parametrize("start", [FRIDAY_10, NEAR])
def test_mail_and_calendar_say_as_little_as_they_can(care: CareRelationship, jordan: Client, start: object) -> None:
    jordan.first_name, jordan.preferred_name, jordan.payer = "Jonathan", "Jordan", Payer.objects.get(name="Medicaid")
    jordan.save()
    book(care, by=Actor.client(), start=start)
    for mail in mails():
        everything = f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.calendar}"
        assert discretion.clinical_words(everything) == []
        for absent in ("Jonathan", "Jordan Lee", "LCSW", "$", "today", "tomorrow", care.booking_token):
            assert absent not in mail.subject + mail.text + " ".join(words_of(mail.html)) + mail.calendar
        assert "Lee" not in mail.subject
    to_client, to_provider = mails()
    assert "no fee applies" in to_client.text
    assert "Late fee: None can follow\n" in to_provider.text


def test_names_are_escaped_in_html_and_plain_in_text(care: CareRelationship, jordan: Client) -> None:
    jordan.first_name = "<Jo> & Co"
    jordan.save()
    book(care, by=Actor.client())
    mail, _ = mails()
    assert "Hello <Jo> & Co,\n" in mail.text
    assert "Hello &lt;Jo&gt; &amp; Co," in mail.html
    assert "\N{NO-BREAK SPACE}" not in mail.subject + mail.text


def test_each_gets_an_invitation_of_their_own(away: CareRelationship) -> None:
    done = book(away, by=Actor.client(), format=Format.IN_PERSON)
    for mail, receiver in zip(mails(), ("jordan.lee@example.com", "maya.chen@example.com"), strict=True):
        assert mail.calendar_method == "REQUEST"
        assert unfolded(mail.calendar) == [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Practice//Appointments//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "SUMMARY:Appointment with Maya Chen",
            "DTSTART:20260306T150000Z",
            "DTEND:20260306T155000Z",
            "DTSTAMP:20260303T154400Z",
            f"UID:{done.uid}",
            "SEQUENCE:0",
            f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{receiver}",
            "LOCATION:12 Alder Street\\, New York",
            'ORGANIZER;CN="Alder Street":mailto:office@alderstreet.example',
            "STATUS:CONFIRMED",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]


def test_text_and_html_say_the_same(away: CareRelationship) -> None:
    book(away, by=Actor.client())
    for mail in mails():
        said = " ".join(words_of(mail.html))
        for line in filter(None, mail.text.splitlines()):
            if line.startswith("Questions?"):
                continue  # the link's words differ; asserted whole above
            told = re.sub(r"^([^:.]{1,20}): ?", r"\1 ", line)
            assert told.strip() in said or line.rstrip(":") in said or f"[{line}]" in said
