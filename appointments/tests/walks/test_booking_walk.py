"""Choosing a time on the booking page: what the panel tells, and what is asked before a near time is booked."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from appointments.models import Appointment
from appointments.tests.walks.steps import OPPOSITE_WAYS, sees, sees_title
from appointments.tests.walks.windows import PHONE, WIDE, OpenWindow
from clients.models import CareRelationship

pytestmark = pytest.mark.browser

PANEL = "Your appointment"


def opens_the_link(page: Page, care: CareRelationship) -> None:
    page.goto(f"/b/{care.booking_token}/")


def test_the_panel_tells_of_the_chosen_time(open_window: OpenWindow, care: CareRelationship, now: datetime) -> None:
    page = open_window()
    opens_the_link(page, care)
    panel = page.get_by_role("region", name=PANEL)
    expect(panel).to_contain_text("until 24 hours before the start")

    page.get_by_role("group", name="Fri, Mar 6 EST").get_by_role("radio", name="10:00 AM").check()
    expect(panel).to_contain_text("Friday, March 6")
    expect(panel).to_contain_text("until 10:50 AM EST, with Maya Chen, LCSW")
    expect(panel).to_contain_text("You can cancel free of charge until Thu, Mar 5, 10:00 AM EST, 24 hours ahead.")
    expect(panel.get_by_text("until 24 hours before the start")).to_be_hidden()

    page.get_by_role("group", name="Wed, Mar 4 EST").get_by_role("radio", name="9:00 AM").check()
    expect(panel).to_contain_text("This is less than 24 hours ahead, so it can’t be canceled online.")
    expect(panel.get_by_text("You can cancel free of charge")).to_have_count(2)
    for words in panel.get_by_text("You can cancel free of charge").all():
        expect(words).to_be_hidden()


@OPPOSITE_WAYS
def test_a_near_time_is_asked_about_before_it_is_booked(
    open_window: OpenWindow, care: CareRelationship, now: datetime, *, width: int, scripts: bool
) -> None:
    page = open_window(width=width, scripts=scripts)
    opens_the_link(page, care)
    page.get_by_role("group", name="Wed, Mar 4 EST").get_by_role("radio", name="9:00 AM").check()
    page.get_by_role("checkbox", name="I have read this and agree").check()
    page.get_by_role("button", name="Book appointment").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing is booked yet")
    assert not Appointment.objects.exists()
    if scripts:
        expect(page.get_by_role("alert")).to_be_focused()
        # The question was about one time: another is simply booked.
        page.get_by_role("group", name="Fri, Mar 6 EST").get_by_role("radio", name="10:00 AM").check()
        expect(page.get_by_role("button", name="Book appointment")).to_be_visible()
        page.get_by_role("group", name="Wed, Mar 4 EST").get_by_role("radio", name="9:00 AM").check()
    page.get_by_role("button", name="Book it anyway").click()

    sees_title(page, "Your appointment is booked")
    sees(page, "This is less than 24 hours ahead, so it can’t be canceled online.")


@OPPOSITE_WAYS
def test_another_zone_is_chosen_and_kept(
    open_window: OpenWindow, care: CareRelationship, now: datetime, *, width: int, scripts: bool
) -> None:
    page = open_window(width=width, scripts=scripts)
    opens_the_link(page, care)
    show = page.get_by_role("button", name="Show", exact=True)
    if scripts:
        expect(show).to_be_hidden()
    page.get_by_label("Times are shown in").select_option(label="Los Angeles (PST)")
    show.click()
    sees(page, "Wed, Mar 4 PST")
    page.get_by_role("link", name="Later days").click()
    sees(page, "Wed, Mar 11 PDT")
    expect(page.get_by_label("Times are shown in")).to_have_value("America/Los_Angeles")


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_no_name_is_too_long_for_the_page(open_window: OpenWindow, care: CareRelationship, width: int) -> None:
    provider, client = care.provider, care.client
    provider.display_name, provider.credentials = "Dr. Ana María Gutiérrez de la Fuente", "PhD"
    provider.save()
    client.preferred_name = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
    client.save()
    page = open_window(width=width)
    opens_the_link(page, care)
    sees(page, f"Booking as {client.preferred_name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('h1').scrollWidth <= document.querySelector('h1').clientWidth")
