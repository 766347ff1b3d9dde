"""A browser for the walks: one Chromium a run, a fresh window for each person, and no complaint left unread."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import disk_usage

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from appointments.tests.walks.windows import PHONE, TELL_OF_POLICY, WIDE, Complaints, OpenWindow, sign_in
from practice.models import User
from practice.tests.plugin import chromium

Kind = tuple[int, bool, bool]  # as wide as, with scripts, with axe
NewPage = Callable[[Kind, list[str] | None], Page]

PATIENCE = 30_000  # ms; a loaded machine is slow, and no test waits this long for what is there
AT_REST = "/static/img/favicon.svg"  # runs nothing; away from the server a window would lose its process
# Without these Chromium asks Google's hosts for updates; the sandbox cannot start as root.
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    # A page is looked at once: to make its scripts faster for later takes longer than it saves.
    "--js-flags=--no-opt,--no-maglev,--always-sparkplug,--single-threaded-gc",
    # RenderDocument makes a frame’s host anew for each page: 5 to 8 % of all CPU here. The flag stands for one of
    # Playwright’s own, of which the entry about pressing and leaving is kept; the others are nothing these pages meet.
    "--disable-features=RenderDocument,AvoidUnnecessaryBeforeUnloadCheckSync",
]
# Playwright has windows painted into files; shared memory is quicker, where a container has not cut it short.
SHARED_MEMORY, ENOUGH = Path("/dev/shm"), 2**30


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    roomy = SHARED_MEMORY.exists() and disk_usage(SHARED_MEMORY).free > ENOUGH
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=FLAGS,
            ignore_default_args=["--disable-dev-shm-usage"] if roomy else None,
            timeout=4 * PATIENCE,
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def kept_files() -> Iterator[None]:
    """The browser asks once for each stylesheet and script, as from a real server, and not again on every page."""
    serve = StaticFilesHandler.serve

    def kept(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(handler, request)
        response["Cache-Control"] = "max-age=315360000"  # the clock of the tests is behind the browser’s
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture(scope="session")
def parked(chromium_browser: Browser) -> dict[Kind, list[Page]]:
    """Windows that a test has left and the next may have: a new one takes a process longer than most pages do."""
    return defaultdict(list)


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def new_page(chromium_browser: Browser, live_server: LiveServer) -> NewPage:
    """In a window of its own: of which kind, and what its pages may do."""

    def new(kind: Kind, may: list[str] | None) -> Page:
        width, scripts, axe = kind
        context = chromium_browser.new_context(
            base_url=live_server.url,
            has_touch=width == PHONE,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="en-US",
            permissions=may or [],
        )
        context.add_init_script(TELL_OF_POLICY)
        if axe:
            context.add_init_script(AXE_SCRIPT)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    return new


@pytest.fixture
def open_window(
    new_page: NewPage,
    parked: dict[Kind, list[Page]],
    live_server: LiveServer,
    settings: Settings,
    complaints: Complaints,
) -> Iterator[OpenWindow]:
    """Opens a window, signed in as the user; afterwards no page may have complained."""
    settings.BASE_URL = live_server.url
    lent: list[tuple[Kind, Page]] = []
    owned: list[BrowserContext] = []

    def opened(
        user: User | None = None,
        *,
        width: int = WIDE,
        scripts: bool = True,
        may: list[str] | None = None,
        own: bool = False,
        axe: bool = False,
    ) -> Page:
        kind = width, scripts, axe
        shared = not own and not may
        page = parked[kind].pop() if shared and parked[kind] else new_page(kind, may)
        if shared:
            lent.append((kind, page))
        else:
            owned.append(page.context)
        page.set_viewport_size({"width": width, "height": 800 if width == PHONE else 900})
        page.emulate_media(color_scheme="light")
        page.context.clear_cookies()
        complaints.listen(page.context)
        if user is not None:
            sign_in(page.context, user, live_server.url)
        return page

    yield opened
    for kind, page in lent:
        complaints.leave(page.context)
        if complaints.heard or len(page.context.pages) != 1:
            page.context.close()
            continue
        page.goto(AT_REST)
        parked[kind].append(page)
    for context in owned:
        context.close()
    if complaints.heard:
        pytest.fail("\n".join(complaints.heard), pytrace=False)
