"""A fee from its policy to its end: agreed to, charged, objected to, answered; label by label."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from appointments.fees import FeeChoice
from appointments.models import Appointment
from appointments.tests.factories import NOW
from appointments.tests.test_client_fees import charged, decided
from appointments.tests.walks.steps import OPPOSITE_WAYS, goes_to, mail_to, sees, sees_title, signs_in
from appointments.tests.walks.windows import OpenWindow
from clients.models import CareRelationship, Client
from notifications import outbox
from notifications.models import OutboxMessage
from practice.models import Provider

pytestmark = pytest.mark.browser


@OPPOSITE_WAYS
def test_a_client_objects_and_is_waived(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    charged(maya, jordan, decided(FeeChoice.CHARGE))
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    theirs = open_window(jordan.user, width=width, scripts=scripts)
    theirs.goto("/")
    goes_to(theirs, "Fees")

    sees(theirs, "It was canceled 5 h before the start")
    accepted = theirs.get_by_text("You can cancel free of charge until")
    expect(accepted).to_be_hidden()
    theirs.get_by_text("The policy as you accepted it").click()
    expect(accepted).to_be_visible()
    theirs.get_by_role("link", name="Object to the fee for").click()
    sees_title(theirs, "Object to this fee")
    theirs.get_by_label("What seems wrong").fill("My train stood still.")
    theirs.get_by_role("button", name="Object").click()
    sees_title(theirs, "Fees")
    sees(theirs, "Maya has your objection and answers it.")

    hers = open_window(maya.user, width=width, scripts=scripts)
    hers.goto("/")
    sees(hers, "Jordan Lee objects to the fee of $75.00")
    hers.get_by_role("link", name="Answer Jordan Lee’s objection").click()
    sees_title(hers, "Answer Jordan’s objection")
    sees(hers, "My train stood still.")
    hers.get_by_role("radio", name="Waive").check()
    expect(hers.get_by_label("New amount")).to_be_hidden()
    hers.get_by_label("Words to Jordan").fill("That was not yours to help.")
    hers.get_by_role("button", name="Answer").click()
    sees(hers, "Answered. Jordan gets a mail that says so.")

    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert "Maya waived the fee of $75.00. You owe nothing." in mail_to("jordan.lee@example.com")
    theirs.reload()
    sees(theirs, "Maya waived the fee of $75.00")
    sees(theirs, "That was not yours to help.")
    sees(theirs, "You owe nothing.")


@OPPOSITE_WAYS
def test_from_setting_a_policy_to_being_waived(
    open_window: OpenWindow, care: CareRelationship, now: datetime, *, width: int, scripts: bool
) -> None:
    hers, theirs = open_window(width=width, scripts=scripts), open_window(width=width, scripts=scripts)
    signs_in(hers, "maya.chen@example.com")
    hers.goto("/settings/late-fees/")
    hers.get_by_label("Late-cancellation fee").fill("60")
    hers.get_by_role("button", name="Save policy").click()
    sees(hers, "Saved. From now on clients agree to $60.00 inside 24 hours")

    theirs.goto(f"/b/{care.booking_token}/")
    sees(theirs, "a fee of up to $60.00 may apply")
    theirs.get_by_role("group", name="Wed, Mar 4 EST").get_by_role("radio", name="9:00 AM").check()
    theirs.get_by_role("checkbox", name="I have read this and agree").check()
    theirs.get_by_role("button", name="Book appointment").click()
    theirs.get_by_role("button", name="Book it anyway").click()
    sees_title(theirs, "booked")

    hers.goto(f"/appointments/{Appointment.objects.get().uid}/cancel/")
    hers.get_by_role("radio", name="Jordan asked to cancel").check()
    if not scripts:
        hers.get_by_role("button", name="Cancel Appointment").click()
        sees(hers, "A late fee of $60.00 applies: decide it below.")
    expect(hers.get_by_role("radio", name="Charge $60.00")).to_be_checked()
    hers.get_by_role("button", name="Cancel Appointment").click()
    sees(hers, "The late fee is $60.00")

    signs_in(theirs, "jordan.lee@example.com")
    goes_to(theirs, "Fees")
    sees(theirs, "and you agreed on Mar 3, 2026 to $60.00 inside 24 hours.")
    theirs.get_by_role("link", name="Object to the fee for").click()
    theirs.get_by_label("What seems wrong").fill("I booked it an hour ago.")
    theirs.get_by_role("button", name="Object").click()
    sees(theirs, "Maya has your objection and answers it.")

    hers.goto("/dashboard/")
    hers.get_by_role("link", name="Answer Jordan Lee’s objection").click()
    hers.get_by_role("radio", name="Waive").check()
    hers.get_by_label("Words to Jordan").fill("You are right.")
    hers.get_by_role("button", name="Answer").click()
    sees(hers, "Answered. Jordan gets a mail that says so.")
    theirs.reload()
    sees(theirs, "Maya waived the fee of $60.00")
    sees(theirs, "You owe nothing.")
