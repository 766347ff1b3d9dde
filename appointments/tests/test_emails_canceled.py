"""The mails of a cancellation, whole: subject, text, HTML and calendar part."""

from datetime import timedelta
from decimal import Decimal
from textwrap import dedent

import pytest

from appointments import cancellation
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_emails_booked import unfolded
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import words_of

AMOUNT = Decimal("75.00")
PRIVATE = "Relapsed; phoned from the ward."
WHY = "First time late"


def cancel(appointment: Appointment, key: str, *, by: Actor, **changes: object) -> Cancellation:
    facts: dict[str, object] = {
        "reason": CancellationReason.objects.get(key=key), "told_at": None, "notes": Notes(), "send_link": True,
        "fee": None, "at": NOW,
    }  # fmt: skip
    return cancellation.cancel(appointment, by=by, **(facts | changes))  # type: ignore[arg-type]


def by_maya(appointment: Appointment, key: str = "client-asked", **changes: object) -> Cancellation:
    return cancel(appointment, key, by=Actor.provider(appointment.provider.user_id), **changes)


def mails() -> tuple[OutboxMessage, OutboxMessage]:
    """The client's and the provider's."""
    to_client, to_provider = OutboxMessage.objects.order_by("id")
    return to_client, to_provider


def step(number: int) -> str:
    """One of the client's next steps, as the text has it."""
    line = next(line for line in mails()[0].text.splitlines() if line.startswith(f"{number}. "))
    return line.removeprefix(f"{number}. ")


@pytest.fixture
def away(jordan: Client, maya: Provider) -> Client:
    """Jordan lives three hours behind Maya and comes again in a week, after the clocks have changed."""
    jordan.time_zone = "America/Los_Angeles"
    jordan.save()
    booked(maya, jordan, start=NOW + timedelta(days=8, hours=3))
    return jordan


# --- Whole ---


def test_the_clients_mail_of_a_late_cancellation(maya: Provider, away: Client, care: CareRelationship) -> None:
    reduce = FeeDecision(FeeChoice.REDUCE, AMOUNT, reduced_to=Decimal(40), why=WHY)
    notes = Notes(to_client="No problem, Jordan.\nTake any time next week.", private=PRIVATE)
    appointment = late(maya, away)
    done = by_maya(appointment, notes=notes, fee=reduce)
    mail, _ = mails()
    assert (mail.recipient, mail.about, mail.key, mail.kind) == (
        "jordan.lee@example.com", f"client:{away.pk}", f"cancellation:{done.pk}:client", "canceled",
    )  # fmt: skip
    assert mail.subject == "Your appointment on Wed, Mar 4 was canceled"
    assert mail.text == dedent(f"""\
        Your appointment was canceled

        Hello Jordan,

        As you asked, Maya Chen canceled this appointment.

        Canceled:
        Wednesday, March 4
        5:59–6:49 AM PST

        Maya writes:
        No problem, Jordan.
        Take any time next week.

        What happens next
        1. This mail takes it out of your calendar. There is nothing else you need to do.
        2. The late fee is $40.00, reduced from $75.00. It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours. Does that seem wrong? Write to Maya at maya.chen@example.com.
           - It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 5:59 AM PST, 24 hours ahead.
           - You agreed on Jan 12, 2026: $75.00 inside 24 hours.
           - The policy of that day: $75.00 inside 24 hours, so it stays $75.00.
           - The practice’s limit: $200.00, so it stays $75.00.
           - Decided: reduced to $40.00.
        3. Your next appointment with Maya, Wed, Mar 11, 11:44 AM PDT, stays as it is.

        Book another time:
        http://127.0.0.1:8000/b/{care.booking_token}/
        This link is yours alone.

        See the appointment:
        http://127.0.0.1:8000/m/{appointment.manage_token}/

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "Your appointment was canceled",
        "Hello Jordan,",
        "As you asked, Maya Chen canceled this appointment.",
        "Canceled",
        "Wednesday, March 4",
        "5:59–6:49 AM PST",
        "Maya writes",
        "No problem, Jordan.",
        "Take any time next week.",
        "What happens next",
        "This mail takes it out of your calendar. There is nothing else you need to do.",
        "The late fee is", "$40.00",
        (", reduced from $75.00. It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 "
        "to $75.00 inside 24 hours. Does that seem wrong? Write to Maya at"),
        "[mailto:maya.chen@example.com]", "maya.chen@example.com", ".",
        "It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 5:59 AM PST, 24 hours ahead.",
        "You agreed on Jan 12, 2026: $75.00 inside 24 hours.",
        "The policy of that day: $75.00 inside 24 hours, so it stays $75.00.",
        "The practice’s limit: $200.00, so it stays $75.00.",
        "Decided: reduced to $40.00.",
        "Your next appointment with Maya,", "Wed, Mar 11, 11:44 AM PDT", ", stays as it is.",
        f"[http://127.0.0.1:8000/b/{care.booking_token}/]", "Book another time",
        "This link is yours alone:", f"http://127.0.0.1:8000/b/{care.booking_token}/",
        "See the appointment:", f"[http://127.0.0.1:8000/m/{appointment.manage_token}/]",
        f"http://127.0.0.1:8000/m/{appointment.manage_token}/",
        "Questions? Call", "[tel:2125550186]", "(212) 555-0186",
        "or", "[mailto:maya.chen@example.com]", "write to Maya",
        ". Replies to this mail are not read.",
    ]  # fmt: skip
    assert mail.html.count("<s>") == 2


def test_the_providers_mail_of_the_same(maya: Provider, away: Client) -> None:
    appointment = late(maya, away)
    reduce = FeeDecision(FeeChoice.REDUCE, AMOUNT, reduced_to=Decimal(40), why=WHY)
    done = by_maya(
        appointment, notes=Notes(to_client="No problem.", private=PRIVATE), fee=reduce, told_at=NOW - timedelta(hours=1)
    )
    _, mail = mails()
    assert (mail.recipient, mail.about, mail.key, mail.kind) == (
        "maya.chen@example.com", f"provider:{maya.pk}", f"cancellation:{done.pk}:provider", "canceled",
    )  # fmt: skip
    assert mail.subject == "Canceled: Jordan L., Wed, Mar 4, 8:59 AM EST"
    assert mail.text == dedent(f"""\
        Appointment canceled

        Your appointment with Jordan L. is canceled, and the time is free again.

        Canceled:
        Wednesday, March 4
        8:59–9:49 AM EST

        Canceled by: You
        Notice: 23 h 15 min, late
        Told at: Tue, Mar 3, 9:44 AM EST
        For Jordan: Wed, Mar 4, 5:59 AM PST
        Late fee: $40.00, reduced from $75.00
        Booking link: Sent to the client
        Next together: Wed, Mar 11, 2:44 PM EDT

        Note to Jordan:
        No problem.

        See the appointment:
        http://127.0.0.1:8000/appointments/{appointment.uid}/

        Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the wrong date.

        Sent to you as the provider of this appointment. Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "Appointment canceled",
        "Your appointment with Jordan L. is canceled, and the time is free again.",
        "Canceled",
        "Wednesday, March 4",
        "8:59–9:49 AM EST",
        "Canceled by", "You",
        "Notice", "23 h 15 min, late",
        "Told at", "Tue, Mar 3, 9:44 AM EST",
        "For Jordan", "Wed, Mar 4, 5:59 AM PST",
        "Late fee", "$40.00, reduced from $75.00",
        "Booking link", "Sent to the client",
        "Next together", "Wed, Mar 11, 2:44 PM EDT",
        "Note to Jordan",
        "No problem.",
        f"[http://127.0.0.1:8000/appointments/{appointment.uid}/]", "See the appointment",
        ("Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the "
        "wrong date."),
        "Sent to you as the provider of this appointment. Replies to this mail are not read.",
    ]  # fmt: skip


