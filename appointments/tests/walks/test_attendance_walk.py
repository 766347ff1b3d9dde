"""Whether the two met: marked from the list in two taps, and reported by a client whose provider did not come."""

from datetime import datetime, timedelta

import pytest

from appointments.tests.factories import NOW, booked
from appointments.tests.walks.steps import OPPOSITE_WAYS, goes_to, mail_to, sees, sees_title
from appointments.tests.walks.windows import OpenWindow
from clients.models import Client
from clients.tests.factories import make_client
from notifications import outbox
from practice.models import Provider

pytestmark = pytest.mark.browser

START = NOW - timedelta(hours=2)


@OPPOSITE_WAYS
def test_a_provider_marks_who_came_and_who_did_not(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    booked(maya, jordan, start=START)
    booked(maya, make_client(maya, first_name="Rosa", last_name="Diaz"), start=START - timedelta(hours=1))
    page = open_window(maya.user, width=width, scripts=scripts)
    page.goto("/")
    page.get_by_role("link", name="2 sessions to mark").click()
    sees_title(page, "Appointments")

    page.get_by_role("button", name="Attended Rosa Diaz").click()
    sees(page, "Attended: Rosa Diaz")
    sees(page.get_by_role("row", name="Rosa Diaz"), "Completed")

    page.get_by_role("link", name="No-show Jordan Lee").click()
    sees_title(page, "Mark as no-show")
    sees(page, "Because Jordan did not come.")
    page.get_by_role("button", name="Mark as no-show").click()
    sees(page, "Marked as a no-show. The no-show fee is $75.00.")
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert "You did not come, and you agreed on" in mail_to("jordan.lee@example.com")


@OPPOSITE_WAYS
def test_a_client_reports_and_the_provider_confirms(
    open_window: OpenWindow, maya: Provider, jordan: Client, now: datetime, *, width: int, scripts: bool
) -> None:
    booked(maya, jordan, start=START)
    theirs = open_window(jordan.user, width=width, scripts=scripts)
    theirs.goto("/")
    goes_to(theirs, "Appointments")
    theirs.get_by_role("link", name="Past", exact=True).click()
    theirs.get_by_role("link", name="Tue, Mar 3").click()
    theirs.get_by_role("link", name="Report it").click()
    sees_title(theirs, "Maya did not come")
    theirs.get_by_label("What happened").fill("I waited in the hall.")
    theirs.get_by_role("button", name="Report it").click()
    sees(theirs, "Maya has your report and answers it.")

    hers = open_window(maya.user, width=width, scripts=scripts)
    hers.goto("/")
    sees(hers, "Jordan Lee reported that you did not come")
    hers.get_by_role("link", name="Answer Jordan Lee’s report").click()
    sees_title(hers, "Answer Jordan’s report")
    sees(hers, "I waited in the hall.")
    hers.get_by_role("radio", name="I did not come").check()
    hers.get_by_label("Words to Jordan").fill("I am sorry.")
    hers.get_by_role("button", name="Answer").click()
    sees(hers, "Answered. Jordan gets a mail that says so.")

    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert "You owe nothing. You get a free pass" in " ".join(mail_to("jordan.lee@example.com").split())
    theirs.reload()
    sees(theirs, "Did not take place")
    sees(theirs, "I am sorry.")
