"""Pages and mails as a person reads them."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponseBase

from practice.zones import plain


def text(response: HttpResponseBase) -> str:
    """A page's words on one line, without scripts, styles, pictures and no-break spaces."""
    html = getattr(response, "content", b"").decode()
    html = re.sub(r"<(script|style|svg|title)\b.*?</\1>", "", html, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r" ([.,:])", r"\1", " ".join(plain(unescape(words)).split()))


def without_keys(written: str) -> str:
    """A page or mail without what is made by chance: the letters of a key or a public id may spell any name."""
    return re.sub(r"[\w-]{30,}", "", written)


def said(response: Any) -> list[str]:
    """The messages that a page or a redirect leaves for the person."""
    return [plain(str(message)) for message in get_messages(response.wsgi_request)]


class Words(HTMLParser):
    """A mail's words as a reader meets them; addresses of links in brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.skipping = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipping = self.skipping or tag in ("style", "title")
        if tag == "a":
            self.lines.append(f"[{dict(attrs)['href']}]")

    def handle_endtag(self, tag: str) -> None:
        self.skipping = self.skipping and tag not in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self.skipping and (words := " ".join(data.split())):
            self.lines.append(words)


def words_of(html: str) -> list[str]:
    reader = Words()
    reader.feed(html)
    return reader.lines
