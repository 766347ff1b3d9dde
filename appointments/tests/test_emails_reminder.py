"""The mails that remind, whole: until when it can be canceled, and when it is."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from appointments import reminders
from appointments.models import Appointment
from appointments.tests.factories import booked
from appointments.tests.test_reminders import DAY, HOUR, MOMENT, START, sent
from clients.models import Client
from practice import discretion
from practice.models import Provider
from practice.tests.reading import without_keys, words_of
from practice.zones import plain


@pytest.fixture
def friday(maya: Provider, jordan: Client) -> Appointment:
    """Jordan lives an hour behind Maya, who holds sessions by a link."""
    jordan.time_zone = "America/Chicago"
    jordan.save()
    maya.joining = "Open the link in the portal five minutes ahead."
    maya.save()
    return booked(maya, jordan, start=START)


def test_the_mail_before_the_deadline(friday: Appointment) -> None:
    reminders.send_due(at=START - 2 * DAY)
    (mail,) = sent()
    assert (mail.recipient, mail.about, mail.key, mail.kind, mail.calendar, mail.sender_name) == (
        "jordan.lee@example.com", f"client:{friday.client_id}",
        f"reminder:deadline:{friday.pk}:20260306T150000Z", "reminder_deadline", "", "Alder Street",
    )  # fmt: skip
    assert mail.subject == "Reminder: you can cancel free of charge until Thu, Mar 5, 9:00 AM CST"
    assert mail.text == dedent(f"""\
        Your appointment is coming up

        Hello Jordan,

        You can cancel free of charge until Thu, Mar 5, 9:00 AM CST, 24 hours ahead. Later than that, or if you do not come, a fee of up to $75.00 may apply.

        With Maya Chen:
        Friday, March 6
        9:00–9:50 AM CST

        Format: Video
        How to join: Open the link in the portal five minutes ahead.

        See, move or cancel it:
        http://127.0.0.1:8000/m/{friday.manage_token}/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    words = [plain(line) for line in words_of(mail.html)]
    assert words[: words.index("See, move or cancel it") + 1] == [
        "Alder Street",
        "Your appointment is coming up",
        "Hello Jordan,",
        ("You can cancel free of charge until Thu, Mar 5, 9:00 AM CST, 24 hours ahead. Later than that, or if you do "
        "not come, a fee of up to $75.00 may apply."),
        "With Maya Chen",
        "Friday, March 6",
        "9:00–9:50 AM CST",
        "Format", "Video",
        "How to join", "Open the link in the portal five minutes ahead.",
        f"[http://127.0.0.1:8000/m/{friday.manage_token}/]", "See, move or cancel it",
    ]  # fmt: skip


def test_the_mail_before_the_session(friday: Appointment) -> None:
    reminders.send_due(at=START - 3 * HOUR)
    (mail,) = sent()
    assert (mail.key, mail.kind) == (f"reminder:session:{friday.pk}:20260306T150000Z", "reminder_session")
    assert mail.subject == "Reminder: Fri, Mar 6, 9:00 AM CST"
    assert mail.text == dedent(f"""\
        Your appointment is coming up

        Hello Jordan,

        This is a reminder of your appointment.

        With Maya Chen:
        Friday, March 6
        9:00–9:50 AM CST

        Format: Video
        How to join: Open the link in the portal five minutes ahead.

        If plans change
        This is less than 24 hours ahead, so it can’t be canceled online. If you cancel or do not come, a fee of up to $75.00 may apply.

        See, move or cancel it:
        http://127.0.0.1:8000/m/{friday.manage_token}/
        This link is yours alone. It opens this appointment without signing in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert [plain(line) for line in words_of(mail.html)][2:5] == [
        "Hello Jordan,", "This is a reminder of your appointment.", "With Maya Chen",
    ]  # fmt: skip


def test_who_agreed_to_no_policy_reads_no_word_of_a_fee(maya: Provider, jordan: Client) -> None:
    booked(maya, jordan, start=START, acknowledged=None)
    for at in (START - 2 * DAY, START - 3 * HOUR):
        reminders.send_due(at=at)
    deadline, session = sent()
    assert deadline.subject == "Reminder: you can cancel until Thu, Mar 5, 10:00 AM EST"
    assert "You can cancel until Thu, Mar 5, 10:00 AM EST, 24 hours ahead.\n\nWith Maya Chen" in deadline.text
    assert "This is less than 24 hours ahead, so it can’t be canceled online.\n\nSee, move" in session.text
    for mail in (deadline, session):
        said = (mail.subject + mail.text + mail.html).lower()
        assert not [word for word in ("fee", "charge", "free", "$") if word in said]


def test_no_reminder_tells_a_shared_inbox_more_than_it_must(friday: Appointment, maya: Provider) -> None:
    for at in (START - 2 * DAY, START - 3 * HOUR):
        reminders.send_due(at=at)
    for mail in sent():
        assert discretion.clinical_words(mail.subject + mail.text + mail.html) == []
        assert "Jordan" not in mail.subject
        assert not [word for word in ("Lee", "LCSW", "today", "tomorrow") if word in without_keys(mail.text)]


def test_a_discreet_one_is_neutral_outside(friday: Appointment) -> None:
    friday.client.discreet = True
    friday.client.save()
    reminders.send_due(at=START - 2 * DAY)
    (mail,) = sent()
    assert (mail.sender_name, mail.subject) == ("Scheduling desk", "About your schedule")


@pytest.mark.parametrize(
    ("start", "deadline"),
    [
        # The clocks of New York go forward on March 8, 2:00 AM, and back on November 1, 2026, 2:00 AM.
        (datetime(2026, 3, 8, 18, tzinfo=UTC), "Sat, Mar 7, 1:00 PM EST"),
        (datetime(2026, 11, 1, 19, tzinfo=UTC), "Sat, Oct 31, 3:00 PM EDT"),
    ],
)
def test_across_a_clock_change_24_hours_are_24_hours_in_the_zone_of_their_date(
    maya: Provider, jordan: Client, start: datetime, deadline: str
) -> None:
    booked(maya, jordan, start=start)
    assert [reminders.send_due(at=start - 48 * HOUR - MOMENT), reminders.send_due(at=start - 48 * HOUR)] == [0, 1]
    (mail,) = sent()
    assert mail.subject == f"Reminder: you can cancel free of charge until {deadline}"
    assert "2:00–2:50 PM E" in mail.text
