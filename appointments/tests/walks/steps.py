"""What people do on any page of a walk."""

import re

import pytest
from django.core import mail
from playwright.sync_api import FrameLocator, Locator, Page, expect

from appointments.tests.walks.windows import PHONE, WIDE
from practice.tests.factories import PASSWORD


def every_way(*, the_first: pytest.MarkDecorator | None = None) -> pytest.MarkDecorator:
    """Wide and on a phone, with and without scripts; ``the_first`` marks the first of them."""
    return _ways(
        pytest.param(WIDE, True, id="wide", marks=[the_first] if the_first else []),
        pytest.param(PHONE, True, id="phone"),
        pytest.param(WIDE, False, id="wide without scripts"),
        pytest.param(PHONE, False, id="phone without scripts"),
    )


def _ways(*ways: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("width", "scripts"), ways)


EVERY_WAY = every_way()
OPPOSITE_WAYS = _ways(pytest.param(WIDE, True, id="wide"), pytest.param(PHONE, False, id="phone without scripts"))


def signs_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def goes_to(page: Page, place: str) -> None:
    """By the sidebar, the top bar or, on a phone, the bar at its foot."""
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name=place)
    expect(link).to_have_count(1)  # until the stylesheets are there, the bar and the sidebar both show
    link.click()


def sees_title(page: Page, title: str) -> None:
    """And the page is whole, scripts included: a test is quicker than any hand."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.wait_for_load_state()


def sees(where: Page | Locator | FrameLocator, words: str) -> None:
    expect(where.get_by_text(words).first).to_be_visible()


def mail_to(recipient: str) -> str:
    """The one mail that the person got, as text."""
    (text,) = [str(message.body) for message in mail.outbox if message.to == [recipient]]
    return text


def link_in(text: str, *, to: str = "b") -> str:
    """The booking link, or the manage link: ``m``."""
    link = re.search(rf"http://\S+/{to}/\S+", text)
    assert link
    return link[0]
