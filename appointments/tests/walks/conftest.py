"""A browser for the walks: one Chromium a run, a fresh window for each person, and no complaint left unread."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from appointments import demo
from appointments.tests.walks.tour import Tour
from appointments.tests.walks.windows import PHONE, WIDE, Complaints, OpenWindow, sign_in
from practice.models import Practice, User
from practice.tests.plugin import chromium

# Without these Chromium asks Google's hosts for updates; the sandbox cannot start as root.
PATIENCE = 30_000  # ms; a loaded machine is slow, and no test waits this long for what is there
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, timeout=4 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def open_window(
    chromium_browser: Browser, live_server: LiveServer, settings: Settings, complaints: Complaints
) -> Iterator[OpenWindow]:
    """Opens a window, signed in as the user; afterwards no page may have complained."""
    settings.BASE_URL = live_server.url
    contexts: list[BrowserContext] = []

    def opened(
        user: User | None = None, *, width: int = WIDE, scripts: bool = True, may: list[str] | None = None
    ) -> Page:
        context = chromium_browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800 if width == PHONE else 900},
            has_touch=width == PHONE,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="en-US",
            permissions=may or [],
        )
        contexts.append(context)
        complaints.listen(context)
        context.set_default_timeout(PATIENCE)
        if user is not None:
            sign_in(context, user, live_server.url)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    if complaints.heard:
        pytest.fail("\n".join(complaints.heard), pytrace=False)


@pytest.fixture
def tour(open_window: OpenWindow, complaints: Complaints) -> Iterator[Tour]:
    """Many pages in one test, which fails once with all that was found."""
    tour = Tour(open_window, complaints)
    yield tour
    if tour.problems:
        pytest.fail("\n".join(tour.problems), pytrace=False)


@pytest.fixture
def demo_practice(transactional_db: None, now: datetime) -> Practice:
    """The demo practice, loaded on Tuesday, March 3, 2026, 10:44 AM EST: every page has something to show."""
    cache.clear()
    demo.load(at=now)
    return Practice.objects.get()
