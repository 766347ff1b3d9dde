"""Looks a page over: axe in light and dark, wide and on a phone, and nothing wider than the phone."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from playwright.sync_api import Page

from appointments.tests.walks.windows import PHONE, WIDE, Complaints, OpenWindow
from practice.models import User

Act = Callable[[Page], object]
Scheme = Literal["light", "dark"]
# The frames of mails are sandboxed: axe cannot reach into them, and they are looked at by themselves.
# Its preloading would write styles into the page, which the policy refuses.
OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False, "preload": False, "selectors": False}
STRUCTURE = "(options) => axe.run(document, options).then((result) => result.violations)"
STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *, nav *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
    .map((one) => one.outerHTML.slice(0, 120)).slice(-3)"""
# Of what is shown the kinds that the other width, if it was looked at already, does not show. Whatever a wide page
# shows otherwise than the phone does is judged once: mostly it is the bar at the side. Its colors are looked at always,
# in the scheme that is on.
SHOWN = """(phone) => {
  const now = new Set([...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility()));
  const [before, wide] = [window.shown || now, innerWidth > phone];
  window.shown = now;
  const other = [...now].filter((one) => !before.has(one)).concat([...before].filter((one) => !now.has(one)));
  const kinds = other.map((one) => [one.tagName, one.role, one.className, one.type, now.has(one) === wide].join(" "));
  return [...new Set(kinds)].sort().join(", ");
}"""
ALL_BUT_COLORS = OPTIONS | {"rules": {"color-contrast": {"enabled": False}}}
# Contrast takes axe longest, and follows from how text looks: the same color, large or not, on the same
# backgrounds, down to the first that hides what is below. So a few of each look say what all would, and a look
# that passed once does on every page. Some looks axe cannot judge, such as that of an empty field: it is asked
# TRIES times.
TRIES = 8
LOOKS = """() => {
  const grounds = new Map([[null, ["", ""]]]);
  const ground = (one) => {
    if (!grounds.has(one)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(one);
      const [below, veils] = ground(one.parentElement);
      const [own, veil] = [`${backgroundColor} ${backgroundImage}`, `${opacity} ${filter}`];
      const hides = backgroundColor.startsWith("rgb(");
      const seen = own === "rgba(0, 0, 0, 0) none" ? below : own + (hides ? "" : ` / ${below}`);
      grounds.set(one, [seen, veil === "1 none" ? veils : `${veil} / ${veils}`]);
    }
    return grounds.get(one);
  };
  window.looks = new Map();
  for (const one of document.body.querySelectorAll("*")) {
    const writes = one.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=hidden])")
      || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!writes || !one.checkVisibility()) continue;
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || box.bottom < 0) continue;
    const own = getComputedStyle(one);
    const large = Math.ceil(parseFloat(own.fontSize) * 72) / 96 >= (own.fontWeight >= 700 ? 14 : 18);  // points
    const key = [own.color, large, own.textShadow, one.matches(":disabled"), ...ground(one)].join(" | ");
    looks.set(key, [...(looks.get(key) || []), one]);
  }
  return [...looks.keys()];
}"""
# A page that follows its mails may have put others in the place of some meanwhile.
CONTRAST = """async ([keys, options]) => {
  const few = new Map(keys.flatMap((key) => {
    const alike = looks.get(key).filter((one) => one.isConnected);
    return [alike[0], alike[1], alike.at(-1)].filter(Boolean).map((one) => [one, key]);
  }));
  if (!few.size) return { failed: [], passed: [], violations: [] };
  const { passes, violations } = await axe.run({ include: [...few.keys()] }, options);
  const of = (results) => results.flatMap(({ nodes }) => nodes.map(({ element }) => few.get(element)));
  const failed = of(violations);
  return {
    failed,
    passed: of(passes).filter((key) => key && !failed.includes(key)),
    violations: violations.map(({ id, nodes }) => ({
      id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    })),
  };
}"""
ONLY_COLORS = OPTIONS | {"runOnly": ["color-contrast"], "resultTypes": ["violations", "passes"], "elementRef": True}
# Read once the server has answered all, or after 10 seconds: a refused form is dimmed until it has asked for its fee.
# A locator would take as long as the page: it brings a script of its own into each.
HEADINGS = r"""async () => {
  const asking = ".htmx-request, .htmx-swapping, .htmx-settling";
  for (let waits = 0; waits < 500 && document.querySelector(asking); waits++) {
    await new Promise((next) => setTimeout(next, 20));
  }
  const shown = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility());
  return shown.map((one) => one.innerText.replaceAll(/\s+/g, " "));
}"""
HEIGHT = 400  # what is painted is seen by nobody


