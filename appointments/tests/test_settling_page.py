"""Marking a fee as paid, on the provider's page: all of it, once, by who may."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee, Settlement
from appointments.tests.factories import NOW
from appointments.tests.paying import paid
from appointments.tests.test_cancelling import queries
from appointments.tests.test_fees import left_open
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import said, text
from practice.tests.signing_in import just_signed_in

TYPED = {"amount": "75.00", "method": "cash", "reference": "", "paid_on": "2026-03-03"}


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User) -> Fee:
    left = left_open(maya, jordan, office)
    by = Actor.provider(maya.user_id)
    due = fees.decide(left, decision=FeeDecision(FeeChoice.CHARGE, left.assessed), by=by, at=NOW)
    OutboxMessage.objects.all().delete()
    return due


def url(fee: Fee) -> str:
    return f"/appointments/{fee.appointment.uid}/fee/paid/"


def test_the_page_says_that_nothing_is_charged_and_is_filled_in(as_maya: Browser, fee: Fee) -> None:
    page = as_maya.get(url(fee))
    assert "Mark Jordan’s fee as paid" in text(page)
    assert "Nothing is charged to a card here: this keeps on record that Jordan has paid you." in text(page)
    html = page.content.decode()
    assert 'value="75.00"' in html
    assert 'value="2026-03-03"' in html
    assert not Settlement.objects.exists()


def test_the_fees_own_page_and_the_appointments_lead_there(as_maya: Browser, fee: Fee) -> None:
    for page in (f"/appointments/{fee.appointment.uid}/", f"/appointments/{fee.appointment.uid}/fee/"):
        assert url(fee) in as_maya.get(page).content.decode()


def test_it_is_marked_and_leads_to_the_receipt(as_maya: Browser, fee: Fee) -> None:
    answer = as_maya.post(url(fee), TYPED | {"reference": "Drawer 2"})
    assert answer.headers["Location"] == f"/appointments/{fee.appointment.uid}/fee/receipt/"
    assert said(answer) == ["The fee of $75.00 is paid. Jordan gets a mail that says so."]
    kept = Settlement.objects.get()
    assert (kept.how, kept.settled_by, Fee.objects.get().status) == ("Cash, Drawer 2", "provider", "paid")
    assert OutboxMessage.objects.get().kind == "fee_paid"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"amount": "40"},
            "The fee is $75.00. It is marked as paid once all of it is: part payments are not kept here.",
        ),
        ({"amount": ""}, "Amount paid: Enter what was paid."),
        ({"amount": "1,5"}, "Amount paid: Enter an amount such as 40.00."),
        ({"method": ""}, "How it was paid: Choose how it was paid."),
        ({"method": "barter"}, "How it was paid: Select a valid choice."),
        ({"paid_on": ""}, "Paid on: Choose a day."),
        ({"paid_on": "2026-03-04"}, "That day is still to come: it is Mar 3, 2026 now."),
        ({"paid_on": "2026-03-02"}, "There was no fee yet: it is there since Mar 3, 2026."),
        ({"reference": "x" * 81}, "Reference: At most 80 characters: this has 81."),
    ],
)
def test_what_is_amiss_is_said_and_keeps_nothing(fields: dict[str, str], says: str, as_maya: Browser, fee: Fee) -> None:
    assert says in text(as_maya.post(url(fee), TYPED | fields))
    assert not Settlement.objects.exists()
    assert Fee.objects.get().status == "due"


def test_the_second_is_told_who_was_first_and_can_see_the_receipt(as_maya: Browser, fee: Fee, office: User) -> None:
    paid(fee, by=Actor.admin(office.pk))
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        words = text(as_maya.post(url(fee), TYPED))
    assert "The office marked this fee as paid at 10:44 AM, 2 min ago. Nothing was kept twice." in words
    assert "See the receipt" in words
    assert 'name="amount"' not in words
    assert Settlement.objects.count() == 1


def test_a_fee_waived_meanwhile_is_said_to_be(as_maya: Browser, fee: Fee, office: User) -> None:
    fees.waive(fee, why="Ill", by=Actor.admin(office.pk), at=NOW)
    words = text(as_maya.post(url(fee), TYPED))
    assert "This fee is already waived, so nothing was changed." in words
    assert "Back to the fee" in words


@pytest.mark.parametrize("status", ["to_decide", "waived", "paid"])
def test_what_is_not_due_has_no_such_page(status: str, as_maya: Browser, fee: Fee) -> None:
    Fee.objects.update(status=status)
    assert as_maya.get(url(fee)).headers["Location"] == f"/appointments/{fee.appointment.uid}/fee/"


def test_to_strangers_it_does_not_exist(as_jordan: Browser, sam: Provider, fee: Fee) -> None:
    for browser in (as_jordan, just_signed_in(sam.user)):
        assert browser.get(url(fee)).status_code == 404
        assert browser.post(url(fee), TYPED).status_code == 404
    assert Browser().get(url(fee)).headers["Location"].startswith("/accounts/login/")
    assert not Settlement.objects.exists()


@pytest.mark.only_sqlite
def test_queries_of_page_and_act_are_few(as_maya: Browser, fee: Fee) -> None:
    as_maya.get(url(fee))
    assert queries(lambda: as_maya.get(url(fee))) <= 7
    assert queries(lambda: as_maya.post(url(fee), TYPED)) <= 22
