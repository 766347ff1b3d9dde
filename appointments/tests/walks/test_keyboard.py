"""Everything by keyboard: menus, the drop-down of clients, reasons, mistakes; and where one is can always be seen."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late
from appointments.tests.walks.steps import sees, sees_title
from appointments.tests.walks.windows import PHONE, WIDE, OpenWindow
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from practice.models import Provider

pytestmark = pytest.mark.browser

# The outline may be drawn around what holds the control, such as a choice, or what it covers, such as a row.
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const draws = (style) => parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  const outlined = (node, steps) => node && steps &&
    (draws(getComputedStyle(node)) || draws(getComputedStyle(node, "::after")) ? node
      : outlined(node.parentElement, steps - 1));
  const box = (outlined(one, 3) || one).getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return {
    name: one.outerHTML.slice(0, 100),
    outlined: Boolean(outlined(one, 3)),
    covered: Boolean(top) && !one.contains(top) && !top.contains(one) && !top.closest("label")?.contains(one),
  };
}"""


@pytest.fixture
def appointment(maya: Provider, jordan: Client) -> Appointment:
    return late(maya, jordan)


def shows(page: Page, name: str, *args: object) -> None:
    page.goto(reverse(f"appointments:{name}", args=args))
    page.wait_for_load_state()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_actions_menu(open_window: OpenWindow, maya: Provider, appointment: Appointment, now: datetime) -> None:
    page = open_window(maya.user)
    shows(page, "detail", appointment.uid)
    actions = page.locator("summary", has_text="Actions")
    first, row = (page.get_by_role("link", name=name, exact=True) for name in ("Reschedule", "Cancel appointment"))
    actions.focus()
    press(page, "Enter")
    expect(row).to_be_visible()
    press(page, "ArrowDown")
    expect(first).to_be_focused()
    press(page, "ArrowDown")
    expect(row).to_be_focused()
    press(page, "ArrowDown")
    expect(page.get_by_role("button", name="Copy Link")).to_be_focused()
    press(page, "Escape")
    expect(row).to_be_hidden()
    expect(actions).to_be_focused()
    press(page, "Enter", "ArrowDown", "ArrowDown", "Enter")
    sees_title(page, "Cancel Jordan’s appointment")


def test_the_drop_down_of_clients(open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime) -> None:
    make_client(maya, first_name="Élodie", last_name="Müller", email="elodie.muller@example.com")
    page = open_window(maya.user)
    shows(page, "dashboard")
    box = page.get_by_role("combobox", name="Client")
    box.focus()
    press(page, "ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option")).to_have_text(["Élodie Müller", "Jordan Lee"])
    press(page, "Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("leee")
    nobody = "No client with “leee”. Check the spelling."
    expect(page.get_by_role("option")).to_have_text([nobody])
    expect(page.get_by_role("status").filter(has_text=nobody)).to_be_attached()
    page.get_by_role("option").click(force=True)  # it can't be chosen, and takes nothing away
    expect(box).to_have_value("leee")
    press(page, "Enter", "Control+a")
    page.keyboard.type("muller el")
    expect(page.get_by_role("option")).to_have_text(["Élodie Müller"])
    expect(page.get_by_role("status").filter(has_text="1 client")).to_be_attached()
    chosen = page.get_by_role("option", name="Élodie Müller")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    press(page, "Enter")
    expect(page.get_by_label("Élodie’s booking link")).to_be_visible()


@pytest.mark.parametrize("typed", ["o'brien soren", "OBRIEN SØREN", "O’Brien", "soren obrien@"])
def test_the_drop_down_finds_whom_a_search_finds(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, typed: str
) -> None:
    for number in (1, 2):
        make_client(maya, first_name="Søren", last_name="O’Brien", email=f"obrien@{number}.example")
    page = open_window(maya.user)
    shows(page, "dashboard")
    page.get_by_role("combobox", name="Client").focus()
    page.keyboard.type(typed)
    expect(page.get_by_role("option")).to_have_text(
        ["Søren O’Brien, obrien@1.example", "Søren O’Brien, obrien@2.example"]
    )


def test_reasons_and_what_was_forgotten(
    open_window: OpenWindow, maya: Provider, appointment: Appointment, now: datetime
) -> None:
    page = open_window(maya.user)
    shows(page, "cancel", appointment.uid)
    page.get_by_role("button", name="Cancel Appointment").focus()
    press(page, "Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    page.wait_for_load_state()  # scripts that focus it once more have run
    press(page, "Tab", "Enter")
    first, second = page.get_by_role("radio").nth(0), page.get_by_role("radio").nth(1)
    expect(first).to_be_focused()
    press(page, "Space", "ArrowDown")
    expect(second).to_be_checked()
    expect(second).to_be_focused()
    sees(page, "No late fee")
    press(page, "ArrowDown", "ArrowDown")
    expect(page.get_by_role("radio", name="Jordan asked to cancel")).to_be_focused()
    expect(page.get_by_role("radio", name="Charge $75.00")).to_be_checked()


def test_a_refused_client_hears_it_first(
    open_window: OpenWindow, maya: Provider, jordan: Client, care: CareRelationship, now: datetime
) -> None:
    page = open_window()
    shows(page, "book", care.booking_token)
    page.get_by_role("button", name="Book appointment").focus()
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.wait_for_load_state()  # scripts that focus it once more have run
    press(page, "Tab", "Tab", "Enter")
    expect(page.get_by_role("checkbox", name="I have read this and agree")).to_be_focused()


@pytest.mark.parametrize("width", [WIDE, PHONE], ids=["wide", "phone"])
def test_where_one_is_can_always_be_seen(
    open_window: OpenWindow,
    maya: Provider,
    appointment: Appointment,
    care: CareRelationship,
    now: datetime,
    *,
    width: int,
) -> None:
    for days in range(2, 12):
        booked(maya, make_client(maya), start=NOW + timedelta(days=days))
    lost = []
    page = open_window(maya.user, width=width)
    for name, args in [("dashboard", ()), ("list", ()), ("detail", (appointment.uid,)), ("cancel", (appointment.uid,))]:
        shows(page, name, *args)
        lost += [f"{name}: {one}" for one in tabs_through(page)]
    stranger = open_window(width=width)
    shows(stranger, "book", care.booking_token)
    lost += [f"book: {one}" for one in tabs_through(stranger)]
    assert lost == []


def tabs_through(page: Page) -> list[str]:
    """What took the focus without showing it, or under something else."""
    press(page, "Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    lost, seen = [], 0
    for _ in range(80):
        here = page.evaluate(HERE)
        if here is None:
            break
        seen += 1
        lost += [here["name"]] if not here["outlined"] or here["covered"] else []
        press(page, "Tab")
    assert seen > 5
    return lost


def test_skipping_to_the_content(open_window: OpenWindow, maya: Provider, now: datetime) -> None:
    page = open_window(maya.user)
    shows(page, "dashboard")
    press(page, "Tab", "Enter")
    expect(page.get_by_role("main")).to_be_focused()
