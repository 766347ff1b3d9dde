"""A fee is paid, label by label: the provider marks it, the client reads the mail and takes the receipt."""

from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Settlement
from appointments.tests.factories import late
from appointments.tests.test_cancellation import cancel
from appointments.tests.walks.steps import OPPOSITE_WAYS, goes_to, sees, sees_title
from appointments.tests.walks.windows import OpenWindow
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider

pytestmark = pytest.mark.browser


@OPPOSITE_WAYS
def test_a_fee_is_paid_and_its_receipt_taken(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)))
    page = open_window(maya.user, width=width, scripts=scripts)
    page.goto(f"/appointments/{appointment.uid}/")
    page.get_by_role("link", name="Mark as paid").click()

    sees_title(page, "Mark Jordan’s fee as paid")
    sees(page, "Nothing is charged to a card here")
    page.get_by_label("Amount paid").fill("40")
    page.get_by_text("Check", exact=True).click()
    page.get_by_label("Reference").fill("1042")
    page.get_by_role("button", name="Mark as paid").click()
    sees(page, "part payments are not kept here")
    page.get_by_label("Amount paid").fill("75")
    page.get_by_role("button", name="Mark as paid").click()

    sees_title(page, f"Receipt {Settlement.objects.get().pk}")
    sees(page, "The fee of $75.00 is paid. Jordan gets a mail that says so.")
    assert OutboxMessage.objects.latest("pk").kind == "fee_paid"

    theirs = open_window(jordan.user, width=width, scripts=scripts)
    theirs.goto("/")
    goes_to(theirs, "Fees")
    sees_title(theirs, "Fees")
    theirs.get_by_role("link", name="See your receipt").click()
    sees_title(theirs, "Receipt")
    expect(theirs.get_by_text("Check, 1042")).to_be_visible()
    with theirs.expect_download() as taken:
        theirs.get_by_role("link", name="Download as PDF").click()
    assert taken.value.suggested_filename == f"receipt-{Settlement.objects.get().pk}.pdf"