def test_a_mail_without_note_fee_link_or_next_appointment(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    by_maya(appointment, "care-ending", send_link=False)
    to_client, to_provider = mails()
    assert to_client.text == dedent(f"""\
        Your appointment was canceled

        Hello Jordan,

        This appointment is canceled, as you and Maya Chen arranged.

        Canceled:
        Wednesday, March 4
        12:44–1:34 PM EST

        What happens next
        1. This mail takes it out of your calendar. There is nothing else you need to do.
        2. No fee applies.
        3. You have no other appointment with Maya. To arrange one, call or write.

        See the appointment:
        http://127.0.0.1:8000/m/{appointment.manage_token}/

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)
    assert "/b/" not in to_client.html
    assert "Notice: 26 h, on time\nLate fee: None\nBooking link: Not sent\n\nSee the appointment" in to_provider.text


def test_the_mails_of_a_clients_own_cancellation(maya: Provider, jordan: Client) -> None:
    notes = Notes(to_provider="My mother is in hospital.")
    appointment = on_time(maya, jordan)
    cancel(appointment, "work-or-family", by=Actor.client(jordan.user_id), notes=notes)
    to_client, to_provider = mails()
    assert "\n\nYou canceled this appointment.\n\n" in to_client.text
    assert (
        "Did you change your mind? While the time is free, you can take it back:\n"
        f"http://127.0.0.1:8000/m/{appointment.manage_token}/\n"
    ) in to_client.text
    assert "writes" not in to_client.text
    assert "Choose a new time when it suits you." in step(3)
    assert "Canceled by: Jordan\n" in to_provider.text
    assert "\n\nJordan left you a note. It stands with the appointment.\n\n" in to_provider.text
    assert "Jordan left you a note. It stands with the appointment." in words_of(to_provider.html)
    for mail in (to_client, to_provider):
        assert "hospital" not in mail.text + mail.html
        assert "Work or family" not in mail.text + mail.html


# --- The calendar part ---


def test_each_gets_a_calendar_part_that_takes_it_out(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan, sequence=2)
    by_maya(appointment, "provider-unwell")
    for mail in mails():
        assert mail.calendar_method == "CANCEL"
        assert mail.calendar.endswith("END:VCALENDAR\r\n")
        assert sorted(unfolded(mail.calendar)) == sorted(
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Practice//Appointments//EN",
                "METHOD:CANCEL",
                "BEGIN:VEVENT",
                "SUMMARY:Appointment with Maya Chen",
                "DTSTART:20260304T135900Z",
                "DTEND:20260304T144900Z",
                "DTSTAMP:20260303T154400Z",
                f"UID:{appointment.uid}",
                "SEQUENCE:3",
                "STATUS:CANCELLED",
                f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{mail.recipient}",
                'ORGANIZER;CN="Alder Street":mailto:office@alderstreet.example',
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        )
