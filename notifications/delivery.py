"""Hands finished messages to a mail server or a mail provider; the only module that knows Django's mail or Anymail."""

import contextlib
import re
import smtplib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr, parsedate_to_datetime
from enum import Enum
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from anymail.signals import tracking
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address
from django.utils.text import slugify

from notifications.models import OutboxMessage

# Seconds. To build while talking to a server that answers sooner would only slow both.
TAKES_ITS_TIME = 0.005


class Fate(Enum):
    """What became of one message."""

    ACCEPTED = "accepted"
    BOUNCED = "refused for its recipient"
    FAILED = "refused for good"
    LATER = "refused for the moment"
    LOST = "connection lost over it"
    UNREACHABLE = "server not reached"


@dataclass(frozen=True)
class Answer:
    fate: Fate
    error: str = ""
    provider_id: str = ""


class Post:
    """One open connection, over which many messages go. Opened by the first of them."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.by_api = isinstance(self.connection, AnymailBaseBackend)
        self.by_smtp = type(self.connection) is SmtpBackend  # one made from it may do more than send
        self.carried = 0
        self.aside = ThreadPoolExecutor(1, thread_name_prefix="post")
        self.prepared: tuple[int, Future[Mail]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._close()
        self.aside.shutdown()

    def send(self, message: OutboxMessage, *, then: OutboxMessage | None = None) -> Answer:
        """Hand over one message; ``then`` is built meanwhile. Raises nothing that a message or a server can cause."""
        try:
            mail = self._mail(message)
        except Exception as error:
            return Answer(Fate.FAILED, _name(error))
        answered = Event()
        if then is not None and self.by_smtp:
            self.prepared = then.pk, self.aside.submit(self._prepare, then, answered)
        used = self.carried > 0
        answer = self._carry(mail)
        if used and answer.fate is Fate.LOST:  # a server may close a connection that has served it long enough
            answer = self._carry(mail)
        answered.set()
        return answer

    def _prepare(self, message: OutboxMessage, answered: Event) -> "Mail":
        """Build what goes next while there is nothing but to wait: for a server that takes its time or, after
        one that took none, for the disk on which the caller marks what went."""
        answered.wait(TAKES_ITS_TIME)
        return self._build(message)

    def _mail(self, message: OutboxMessage) -> "Mail":
        prepared, self.prepared = self.prepared, None
        if prepared and prepared[0] == message.pk:
            return prepared[1].result()
        return self._build(message)

    def _build(self, message: OutboxMessage) -> "Mail":
        mail = build(message, by_api=self.by_api)
        if self.by_smtp:
            mail.make_content()
        return mail

    def _carry(self, mail: "Mail") -> Answer:
        try:
            if not self.carried:
                self.connection.open()
        except Exception as error:
            self._close()
            return Answer(Fate.UNREACHABLE, _name(error))
        try:
            accepted = self._hand_over(mail)
        except Exception as error:
            fate = judge(error)
            if fate in (Fate.LOST, Fate.UNREACHABLE):
                self._close()
            return Answer(fate, _name(error))
        status = getattr(mail, "anymail_status", None)  # set by Anymail alone
        if not accepted or (status and status.status == {"failed"}):
            return Answer(Fate.FAILED, "NotAccepted")
        self.carried += 1
        return Answer(Fate.ACCEPTED, provider_id=_provider_id(status))

    def _hand_over(self, mail: "Mail") -> bool:
        recipients = mail.recipients()
        if not self.by_smtp or not recipients:
            return bool(self.connection.send_messages([mail]))
        # As Django's own does it, with the content that is ready.
        assert isinstance(self.connection, SmtpBackend)
        assert self.connection.connection is not None
        to = [address if address.isascii() else sanitize_address(address, "utf-8") for address in recipients]
        self.connection.connection.sendmail(parseaddr(mail.from_email)[1], to, mail.content)
        return True

    def _close(self) -> None:
        self.carried = 0
        with contextlib.suppress(Exception):  # what was sent was sent
            self.connection.close()


def judge(error: Exception) -> Fate:
    """What an exception says about the message, and about the server behind it."""
    if isinstance(error, AnymailRecipientsRefused):
        return Fate.BOUNCED
    if isinstance(error, AnymailAPIError):
        return _judge_api(error.status_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _judge_code(max(code for code, _ in error.recipients.values()), for_good=Fate.BOUNCED)
    if isinstance(error, smtplib.SMTPDataError):
        return _judge_code(error.smtp_code, for_good=Fate.FAILED)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == 552:  # too large
        return Fate.FAILED
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError | TypeError | LookupError):
        return Fate.FAILED  # this message can't be built or carried
    if isinstance(error, OSError):  # smtplib's own exceptions among them
        return Fate.LOST
    return Fate.LATER


def _judge_code(code: int, *, for_good: Fate) -> Fate:
    if code == 421:  # "closing the channel"
        return Fate.LOST
    return for_good if code >= 500 else Fate.LATER


def _judge_api(code: int | None) -> Fate:
    if code in (401, 403, 429):  # our key or our quota, whatever the message
        return Fate.UNREACHABLE
    if code is None or code == 408 or code >= 500:
        return Fate.LOST
    return Fate.FAILED


class Mail(EmailMultiAlternatives):
    """A message that remembers its key, and whose copies have the same boundaries."""

    key = ""
    content = b""

    def message(self, **kwargs: Any) -> Any:
        built: Any = super().message(**kwargs)
        for number, part in enumerate(built.walk() if built.is_multipart() else ()):
            if part.is_multipart():  # Python would make one up, and search the whole text for it
                part.set_boundary(f"=={number}=={self.extra_headers['Message-ID'].strip('<>')}")
        return built

    def make_content(self) -> None:
        """Write out the whole mail, as SMTP carries it."""
        self.content = self.message().as_bytes(linesep="\r\n")


def build(message: OutboxMessage, *, by_api: bool) -> Mail:
    """The message as Django sends it.

    The calendar is an alternative of the text, as calendars expect it; where a provider's API builds the
    mail and refuses that, an attachment.
    """
    default_name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail = Mail(
        subject=message.subject,
        body=message.text,
        from_email=formataddr((message.sender_name or default_name, address)),
        to=[message.recipient],
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
        },
    )
    mail.key = message.key
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar and by_api:
        mail.attach(_calendar_file(message))
    elif message.calendar:
        # Django adds the charset.
        mail.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method}")
    return mail


def _calendar_file(message: OutboxMessage) -> MIMEText:
    part = MIMEText(message.calendar, "calendar", "utf-8")
    part.set_param("method", message.calendar_method)
    part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    return part


def on_tracking(receiver: Callable[..., None]) -> None:
    """Have ``receiver`` called with each event that a mail provider's webhook brings."""
    tracking.connect(receiver, dispatch_uid="notifications.tracking")


