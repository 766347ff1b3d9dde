"""The demo's mail: what the worker wrote to ``DEMO_MAIL_FOLDER``, read back for people to see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from django.conf import settings

READER = BytesParser(policy=default)


@dataclass(frozen=True)
class Envelope:
    name: str
    recipient: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True)
class Letter:
    envelope: Envelope
    headers: list[tuple[str, str]]
    text: str
    html: str
    calendar: str


def names() -> list[str]:
    """Newest first."""
    newest = sorted(_files(), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    return [file.name for file in newest]


def envelopes(chosen: list[str]) -> list[Envelope]:
    found = []
    for name in chosen:
        with Path(settings.DEMO_MAIL_FOLDER, name).open("rb") as file:
            found.append(_envelope(name, READER.parse(file, headersonly=True)))
    return found


def read(name: str) -> Letter | None:
    """None unless the folder itself holds a message by this very name, whatever else the name may lead to."""
    file = next((file for file in _files() if file.name == name), None)
    if file is None:
        return None
    mail = READER.parsebytes(file.read_bytes())
    return Letter(
        envelope=_envelope(name, mail),
        headers=[(header, str(mail[header])) for header in ("From", "To", "Reply-To", "Message-ID") if mail[header]],
        text=_content(mail, "text/plain"),
        html=_content(mail, "text/html"),
        calendar=_content(mail, "text/calendar"),
    )


def _files() -> Iterator[Path]:
    """Whole messages: one in the making starts with a dot. No links, which could lead out of the folder."""
    for file in Path(settings.DEMO_MAIL_FOLDER).glob("[!.]*.eml"):
        if file.is_file() and not file.is_symlink():
            yield file


def _envelope(name: str, mail: EmailMessage) -> Envelope:
    date = mail["Date"]
    return Envelope(
        name=name,
        recipient=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        sent_at=date.datetime if date and date.datetime else datetime.fromtimestamp(0, UTC),
    )


def _content(mail: EmailMessage, kind: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == kind:
            return str(part.get_content())
    return ""
