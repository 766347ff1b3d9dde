"""What a walk's windows are: their widths, how they open, and what their pages complain of."""

import re
from typing import Protocol

from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

from practice.models import User
from practice.tests.signing_in import just_signed_in

WIDE, PHONE = 1280, 360
TELL_OF_POLICY = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Policy: ${event.violatedDirective} refused ${event.blockedURI} in ${event.sourceFile}`))"""


class OpenWindow(Protocol):
    def __call__(
        self,
        user: User | None = None,
        *,
        width: int = WIDE,
        scripts: bool = True,
        may: list[str] | None = None,
        own: bool = False,
        axe: bool = False,
    ) -> Page:
        """``may``: the browser's permissions. ``own``: for a test that leaves more behind than cookies.
        ``axe``: its pages carry axe."""


class Complaints:
    """What pages said to the console, threw, or tried against the policy."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answers_expected: set[int] = set()

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._error)

    def leave(self, context: BrowserContext) -> None:
        context.remove_listener("console", self._console)
        context.remove_listener("weberror", self._error)

    def _error(self, error: WebError) -> None:
        self.heard.append(f"{error.page and error.page.url}: {error.error}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        answer = re.search(r"responded with a status of (\d+)", message.text)
        if not answer or int(answer[1]) not in self.answers_expected:
            self.heard.append(f"{message.location.get('url')}: {message.text}")


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    """By a session that is there already: signing in by hand is walked once."""
    cookie = just_signed_in(user, idles_out=True).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
