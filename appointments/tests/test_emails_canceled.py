"""The mails of a cancellation, whole: subject, text, HTML and calendar part, and what must be absent."""

from datetime import timedelta
from decimal import Decimal
from textwrap import dedent

import pytest

from appointments import cancellation, fee_words, fees
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_emails_booked import unfolded
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider, User
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


# --- The fee, in the client's words ---


def test_a_waived_fee_says_that_nothing_is_owed(maya: Provider, jordan: Client) -> None:
    by_maya(late(maya, jordan), "client-emergency", fee=FeeDecision(FeeChoice.WAIVE, AMOUNT, why=WHY))
    assert step(2) == "The late fee of $75.00 is waived. You owe nothing."
    assert "Late fee: Waived ($75.00)\n" in mails()[1].text


def test_a_charged_fee_says_how_to_object(maya: Provider, jordan: Client) -> None:
    by_maya(late(maya, jordan), fee=FeeDecision(FeeChoice.CHARGE, AMOUNT))
    assert step(2) == (
        "The late fee is $75.00. It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to "
        "$75.00 inside 24 hours. Does that seem wrong? Write to Maya at maya.chen@example.com."
    )
    assert "Late fee: $75.00\n" in mails()[1].text


def test_a_fee_still_to_decide_says_who_decides(maya: Provider, jordan: Client, office: User) -> None:
    cancel(late(maya, jordan), "client-asked", by=Actor.admin(office.pk))
    assert step(2).startswith("A late fee of up to $75.00 may apply. It was canceled 22 h 15 min before the start")
    assert step(2).endswith("Maya decides, and you get a mail.")
    assert "Canceled by: The office\n" in mails()[1].text
    assert "Late fee: $75.00, for you to decide\n" in mails()[1].text


@pytest.mark.parametrize(("today", "who"), [("Magellan", "Magellan"), ("Aetna", "The payer"), (None, "The payer")])
def test_a_kept_fee_names_no_payer_who_came_later(today: str | None, who: str, maya: Provider, jordan: Client) -> None:
    Payer.objects.filter(name="Magellan").update(cap=Decimal(60))
    jordan.payer = Payer.objects.get(name="Magellan")
    jordan.save()
    by_maya(late(maya, jordan), fee=FeeDecision(FeeChoice.CHARGE, Decimal(60)))
    Client.objects.filter(pk=jordan.pk).update(payer=Payer.objects.filter(name=today).first())
    fee = Fee.objects.with_appointment().get()
    why = fee_words.for_provider(fee_words.story_of_fee(fee, zone=maya.time_zone))
    assert why.endswith(f"{who} allows at most $60.00 for a missed visit.")


