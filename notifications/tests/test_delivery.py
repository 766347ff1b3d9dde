"""How a mail leaves: by SMTP, or in the demo into files; and what an error says of message and server."""

import email
import email.policy
import smtplib
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailUnsupportedFeature
from django.core import mail
from pytest_django import Settings

from notifications import delivery, outbox
from notifications.delivery import Fate
from notifications.tests.factories import AT, INVITATION, one, queued
from notifications.tests.sink import Sink

pytestmark = pytest.mark.django_db


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def parts(message: EmailMessage) -> list[tuple[str, str]]:
    """Each part's type and its text."""
    leaves = [part for part in message.walk() if not part.is_multipart()]
    return [(part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in leaves]


# --- SMTP ---


@time_machine.travel(AT, tick=False)
def test_the_whole_mail_as_the_mail_server_gets_it(sink: Sink) -> None:
    row = one(
        sender_name="Älder Street",
        recipient="jordan.lee@example.com",
        subject="Your appointment with Zoë on Tue, Mar 3 is canceled",
        text="Your appointment with Zoë is canceled.\n",
        html="<p>Your appointment with <b>Zoë</b> is canceled.</p>\n",
        calendar=INVITATION,
        calendar_method="REQUEST",
    )

    outbox.deliver_due(at=AT)

    (message,) = sink.mails
    headers = {name: value.strip() for name, value in message.items()}
    assert headers == {
        "Content-Type": message["Content-Type"],
        "MIME-Version": "1.0",
        "Subject": "Your appointment with Zoë on Tue, Mar 3 is canceled",
        "From": "Älder Street <appointments@alder.example>",
        "To": "jordan.lee@example.com",
        "Date": "Tue, 03 Mar 2026 19:00:00 -0000",
        "Message-ID": row.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    assert message.get_content_type() == "multipart/alternative"
    assert parts(message) == [
        ("text/plain", "Your appointment with Zoë is canceled.\n"),
        ("text/html", "<p>Your appointment with <b>Zoë</b> is canceled.</p>\n"),
        ("text/calendar", INVITATION.replace("\r\n", "\n")),
    ]
    calendar = list(message.walk())[-1]
    assert calendar["Content-Type"] == 'text/calendar; method="REQUEST"; charset="utf-8"'
    assert "Content-Disposition" not in calendar


def test_without_a_sender_name_the_practices_address_is_the_sender(sink: Sink, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "The Practice <mail@alder.example>"
    queued(1, sender_name="")
    queued(1, sender_name="Alder Street, Dr. Chen")

    outbox.deliver_due(at=AT)

    assert [message["From"] for message in sink.mails] == [
        "The Practice <mail@alder.example>",
        '"Alder Street, Dr. Chen" <mail@alder.example>',
    ]


def test_a_mail_of_text_alone_is_one_part(sink: Sink) -> None:
    one(html="")

    outbox.deliver_due(at=AT)

    (message,) = sink.mails
    assert message.get_content_type() == "text/plain"
    assert "Reply-To" not in message


@pytest.mark.parametrize("seconds", [0.0, 0.03])
def test_a_message_built_ahead_that_cannot_be_is_its_own_failure_alone(sink: Sink, seconds: float) -> None:
    sink.delay = seconds  # built while the first one is marked, or while the server takes its time over it
    first, broken, last = one(), one(subject="Two\nlines"), one()

    assert outbox.deliver_due(at=AT) == 2

    assert sink.recipients == [first.recipient, last.recipient]
    broken.refresh_from_db()
    assert (broken.status, broken.error) == ("failed", "BadHeaderError")


def test_an_address_beyond_ascii_goes_by_its_encoded_domain(sink: Sink) -> None:
    asked = []
    sink.on["rcpt"] = lambda _, address: asked.append(address)
    one(recipient="jordan@bücher.example")

    assert outbox.deliver_due(at=AT) == 1

    assert asked == ["jordan@xn--bcher-kva.example"]


# --- Files ---


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "notifications.delivery.EmlFiles"
    settings.DEMO_MAIL_FOLDER = tmp_path / "demo" / "mail"
    return tmp_path / "demo" / "mail"


@time_machine.travel(AT, tick=False)
def test_in_the_demo_each_mail_is_a_file_named_for_its_time_and_key(files: Path) -> None:
    one(key="cancellation:7:client", calendar=INVITATION, calendar_method="REQUEST")
    one(key="../../sign-in?token=/etc")

    assert outbox.deliver_due(at=AT) == 2

    assert sorted(path.name for path in files.iterdir()) == [
        "20260303T190000Z_cancellation-7-client.eml",
        "20260303T190000Z_sign-in-token-etc.eml",
    ]
    content = (files / "20260303T190000Z_cancellation-7-client.eml").read_bytes()
    assert [kind for kind, _ in parts(parsed(content))] == ["text/plain", "text/html", "text/calendar"]
    assert b'text/calendar; method="REQUEST"' in content.replace(b"method=REQUEST", b'method="REQUEST"')
    assert content.count(b"\n") == content.count(b"\r\n")


@time_machine.travel(AT, tick=False)
def test_mails_of_one_moment_replace_each_other_never(files: Path) -> None:
    row = one(key="cancellation:7:client")

    def write(_: int) -> int:
        return delivery.EmlFiles().send_messages([delivery.build(row, by_api=False)])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(40))) == 40

    names = {path.name for path in files.iterdir()}
    assert len(names) == 40
    assert {"20260303T190000Z_cancellation-7-client.eml", "20260303T190000Z_cancellation-7-client-40.eml"} <= names
    assert all(parsed(path.read_bytes())["Message-ID"] == row.message_id for path in files.iterdir())


def test_a_folder_that_cannot_be_written_costs_nobody_a_try(files: Path) -> None:
    files.parent.parent.joinpath("demo").write_text("a file where the folder should be")
    row = one()

    assert outbox.deliver_due(at=AT) == 0

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("queued", 0)


# --- What an error says ---


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"jordan@example.com": (code, b"")})


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (refused(550), Fate.BOUNCED),
        (refused(553), Fate.BOUNCED),
        (refused(450), Fate.LATER),
        (refused(421), Fate.LOST),
        (smtplib.SMTPDataError(554, b""), Fate.FAILED),
        (smtplib.SMTPDataError(451, b""), Fate.LATER),
        (smtplib.SMTPDataError(421, b""), Fate.LOST),
        (smtplib.SMTPSenderRefused(552, b"", "a@example.com"), Fate.FAILED),
        (smtplib.SMTPSenderRefused(550, b"", "a@example.com"), Fate.LOST),
        (smtplib.SMTPSenderRefused(421, b"", "a@example.com"), Fate.LOST),
        (smtplib.SMTPServerDisconnected(), Fate.LOST),
        (smtplib.SMTPNotSupportedError(), Fate.FAILED),
        (TimeoutError(), Fate.LOST),
        (ConnectionResetError(), Fate.LOST),
        (OSError(28, "No space left on device"), Fate.LOST),
        (mail.BadHeaderError(), Fate.FAILED),
        (UnicodeEncodeError("utf-8", "", 0, 1, ""), Fate.FAILED),
        (AnymailRecipientsRefused(), Fate.BOUNCED),
        (AnymailUnsupportedFeature(), Fate.FAILED),
        (AnymailAPIError(), Fate.LOST),
        (RuntimeError(), Fate.LATER),
    ],
    ids=lambda value: value.name if isinstance(value, Fate) else f"{type(value).__name__}{value.args[:1]}",
)
def test_what_an_error_says_of_the_message_and_the_server(error: Exception, fate: Fate) -> None:
    assert delivery.judge(error) is fate
