"""Looks a page over: axe in light and dark, wide and on a phone, and nothing wider than the phone."""

from collections.abc import Callable
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from appointments.tests.walks.windows import PHONE, WIDE, Complaints, OpenWindow
from practice.models import User

Act = Callable[[Page], object]
# The frames of mails are sandboxed: axe cannot reach into them, and they are looked at by themselves.
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False}
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
        self.windows = {width: self.open_window(user, width=width) for width in (PHONE, WIDE)}

    def see(self, address: str, heading: str, *, act: Act | None = None, answer: int = 200) -> None:
        """``act`` brings the page into the state to look at: a menu open, a form refused."""
        if answer != 200:
            self.complaints.answers_expected.add(answer)
        for width, page in self.windows.items():
            response = page.goto(address)
            assert response is not None
            assert response.status == answer, f"{address} answered {response.status}"
            if act is not None:
                act(page)
            page.get_by_role("heading", level=1, name=heading).wait_for()
            self._look(page, f"{address} at {width}")

    def see_mail(self, address: str) -> None:
        """A mail has no landmarks; its colors and its width are ours."""
        for width, page in self.windows.items():
            page.goto(address)
            self._look(page, f"{address} at {width}", light=COLORS)

    def _look(self, page: Page, where: str, *, light: dict[str, Any] = EVERYTHING) -> None:
        schemes: list[tuple[Literal["light", "dark"], dict[str, Any]]] = [("light", light), ("dark", COLORS)]
        for scheme, options in schemes:
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=options).response["violations"]
            self.problems += [f"{where}, {scheme}: {said(violation)}" for violation in found]
        self.problems += [f"{where} scrolls sideways: {one}" for one in page.evaluate(STICKING_OUT)]
        page.emulate_media(color_scheme="light")


def said(violation: dict[str, Any]) -> str:
    nodes = "; ".join(
        f"{node['target']} {node['failureSummary'].split(maxsplit=5)[-1]}" for node in violation["nodes"][:3]
    )
    return f"{violation['id']}: {nodes}"
