"""A provider sets a policy: tries it, lets it begin later, and calls it off, label by label."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from appointments.fees import FeeChoice
from appointments.tests.test_client_fees import charged, decided
from appointments.tests.walks.steps import OPPOSITE_WAYS, sees, sees_title
from appointments.tests.walks.windows import OpenWindow
from clients.models import Client
from practice.models import Provider

pytestmark = pytest.mark.browser


def opens(page: Page, fold: str) -> None:
    page.locator("summary").filter(has_text=fold).click()


@OPPOSITE_WAYS
def test_a_policy_is_tried_scheduled_and_called_off(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    charged(maya, jordan, decided(FeeChoice.CHARGE))
    page = open_window(maya.user, width=width, scripts=scripts)
    page.goto("/settings/")
    page.get_by_role("link", name="Late fees").click()
    sees_title(page, "Late fees")

    page.get_by_label("Notice").fill("2")
    page.get_by_label("Counted in").select_option("business days")
    page.get_by_label("Late-cancellation fee").fill("50%")
    expect(page.get_by_label("Session price")).to_be_hidden()
    opens(page, "Session price")
    page.get_by_label("Session price").fill("120")
    if not scripts:
        page.get_by_role("button", name="Show the example").click()
    sees(page, "Not counted: the weekend of Mar 7.")
    sees(page, "a fee of up to $60.00 may apply")

    page.get_by_role("button", name="Try it on last quarter").click()
    sees(page, "Tried on the last 90 days")
    opens(page, "When it begins")
    page.get_by_label("From", exact=True).fill("2026-03-09")
    page.get_by_label("At", exact=True).fill("09:00")
    page.get_by_role("button", name="Save policy").click()
    sees(page, "Saved. From Mon, Mar 9, 9:00 AM EDT on clients agree to $60.00 (50%) inside 2 business days")
    sees(page, "Another policy begins Mar 9, 2026, 9:00 AM EDT")

    page.get_by_role("link", name="keep today’s").click()
    expect(page.get_by_label("Late-cancellation fee")).to_have_value("$75.00")
    expect(page.get_by_label("At", exact=True)).to_have_value("09:00")
    page.get_by_role("button", name="Save policy").click()
    sees(page, "Replaced before it began:")