@pytest.mark.parametrize("payer", ["Medicaid", "Magellan"])
def test_the_payers_name_stays_out_of_the_mail(payer: str, maya: Provider, jordan: Client) -> None:
    Payer.objects.filter(name="Magellan").update(cap=Decimal(60))
    jordan.payer = Payer.objects.get(name=payer)
    jordan.save()
    fee = FeeDecision(FeeChoice.CHARGE, Decimal(60)) if payer == "Magellan" else None
    by_maya(late(maya, jordan), fee=fee)
    if fee:
        assert "Your plan allows at most $60.00 for a missed visit." in step(2)
    else:
        assert step(2) == "No fee applies."
    for mail in mails():
        assert payer not in mail.text + mail.html


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (FeeDecision(FeeChoice.CHARGE, AMOUNT), "The late fee is $75.00."),
        (FeeDecision(FeeChoice.REDUCE, AMOUNT, Decimal(40), WHY), "The late fee is $40.00, reduced from $75.00."),
    ],
)
def test_the_mail_of_a_fee_decided_later(
    decision: FeeDecision, said: str, maya: Provider, jordan: Client, office: User
) -> None:
    done = cancel(late(maya, jordan), "client-asked", by=Actor.admin(office.pk))
    fee = fees.decide(done.fees.get(), decision=decision, by=Actor.provider(maya.user_id), at=NOW)
    mail = OutboxMessage.objects.latest("pk")
    assert (mail.recipient, mail.kind, mail.calendar) == ("jordan.lee@example.com", "fee_decided", "")
    assert mail.subject == "About the fee for Wed, Mar 4"
    assert mail.text == dedent(f"""\
        About your late fee

        Hello Jordan,

        {said}

        It is about the canceled appointment of Wed, Mar 4, 8:59 AM EST. It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours.

        Does that seem wrong? Write to Maya at maya.chen@example.com.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "About your late fee",
        "Hello Jordan,",
        said,
        ("It is about the canceled appointment of Wed, Mar 4, 8:59 AM EST. It was canceled 22 h 15 min before the "
        "start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours."),
        "Does that seem wrong? Write to Maya at", "[mailto:maya.chen@example.com]", "maya.chen@example.com", ".",
        "Questions? Call", "[tel:2125550186]", "(212) 555-0186",
        "or", "[mailto:maya.chen@example.com]", "write to Maya",
        ". Replies to this mail are not read.",
    ]  # fmt: skip
    assert WHY not in mail.text + mail.html
    fees.waive(fee, why=WHY, by=Actor.provider(maya.user_id), at=NOW)
    waived = OutboxMessage.objects.latest("pk")
    assert "\n\nThe late fee of $75.00 is waived. You owe nothing.\n\n" in waived.text
    assert "seem wrong" not in waived.text
    assert WHY not in waived.text + waived.html


# --- What must be absent ---


@pytest.mark.parametrize("key", [
    "provider-unwell", "provider-not-available", "provider-time-off", "client-asked", "client-other-time",
    "client-emergency", "technical", "by-mistake", "care-ending", "talked-over",
])  # fmt: skip
def test_they_say_as_little_as_they_can(key: str, maya: Provider) -> None:
    client = make_client(maya, first_name="Legalname", preferred_name="Jo", last_name="Okafor")
    reason = CancellationReason.objects.get(key=key)
    fee = FeeDecision(FeeChoice.WAIVE, AMOUNT, why=WHY) if reason.fee_may_apply else None
    by_maya(late(maya, client), key, notes=Notes(private=PRIVATE), fee=fee)
    for mail in mails():
        everything = f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.calendar}"
        assert discretion.clinical_words(everything, also="session\nward") == []
        for absent in ("LCSW", "Legalname", "Okafor", PRIVATE, WHY, reason.provider_words, "today", "{"):
            assert absent not in everything.replace(css(mail.html), "")
        assert "\xa0" not in mail.subject + mail.text
    assert "Jo" not in mails()[0].subject
    assert "Jo O." in mails()[1].subject


@pytest.mark.parametrize(
    ("by_the_office", "lead"),
    [
        (True, "Maya Chen’s office canceled this appointment."),
        (False, "As you asked, Maya Chen canceled this appointment."),
    ],
)
def test_nobody_says_a_clients_own_first_person_reason_back_to_them(
    by_the_office: bool, lead: str, maya: Provider, jordan: Client, office: User
) -> None:
    by = Actor.admin(office.pk) if by_the_office else Actor.provider(maya.user_id)
    cancel(on_time(maya, jordan), "not-well", by=by)
    assert f"Hello Jordan,\n\n{lead}\n" in mails()[0].text
    assert "I am not well" not in mails()[0].text + mails()[0].html


def test_after_the_start_the_notice_says_so_and_no_time_is_free_again(
    maya: Provider, jordan: Client, office: User
) -> None:
    cancel(booked(maya, jordan, start=NOW - timedelta(hours=3)), "client-asked", by=Actor.admin(office.pk))
    told = mails()[1]
    assert "Notice: 3 h after the start\n" in told.text
    assert "Your appointment with Jordan L. is canceled.\n" in told.text
    assert "free again" not in told.text + told.html


def css(html: str) -> str:
    return html[html.index("<style>") : html.index("</style>")]


def test_a_note_is_only_text(maya: Provider, jordan: Client) -> None:
    note = "<img src=x onerror=alert(1)> & “5 < 6”\n\n{{ practice }} https://example.com"
    by_maya(on_time(maya, jordan), "provider-unwell", notes=Notes(to_client=note))
    for mail in mails():
        assert f":\n{note}\n" in mail.text
        assert (
            "&lt;img src=x onerror=alert(1)&gt; &amp; “5 &lt; 6”<br><br>{{ practice }} https://example.com" in mail.html
        )
        assert "<img" not in mail.html


def test_only_this_clients_link_with_this_provider_goes_out(maya: Provider, sam: Provider, jordan: Client) -> None:
    other = CareRelationship.objects.create(provider=sam, client=jordan)
    by_maya(on_time(maya, jordan), "provider-unwell")
    mail, to_provider = mails()
    assert care_of(jordan, maya).booking_token in mail.text
    assert other.booking_token not in mail.text + mail.html
    assert "/b/" not in to_provider.text + to_provider.html


def test_another_providers_appointment_is_not_what_comes_next(maya: Provider, sam: Provider, jordan: Client) -> None:
    CareRelationship.objects.create(provider=sam, client=jordan)
    booked(sam, jordan, start=NOW + timedelta(days=3))
    booked(maya, jordan, start=NOW + timedelta(days=4), status="canceled")
    by_maya(on_time(maya, jordan), "provider-unwell")
    assert step(3) == "You have no other appointment with Maya. Choose a new time when it suits you."
