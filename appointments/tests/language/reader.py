"""Reads what a client sees in a language made up for tests, in which every text marked for translation is bracketed.

What stands outside of brackets was never marked, so nobody could say it in another language.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client as Browser
from django.urls import Resolver404, resolve

from appointments.tests.test_urls import ROUTES, audience
from practice.tests.reading import said
from practice.zones import DIAS, DIAS_CORTOS, MESES, MESES_CORTOS, plain

# Spanish dates, units and names of zones; each language's own name; what is the same in any.
SAME = {
    *DIAS.values(), *DIAS_CORTOS.values(), *MESES.values(), *MESES_CORTOS.values(), "de", "a", "m", "p",
    "EST", "EDT", "USD", "h", "min", "English", "Español",
}  # fmt: skip
# No words of ours, or no others: what machines read, what only leads elsewhere, a page’s words as a file.
WORDLESS = {"health", "set_language", "session", "home", "appointments:client_receipt_file"}
FACING = {name for name, _, pattern in ROUTES if audience(pattern) in {"client", "public", "signed_in"}} - WORDLESS
UNSEEN = re.compile(r"<(script|style|svg|code)\b.*?</\1>|<!--.*?-->|<option value=\"\w+/\w.*?</option>", re.DOTALL)
SAID = re.compile(r'\b(?:alt|title|aria-label|placeholder|data-(?!left|when|who|url)[a-z-]+)="([^"]*)"')
GROUPS = re.compile(r'<optgroup label="([^"]*)"')
WRITTEN = re.compile(r"^(?:SUMMARY|LOCATION|DESCRIPTION|X-WR-CALNAME)[^:]*:(.*?)\r?$", re.MULTILINE)
ADDRESSES = re.compile(r"\b(?:https?|webcals?|otpauth|mailto):\S+|\S+@[\w.-]+|/[\w/.-]+/")


def in_english(text: str, *, known: set[str]) -> list[str]:
    """The words of a plain text that stand outside of every bracket."""
    text = ADDRESSES.sub(" ", plain(text))
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, " ")
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in SAME]


def in_english_on(html: str, *, known: set[str]) -> list[str]:
    """As of a text, on a page or in a mail; what is read out or shown later is looked at too."""
    html = UNSEEN.sub(" ", html)
    said = [value for value in SAID.findall(html) if " " in value.strip()] + GROUPS.findall(html)
    return in_english(unescape(" ".join([re.sub(r"<[^>]+>", " ", html), *said])), known=known)


@dataclass
class Reader:
    """Opens pages and collects what was never marked, each with its address."""

    known: set[str]
    found: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    opened: dict[tuple[Browser, str], Any] | None = None

    def read(self, browser: Browser, url: str, *, answer: int = 0, sends: dict[str, Any] | None = None) -> str:
        """Returns the page. ``answer`` is the status asked for; without one any page will do."""
        asked = self.open(browser, url) if sends is None else browser.post(url, sends)
        passed = [url]
        while to := asked.headers.get("Location"):
            passed.append(urljoin(passed[-1], to))
            assert len(passed) < 9, passed  # in a circle
            asked = self.open(browser, passed[-1], anew=bool(said(asked)))
        self.seen |= {view_name(each) for each in passed}
        assert asked.status_code == answer or (not answer and asked.status_code in {200, 403, 404, 409}), passed
        html: str = asked.content.decode()
        if asked["Content-Type"].startswith("text/calendar"):
            if left := [word for text in written_in(html) for word in in_english(text, known=self.known)]:
                self.found[url] = " ".join(left)
        elif "<html" in html:
            assert '<html lang="es"' in html, passed
            if left := in_english_on(html, known=self.known):
                self.found[" ".join([passed[-1], *([] if sends is None else ["sent"])])] = " ".join(left)
        return html

    def open(self, browser: Browser, url: str, *, anew: bool = False) -> Any:
        """``anew``: a message for the reader waits there."""
        if self.opened is None:
            return browser.get(url)
        if anew or (browser, url) not in self.opened:
            self.opened[browser, url] = browser.get(url)
        return self.opened[browser, url]

    @contextmanager
    def only_looking(self) -> Iterator[None]:
        """Nothing changes meanwhile: what several pages lead to is opened once."""
        self.opened = {}
        yield
        self.opened = None


def written_in(calendar: str) -> list[str]:
    """What a calendar shows of its events."""
    return WRITTEN.findall(calendar.replace("\r\n ", ""))


def view_name(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""