class Tour:
    """One person's pages, one after the other; ``problems`` says all that is wrong with them."""

    def __init__(self, open_window: OpenWindow, complaints: Complaints, tries: Counter[str], layouts: set[str]) -> None:
        """``tries``: how often axe was asked for a look and found no fault; TRIES once it has passed.

        ``layouts``: what a wide page showed otherwise than the phone, of all that axe has judged.
        """
        self.open_window = open_window
        self.complaints = complaints
        self.tries = tries
        self.layouts = layouts
        self.problems: list[str] = []

    def begin(self, user: User | None = None) -> None:
        self.page = self.open_window(user, axe=True)
        self.width = 0
        self.widths = [PHONE, WIDE]
        self.schemes: list[Scheme] = ["light", "dark"]

    def see(self, address: str, heading: str, *, act: Act | None = None, answer: int = 200) -> None:
        """``act`` brings the page into the state to look at: a menu open, a form refused."""
        if answer != 200:
            self.complaints.answers_expected.add(answer)
        response = self.page.goto(address)
        assert response is not None
        assert response.status == answer, f"{address} answered {response.status}"
        if act is not None:
            act(self.page)
        self.page.wait_for_load_state()
        headings = self.page.evaluate(HEADINGS)
        assert any(heading in one for one in headings), f"{address} is headed {headings}"
        self._look_over(address, structure=True)

    def see_mail(self, address: str) -> None:
        """A mail has no landmarks; its colors and its width are ours."""
        self.page.goto(address)
        self._look_over(address, structure=False)

    def _look_over(self, address: str, *, structure: bool) -> None:
        """The width and the scheme that one page ends with are those that the next begins with."""
        for width in self.widths:
            self._resize(width)
            sticking_out, shown = self.page.evaluate(f"(phone) => [({STICKING_OUT})(), ({SHOWN})(phone)]", PHONE)
            self.problems += [f"{address} at {width} scrolls sideways: {one}" for one in sticking_out]
            if width == PHONE:
                self._judge(f"{address} at {PHONE}", structure=structure)
            else:
                self._look_at_colors(f"{address} at {WIDE}, {self.schemes[0]}")
        if shown not in self.layouts:
            self.layouts.add(shown)
            self._resize(WIDE)
            self._judge(f"{address} at {WIDE}", structure=structure)
        self.widths.sort(key=lambda width: width != self.width)

    def _judge(self, where: str, *, structure: bool) -> None:
        if structure:
            self._note(where, self.page.evaluate(STRUCTURE, ALL_BUT_COLORS))
        for scheme in self.schemes:
            self.page.emulate_media(color_scheme=scheme)
            self._look_at_colors(f"{where}, {scheme}")
        self.schemes.reverse()

    def _resize(self, width: int) -> None:
        if width != self.width:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.width = width

    def _look_at_colors(self, where: str) -> None:
        new = [look for look in self.page.evaluate(LOOKS) if self.tries[look] < TRIES]
        if new:
            seen = self.page.evaluate(CONTRAST, [new, ONLY_COLORS])
            self.tries.update(set(new) - set(seen["failed"]))
            self.tries.update(dict.fromkeys(seen["passed"], TRIES))
            self._note(where, seen["violations"])

    def _note(self, where: str, violations: list[dict[str, Any]]) -> None:
        self.problems += [f"{where}: {said(violation)}" for violation in violations]


def said(violation: dict[str, Any]) -> str:
    nodes = [f"{node['html'][:120]} {node['failureSummary'].split(maxsplit=5)[-1]}" for node in violation["nodes"]]
    return f"{violation['id']}: {'; '.join(nodes[:3])}"
