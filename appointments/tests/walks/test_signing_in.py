"""Getting in on a phone by a mailed code, with a passkey, and staying in."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from appointments.tests.walks.steps import sees_title, signs_in
from appointments.tests.walks.tours.tour import OPTIONS, STICKING_OUT, STRUCTURE
from appointments.tests.walks.windows import PHONE, OpenWindow
from clients.models import Client
from notifications.models import OutboxMessage
from practice.models import Provider

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def looks_well(page: Page) -> None:
    page.wait_for_load_state()
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(STRUCTURE, OPTIONS) == []
    assert page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_client_gets_in_by_a_code_on_a_phone(
    open_window: OpenWindow, jordan: Client, now: datetime, *, scripts: bool
) -> None:
    page = open_window(width=PHONE, scripts=scripts)
    page.goto("/")
    page.get_by_label("E-mail").fill(jordan.email)
    page.get_by_role("button", name="Send me a code").click()
    sees_title(page, "Enter the code")
    if scripts:
        looks_well(page)
    (code,) = re.findall(r"^\d{4} \d{4}$", OutboxMessage.objects.latest("pk").text, re.MULTILINE)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    sees_title(page, "Hello, Jordan")


def test_a_passkey_is_added_and_signs_in(open_window: OpenWindow, maya: Provider, now: datetime) -> None:
    page = open_window(own=True)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    signs_in(page, maya.user.email)
    page.get_by_role("link", name="Add a second step").click()
    page.get_by_role("link", name="Add a passkey").click()
    looks_well(page)
    page.get_by_role("button", name="Add the passkey").click()
    sees_title(page, "Recovery codes")
    page.goto("/dashboard/")
    expect(page.get_by_text("Add a second step to your sign-in")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    sees_title(page, "Good morning, Maya")


def test_who_is_still_there_stays_and_who_comes_back_finds_the_form(
    open_window: OpenWindow, maya: Provider, now: datetime
) -> None:
    page = open_window(maya.user, own=True)
    page.clock.install(time=now)
    page.goto("/settings/late-fees/")
    with page.expect_response(
        lambda answer: answer.request.method == "POST"
    ):  # what typing asks for; from here on nobody does anything
        page.get_by_label("Your words to clients").fill("Call me first.")
        page.clock.run_for(2_000)
    dialog = page.get_by_role("alertdialog")
    with time_machine.travel(now + timedelta(minutes=29), tick=False):
        page.clock.fast_forward("29:00")
        expect(dialog).to_contain_text("Are you still there?")
        looks_well(page)
        dialog.get_by_role("button", name="Stay signed in").click()
        expect(dialog).to_be_hidden()
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        page.clock.fast_forward("32:00")
        expect(dialog).to_contain_text("You were signed out")
        with page.context.expect_page() as opened:
            dialog.get_by_role("link", name="Sign in again").click()
        signs_in_there = opened.value
        signs_in_there.get_by_label("E-mail").fill(maya.user.email)
        signs_in_there.get_by_label("Password").fill("practice-demo")
        signs_in_there.get_by_role("button", name="Sign in", exact=True).click()
        sees_title(signs_in_there, "You are signed in again")
        signs_in_there.close()
        page.clock.fast_forward("00:10")
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved. From now on clients agree to")).to_be_visible()
    assert maya.fee_policies.newest_first()[0].words == "Call me first."
