"""Looks a page over: axe in light and dark, wide and on a phone, and nothing wider than the phone."""

from collections.abc import Callable
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from appointments.tests.walks.windows import PHONE, WIDE, Complaints, OpenWindow
from practice.models import User

Act = Callable[[Page], object]
RUN = "(options) => axe.run(document, options).then((result) => result.violations)"
# The frames of mails are sandboxed: axe cannot reach into them, and they are looked at by themselves.
# Its preloading would write styles into the page, which the policy refuses.
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False, "preload": False}
# Only colors differ between the schemes.
COLORS = EVERYTHING | {"runOnly": ["color-contrast"]}
STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *, nav *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map((one) => one.outerHTML.slice(0, 120)).slice(-3)"""


class Tour:
    """One person's pages, one after the other; ``problems`` says all that is wrong with them."""

    def __init__(self, open_window: OpenWindow, complaints: Complaints) -> None:
        self.open_window = open_window
        self.complaints = complaints
        self.problems: list[str] = []

    def begin(self, user: User | None = None) -> None:
        self.page = self.open_window(user)

    def see(self, address: str, heading: str, *, act: Act | None = None, answer: int = 200) -> None:
        """``act`` brings the page into the state to look at: a menu open, a form refused."""
        if answer != 200:
            self.complaints.answers_expected.add(answer)
        response = self.page.goto(address)
        assert response is not None
        assert response.status == answer, f"{address} answered {response.status}"
        if act is not None:
            act(self.page)
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self._look_over(address, light=EVERYTHING)

    def see_mail(self, address: str) -> None:
        """A mail has no landmarks; its colors and its width are ours."""
        self.page.goto(address)
        self._look_over(address, light=COLORS)

    def _look_over(self, address: str, *, light: dict[str, Any]) -> None:
        self.page.wait_for_load_state()
        self.page.evaluate(AXE_SCRIPT)
        for width in (PHONE, WIDE):
            self.page.set_viewport_size({"width": width, "height": 900})
            self._look(f"{address} at {width}", {"light": light, "dark": COLORS})

    def _look(self, where: str, schemes: dict[Literal["light", "dark"], dict[str, Any]]) -> None:
        for scheme, options in schemes.items():
            self.page.emulate_media(color_scheme=scheme)
            found = self.page.evaluate(RUN, options)
            self.problems += [f"{where}, {scheme}: {said(violation)}" for violation in found]
        self.problems += [f"{where} scrolls sideways: {one}" for one in self.page.evaluate(STICKING_OUT)]


def said(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']} {node['failureSummary'].split(maxsplit=5)[-1]}" for node in violation["nodes"]]
    return f"{violation['id']}: {'; '.join(nodes[:3])}"
