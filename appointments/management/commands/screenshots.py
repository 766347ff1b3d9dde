"""Takes the README's and the help pages' pictures from the demo practice, always on one afternoon.

Only a new design changes them, where the fonts are those that ``.ci/run`` installs.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Browser, Page, sync_playwright

from appointments.defaults import IN_SPANISH
from appointments.demo_people import PASSWORD
from clients.models import Client
from practice.language import ENGLISH
from practice.words import LANGUAGES, compile_into

AFTERNOON = "2026-03-03T20:40:00+00:00"  # Tuesday, 3:40 PM in New York: between two sessions
ADDRESS = "http://portal.alderstreet.example"  # what links on the pages begin with
README = Path(settings.BASE_DIR, "docs", "pictures")
HELP = Path(settings.BASE_DIR, "static", "img", "help")  # everybody loads these: small, of one screen
MAYA, JORDAN, PRIYA = (f"{name}@example.com" for name in ("maya.chen", "jordan.lee", "priya.natarajan"))
A_MINUTE = 60_000
# The browser itself writes WebP: a fifth of PNG's bytes.
TO_WEBP = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const blob = await canvas.convertToBlob({type: "image/webp", quality: 0.5});
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""


class Command(BaseCommand):
    help = "Take the README's and the help pages' pictures, from a demo practice made for it and thrown away."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--serve", metavar="LANGUAGE", help="be the server that the pictures are taken of")

    def handle(self, *args: Any, **options: Any) -> None:
        compile_into(settings.LOCALE_PATHS[0])
        if options["serve"]:
            serve(options["serve"])
            return
        there = map(shutil.which, ("chromium", "chromium-headless-shell", "google-chrome"))
        chromium = os.environ.get("CHROMIUM") or next(filter(None, there), None)
        if not chromium:
            raise CommandError("No Chromium: install chromium, or set CHROMIUM to its path.")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for language in [ENGLISH, *LANGUAGES]:
                self.take(browser, language)
            browser.close()

    def take(self, browser: Browser, language: str) -> None:
        with demo(language) as url, translation.override(language):
            for picture, take in pictures(language).items():
                picture.parent.mkdir(parents=True, exist_ok=True)
                take(Visitor(browser, url, picture))
                self.stdout.write(f"{picture.relative_to(settings.BASE_DIR)}, {picture.stat().st_size // 1000} kB")


def serve(language: str) -> None:
    """A demo practice in a folder of its own, its clients reading this language; says at which port."""
    with time_machine.travel(AFTERNOON, tick=False):
        call_command("migrate", verbosity=0)
        call_command("load_demo", stdout=sys.stderr)
        Client.objects.update(language=language)
        run("127.0.0.1", 0, get_wsgi_application(), threading=True, on_bind=lambda port: print(port, flush=True))


@contextmanager
def demo(language: str) -> Iterator[str]:
    """The address of a server that lives as long as this does."""
    with tempfile.TemporaryDirectory(prefix="practice-pictures-") as folder:
        Path(folder, "demo").mkdir()
        surroundings = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        surroundings |= {"PRACTICE_DEMO": "1", "PRACTICE_VAR": folder, "BASE_URL": ADDRESS}
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "screenshots", "--serve", language]
        said = Path(folder, "said")
        with said.open("w") as errors:
            server = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            if not port:
                raise CommandError(f"The demo did not start.\n{said.read_text()}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.communicate()


class Visitor:
    """Somebody who signs in, goes somewhere and takes a picture of it."""

    def __init__(self, browser: Browser, url: str, picture: Path) -> None:
        self.browser, self.url, self.picture = browser, url, picture

    def see(self, email: str, *, width: int, height: int, way: Callable[[Page], None], sharpness: float = 1) -> None:
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            device_scale_factor=sharpness,
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(A_MINUTE)
        page = context.new_page()
        page.goto("/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "login" not in url, wait_until="load")  # its scripts have run
        way(page)
        page.evaluate("document.activeElement.blur()")
        page.mouse.move(0, 0)
        self._take(page)
        context.close()

    def _take(self, page: Page) -> None:
        if self.picture.suffix == ".png":
            page.wait_for_load_state("networkidle")
            page.evaluate("scrollTo(0, 0)")  # what sticks to the window would stand in the middle of the page
            page.screenshot(path=self.picture, full_page=True)
            return
        png = base64.b64encode(page.screenshot()).decode()
        page.goto("about:blank")
        self.picture.write_bytes(base64.b64decode(page.evaluate(TO_WEBP, png)))


def dashboard(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        page.get_by_role("combobox", name="Client").click()
        page.get_by_role("option", name="Jordan Lee").click()
        page.wait_for_url("**client=*")
        page.get_by_role("button", name="Copy Link").wait_for()

    visitor.see(MAYA, width=1280, height=900, way=way)


def cancel(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        page.get_by_role("link", name="Appointments").click()
        page.get_by_role("link", name="Jordan Lee").first.click()
        page.get_by_text("Actions").click()
        page.get_by_role("link", name="Cancel appointment").click()
        page.get_by_role("radio", name="Jordan asked to cancel").check()
        page.get_by_role("radio", name="Reduce to").check()
        page.get_by_label("New amount").fill("40.00")
        page.get_by_label("Why").fill("First time late")
        page.get_by_label("Note to Jordan").fill("No problem, Jordan. Take any time next week that suits you.")
        page.get_by_label("Private note").fill("Asked at 3:36 PM, deadline at work.")
        mail = page.get_by_title("The mail to Jordan").content_frame
        mail.get_by_text("any time next week").wait_for()
        mail.get_by_text("$40.00").first.wait_for()

    visitor.see(MAYA, width=1280, height=900, way=way)


def late_page(page: Page) -> None:
    page.get_by_role("link", name=_("See what you can do")).click()
    page.get_by_role("link", name=_("Call %(name)s") % {"name": "Maya"}).wait_for()


def client_late(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        late_page(page)

    visitor.see(JORDAN, width=360, height=800, way=way, sharpness=2)


# --- The help pages': one screen each ---


def on_a_phone(visitor: Visitor, email: str, way: Callable[[Page], None]) -> None:
    visitor.see(email, width=360, height=640, way=way, sharpness=1.25)


def at_a_desk(visitor: Visitor, way: Callable[[Page], None]) -> None:
    visitor.see(MAYA, width=1280, height=736, way=way)


def see_top(page: Page, words: str) -> None:
    """Scrolled so that these words stand near the top."""
    page.wait_for_load_state("networkidle")  # nothing moves any more
    page.get_by_text(words, exact=True).first.evaluate(
        "(it) => scrollTo(0, it.getBoundingClientRect().top + scrollY - 24)"
    )


def client_appointment(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        button = page.get_by_role("link", name=_("Cancel appointment")).first
        button.evaluate("(it) => scrollTo(0, it.getBoundingClientRect().bottom - innerHeight + 90)")

    on_a_phone(visitor, PRIYA, way)


def client_form(page: Page) -> None:
    page.get_by_role("link", name=_("Cancel appointment")).first.click()
    in_english = translation.get_language() == ENGLISH
    page.get_by_role("radio", name="Another time suits me better" if in_english else IN_SPANISH["other-time"]).check()


def client_reason(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        client_form(page)
        see_top(page, _("Reason"))

    on_a_phone(visitor, PRIYA, way)


def client_canceled(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        client_form(page)
        page.get_by_role("button", name=_("Cancel appointment")).click()
        page.get_by_role("heading", name=_("Who was told")).wait_for()

    on_a_phone(visitor, PRIYA, way)


def late_on_a_phone(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        late_page(page)
        see_top(page, _("Why"))

    on_a_phone(visitor, JORDAN, way)


def jordans(page: Page) -> None:
    page.get_by_role("link", name="Appointments").first.click()
    page.wait_for_url("**/appointments/", wait_until="load")  # its scripts have run
    page.get_by_label("Search by client’s name").fill("Jordan Lee")
    page.wait_for_url("**q=Jordan*")


def listed(visitor: Visitor) -> None:
    at_a_desk(visitor, jordans)


def actions(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        jordans(page)
        page.get_by_role("link", name="Jordan Lee").first.click()
        page.get_by_text("Actions", exact=True).click()

    at_a_desk(visitor, way)


def form_filled(page: Page) -> None:
    jordans(page)
    page.get_by_role("link", name="Jordan Lee").first.click()
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("link", name="Cancel appointment").click()
    page.get_by_role("radio", name="Jordan asked to cancel").check()
    page.get_by_title("The mail to Jordan").content_frame.get_by_text("As you asked").wait_for()


def form(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        form_filled(page)
        page.evaluate("scrollTo(0, 0)")

    at_a_desk(visitor, way)


def confirmation(visitor: Visitor) -> None:
    def way(page: Page) -> None:
        form_filled(page)
        page.get_by_role("button", name="Cancel Appointment").click()
        page.get_by_role("heading", name="Who was told").wait_for()

    at_a_desk(visitor, way)


# Of each, those that cancel come last.
FOR_PROVIDERS: dict[Path, Callable[[Visitor], None]] = {
    README / "dashboard.png": dashboard,
    README / "cancel.png": cancel,
    README / "client-late-360.png": client_late,
    HELP / "list.webp": listed,
    HELP / "actions.webp": actions,
    HELP / "form.webp": form,
    HELP / "confirmation.webp": confirmation,
}
FOR_CLIENTS: dict[str, Callable[[Visitor], None]] = {
    "appointment.webp": client_appointment,
    "reason.webp": client_reason,
    "late.webp": late_on_a_phone,
    "canceled.webp": client_canceled,
}


def pictures(language: str) -> dict[Path, Callable[[Visitor], None]]:
    """All that there are in this language: clients' are in their own, the rest is in English."""
    theirs = {HELP / language / name: take for name, take in FOR_CLIENTS.items()}
    return (theirs | FOR_PROVIDERS) if language == ENGLISH else theirs
