"""A client's walk, label by label: cancel in time, book again by the link, and when late be told why not."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from appointments import booking
from appointments.models import Appointment
from appointments.tests.factories import booked, late, on_time
from appointments.tests.walks.steps import EVERY_WAY, goes_to, link_in, mail_to, sees, sees_title, signs_in
from appointments.tests.walks.windows import PHONE, OpenWindow
from clients.models import CareRelationship, Client
from notifications import outbox
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format

pytestmark = pytest.mark.browser


@EVERY_WAY
def test_a_client_cancels_in_time_and_books_again_by_the_link(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    appointment = on_time(maya, jordan)
    page = open_window(width=width, scripts=scripts)
    signs_in(page, "jordan.lee@example.com")

    sees_title(page, "Wednesday, March 4 at 12:44 PM")
    sees(page, "You can cancel free of charge until Tue, Mar 3, 12:44 PM EST")
    page.get_by_role("link", name="Cancel appointment").click()

    sees_title(page, "Cancel this appointment?")
    sees(page, "You can cancel free of charge until Tue, Mar 3, 12:44 PM EST")
    page.get_by_role("radio", name="Work or family").check()
    page.get_by_label("Note to Maya").fill("My daughter’s school called.")
    page.get_by_role("button", name="Cancel appointment").click()

    sees_title(page, "Canceled. Your mail is on its way")
    sees(page, "My daughter’s school called.")
    outbox.deliver_due(at=now)
    if not scripts:
        page.reload()
    sees_title(page, "Canceled. Your mail has been sent")
    assert sorted(message.to[0] for message in mail.outbox) == ["jordan.lee@example.com", "maya.chen@example.com"]

    goes_to(page, "Appointments")
    row = page.get_by_role("listitem").filter(has_text="Canceled")
    expect(row.get_by_text("12:44")).to_have_css("text-decoration-line", "line-through")

    books_again_by_the_link(open_window(width=width, scripts=scripts), link_in(mail_to("jordan.lee@example.com")))
    assert Appointment.objects.booked().get().format == "in_person"
    appointment.refresh_from_db()
    assert appointment.status == "canceled"


def books_again_by_the_link(page: Page, link: str) -> None:
    """Without being signed in."""
    page.goto(link)
    sees_title(page, "Book a time with Maya Chen, LCSW")
    friday = page.get_by_role("group", name="Fri, Mar 6 EST")
    friday.get_by_role("radio", name="11:00 AM").check()
    page.get_by_role("radio", name="In person").check()
    agreement = page.get_by_role("checkbox", name="I have read this and agree")
    expect(agreement).not_to_be_checked()
    agreement.check()
    page.get_by_role("button", name="Book appointment").click()

    sees_title(page, "Your appointment is booked")
    sees(page, "Friday, March 6")
    sees(page, "You agreed to this on Mar 3, 2026.")


@dataclass(frozen=True)
class Labels:
    """What stands on the way from the mail to a canceled appointment, in one language."""

    when: str
    cancel: str
    question: str
    canceled: str
    changed_my_mind: str
    stands: str


ENGLISH = Labels(
    "Friday, March 6 at 10:00 AM", "Cancel appointment", "Cancel this appointment?",
    "Canceled. Your mail is on its way", "I changed my mind", "Your appointment stands as it was.",
)  # fmt: skip
SPANISH = Labels(
    "viernes, 6 de marzo, 10:00 a.m.", "Cancelar la cita", "¿Cancelar esta cita?",
    "Cancelada. Su correo va en camino", "Cambié de opinión", "Su cita sigue en pie como estaba.",
)  # fmt: skip


@pytest.mark.parametrize(("language", "labels"), [("en", ENGLISH), ("es", SPANISH)], ids=["English", "Spanish"])
def test_from_the_mail_on_a_phone_without_scripts_it_takes_three_taps_to_cancel(
    *,
    open_window: OpenWindow,
    maya: Provider,
    jordan: Client,
    care: CareRelationship,
    now: datetime,
    language: str,
    labels: Labels,
) -> None:
    jordan.language = language
    jordan.save()
    appointment = booking.book(
        care, start=now.replace(hour=15, minute=0) + timedelta(days=3), format=Format.VIDEO, by=Actor.client(), at=now,
        agreed=maya.fee_policies.in_force(at=now),
    )  # fmt: skip
    outbox.deliver_due(at=now)
    page = open_window(width=PHONE, scripts=False)

    page.goto(link_in(mail_to("jordan.lee@example.com"), to="m"))  # one: the link in the mail
    sees_title(page, labels.when)
    page.get_by_role("link", name=labels.cancel).tap()  # two
    sees_title(page, labels.question)
    page.get_by_role("button", name=labels.cancel).tap()  # three
    sees_title(page, labels.canceled)

    appointment.refresh_from_db()
    assert appointment.status == "canceled"
    assert appointment.cancellations.get().reason.key == "not-said"

    page.get_by_role("button", name=labels.changed_my_mind).tap()
    sees(page, labels.stands)
    appointment.refresh_from_db()
    assert appointment.is_booked


@EVERY_WAY
def test_a_client_who_is_late_is_told_why_not_and_whom_to_call(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    appointment = late(maya, jordan)
    page = open_window(jordan.user, width=width, scripts=scripts)
    page.goto("/")
    expect(page.get_by_role("heading", name="It can no longer be canceled online")).to_be_visible()
    page.get_by_role("link", name="See what you can do").click()

    sees_title(page, "This appointment can no longer be canceled online")
    sees(page, "You could cancel yourself until Tue, Mar 3, 8:59 AM EST, 24 hours ahead.")
    sees(page, "If Maya cancels it for you, a fee of up to $75.00 may apply")
    expect(page.get_by_role("link", name="Call Maya")).to_have_attribute("href", "tel:2125550186")
    write = re.compile(r"^mailto:maya\.chen@example\.com\?subject=Appointment%20on%20Wed")
    expect(page.get_by_role("link", name="Write to Maya")).to_have_attribute("href", write)
    page.get_by_label("Note to Maya").fill("My daughter’s school called.")
    page.get_by_role("button", name="Ask Maya to cancel").click()
    sees(page, "You asked Maya to cancel on Tue, Mar 3, 10:44 AM EST")
    page.get_by_role("link", name="Keep appointment").click()
    sees_title(page, "Wednesday, March 4 at 8:59 AM")
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_a_page_opened_before_the_deadline_and_sent_after_it_cancels_nothing(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime
) -> None:
    appointment = booked(maya, jordan, start=now + timedelta(hours=24, minutes=3))
    page = open_window(jordan.user)
    page.goto(reverse("appointments:client_cancel", args=[appointment.uid]))
    page.get_by_role("radio", name="Work or family").check()
    page.get_by_label("Note to Maya").fill("My daughter’s school called.")
    with time_machine.travel(now + timedelta(minutes=8), tick=False):
        page.get_by_role("button", name="Cancel appointment").click()
        sees_title(page, "This appointment can no longer be canceled online")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was canceled")
    sees(page, "That was 5 min ago.")
    expect(page.get_by_label("Note to Maya")).to_have_value("My daughter’s school called.")
    appointment.refresh_from_db()
    assert appointment.status == "booked"