class EmlFiles(BaseEmailBackend):
    """Writes each message to a file of its own in ``DEMO_MAIL_FOLDER``: ``<time>_<key>.eml``, time in UTC.

    A file appears whole or not at all, and replaces no other.
    """

    def open(self) -> bool:
        Path(settings.DEMO_MAIL_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.open()
        for mail in email_messages:
            self._write(mail)
        return len(email_messages)

    def _write(self, mail: EmailMessage) -> None:
        content: Any = mail.message()
        sent_at = parsedate_to_datetime(content["Date"])
        name = slugify(re.sub(r"[^\w]", "-", getattr(mail, "key", "") or content["Message-ID"]))[:100]
        stem = f"{sent_at:%Y%m%dT%H%M%SZ}_{name}"
        number = 1
        while not _write_new(
            Path(settings.DEMO_MAIL_FOLDER, f"{stem}{'' if number == 1 else f'-{number}'}.eml"),
            content.as_bytes(linesep="\r\n"),
        ):
            number += 1


def _write_new(path: Path, content: bytes) -> bool:
    """Whether this wrote the file; False if there is one already, or one in the making."""
    aside = path.with_name(f".{path.name}")
    try:
        file = aside.open("xb")
    except FileExistsError:
        return False
    with file:
        if path.exists():
            aside.unlink()
            return False
        file.write(content)
    aside.rename(path)
    return True


def _name(error: Exception) -> str:
    return type(error).__name__


def _provider_id(status: Any) -> str:
    """The id that Anymail's status names, if there is one."""
    found = getattr(status, "message_id", None)
    return found[:255] if isinstance(found, str) else ""
