"""A client objects to a fee, the provider answers, and the client reads the answer: label by label."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from appointments.fees import FeeChoice
from appointments.tests.factories import NOW
from appointments.tests.test_client_fees import charged, decided
from appointments.tests.walks.steps import WAYS, goes_to, mail_to, sees, sees_title, signs_in
from appointments.tests.walks.windows import OpenWindow
from clients.models import Client
from notifications import outbox
from notifications.models import OutboxMessage
from practice.models import Provider

pytestmark = pytest.mark.browser


@WAYS
def test_a_client_objects_and_is_waived(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    charged(maya, jordan, decided(FeeChoice.CHARGE))
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    theirs = open_window(width=width, scripts=scripts)
    signs_in(theirs, "jordan.lee@example.com")
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

    hers = open_window(width=width, scripts=scripts)
    signs_in(hers, "maya.chen@example.com")
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
