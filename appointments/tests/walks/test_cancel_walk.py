"""The article's walk, label by label: a provider cancels late, sees who was told, and finds the client's link again."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from appointments.models import Appointment, Fee
from appointments.tests.factories import late
from appointments.tests.walks.steps import EVERY_WAY, every_way, goes_to, link_in, mail_to, sees, sees_title, signs_in
from appointments.tests.walks.windows import PHONE, OpenWindow
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from notifications import outbox
from practice.models import Provider

pytestmark = pytest.mark.browser


@every_way(the_first=pytest.mark.browser_postgres)
def test_a_provider_cancels_late_and_reduces_the_fee(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    appointment = late(maya, jordan)
    page = open_window(width=width, scripts=scripts)
    signs_in(page, "maya.chen@example.com")

    goes_to(page, "Appointments")
    finds_in_the_list_view(page, "jor", "Jordan Lee", scripts=scripts)
    sees_title(page, "Jordan Lee")
    page.get_by_text("Actions").click()
    page.get_by_role("link", name="Cancel appointment").click()

    sees_title(page, "Cancel Jordan’s appointment")
    sees(page, "Late: 22 h 15 min notice")
    reads_the_mail(page, folded=scripts and width == PHONE)
    page.get_by_role("radio", name="Jordan asked to cancel").check()
    page.get_by_label("Note to Jordan").fill("See you next week.")
    page.get_by_label("Private note").fill("Second time this month.")
    if not scripts:
        page.get_by_role("button", name="Cancel Appointment").click()
        expect(page.get_by_role("alert")).to_contain_text("$75.00")
        assert not Fee.objects.exists()
    reduces_the_fee(page)
    if not scripts:
        page.get_by_role("button", name="Show what Jordan will get").click()
    preview = page.get_by_title("The mail to Jordan").content_frame
    sees(preview, "See you next week.")
    sees(preview, "$40.00")
    expect(preview.get_by_text("Second time this month.")).to_have_count(0)
    page.get_by_role("button", name="Cancel Appointment").click()

    sees_who_was_told(page, now, scripts=scripts)
    appointment.refresh_from_db()
    fee = Fee.objects.get()
    assert (appointment.status, str(fee.amount), fee.status) == ("canceled", "40.00", "due")
    assert "See you next week." in mail_to("jordan.lee@example.com")
    assert "Second time this month." not in mail_to("jordan.lee@example.com")

    follows_the_link(open_window(width=width, scripts=scripts), link_in(mail_to("jordan.lee@example.com")))


def finds_in_the_list_view(page: Page, typed: str, name: str, *, scripts: bool) -> None:
    sees_title(page, "Appointments")
    expect(page.get_by_role("heading", name="List View")).to_be_visible()
    search = page.get_by_label("Search by client’s name")
    search.press_sequentially(typed)
    if not scripts:
        search.press("Enter")
    expect(page).to_have_url(re.compile(rf"q={typed}"))
    page.get_by_role("link", name=name).click()


def reads_the_mail(page: Page, *, folded: bool) -> None:
    if folded:
        page.get_by_text("What Jordan will get", exact=True).click()
    sees(page, "Choose a reason to see the mail.")


def reduces_the_fee(page: Page) -> None:
    sees(page, "Because this is 22 h 15 min before the start")
    expect(page.get_by_role("radio", name="Charge $75.00")).to_be_checked()
    page.get_by_role("radio", name="Reduce to").check()
    page.get_by_label("New amount").fill("40.00")
    page.get_by_label("Why").fill("First time late")


def sees_who_was_told(page: Page, now: datetime, *, scripts: bool) -> None:
    sees_title(page, "Canceled. Jordan is being told")
    outbox.deliver_due(at=now)
    if not scripts:
        page.reload()
    sees_title(page, "Canceled. Jordan’s mail has been sent")
    sees(page, "jordan.lee@example.com")
    sees(page, "$40.00")


def follows_the_link(page: Page, link: str) -> None:
    page.goto(link)
    sees_title(page, "Book a time with Maya Chen, LCSW")
    sees(page, "Booking as Jordan L.")


@pytest.fixture
def alexes(maya: Provider) -> tuple[CareRelationship, CareRelationship]:
    """Two clients of one name."""
    first, second = (
        make_client(maya, first_name="Alex", last_name="Kim", email=email)
        for email in ("alex.kim@example.com", "kim.alex@example.com")
    )
    return care_of(first, maya), care_of(second, maya)


@EVERY_WAY
def test_the_dashboard_gives_out_one_clients_link(
    open_window: OpenWindow,
    maya: Provider,
    jordan: Client,
    alexes: tuple[CareRelationship, CareRelationship],
    now: datetime,
    *,
    width: int,
    scripts: bool,
) -> None:
    page = open_window(maya.user, width=width, scripts=scripts, may=["clipboard-read", "clipboard-write"])
    page.goto("/appointments/")
    goes_to(page, "Dashboard")
    sees_title(page, "Good morning, Maya")
    expect(page.get_by_role("heading", name="Your Practice")).to_be_visible()
    choice = page.get_by_role("combobox", name="Client")
    if scripts:
        choice.click()
        page.get_by_role("option", name="Alex Kim, kim.alex@example.com").click()
    else:
        choice.select_option("Alex Kim, kim.alex@example.com")
        page.get_by_role("button", name="Show link").click()
    field = page.get_by_label("Alex’s booking link")
    link = field.input_value()
    assert link.endswith(f"/b/{alexes[1].booking_token}/")
    assert alexes[0].booking_token not in page.content()
    if scripts:
        page.get_by_role("button", name="Copy Link").click()
        expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == link

    anyone = open_window(width=width, scripts=scripts)
    anyone.goto(link)
    sees_title(anyone, "Book a time with Maya Chen, LCSW")
    sees(anyone, "Booking as Alex K.")


def test_where_the_clipboard_is_refused_the_link_is_selected(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime
) -> None:
    page = open_window(maya.user, own=True)
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new DOMException())")
    page.goto(f"/dashboard/?client={jordan.pk}")
    page.get_by_role("button", name="Copy Link").click()
    sees(page, "This browser does not let us copy. The link is selected: copy it yourself.")
    expect(page.get_by_label("Jordan’s booking link")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == page.get_by_label("Jordan’s booking link").input_value()


def test_what_the_second_of_two_presses_shows(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime
) -> None:
    appointment = late(maya, jordan)
    first, second = open_window(maya.user), open_window(maya.user)
    for page in (first, second):
        page.goto(f"/appointments/{appointment.uid}/cancel/")
        page.get_by_role("radio", name="I am unwell or have an emergency").check()
        sees(page, "No late fee")
    for page in (first, second):
        page.get_by_role("button", name="Cancel Appointment").click()
        sees_title(page, "Canceled. Jordan is being told")
    sees(second, "Nothing was sent twice.")
    assert Appointment.objects.get().cancellations.count() == 1


def test_a_preview_at_the_moment_of_the_press_does_not_take_its_place(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime
) -> None:
    appointment, page = late(maya, jordan), open_window(maya.user)
    page.goto(f"/appointments/{appointment.uid}/cancel/")
    page.get_by_role("radio", name="I am unwell or have an emergency").check()
    sees(page, "No late fee")
    press = page.get_by_role("button", name="Cancel Appointment")
    press.evaluate("""button => {
        const note = button.form.elements.note_to_client;
        note.value = "Typed a moment ago";
        note.dispatchEvent(new Event("input", { bubbles: true }));
        for (const begun = Date.now(); Date.now() < begun + 500;);  // until the preview is due
        scheduler.postTask(() => button.click(), { priority: "user-blocking" });  // as a press comes before it
    }""")
    sees_title(page, "Canceled. Jordan is being told")
    assert appointment.cancellations.get().note_to_client == "Typed a moment ago"
