"""Where letting go takes two people: what forms say beforehand, what is read meanwhile, and the office's answer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee, WaiverRequest
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_admin import act
from appointments.tests.test_cancelling import queries, reason, submit
from appointments.tests.test_client_fees import FEES, charged
from appointments.tests.test_client_home import own, page, words
from appointments.tests.test_objection_pages import answer_of, object_to
from clients.models import Client
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.tests.reading import text

WAITS = "Waiving the fee of $75.00 waits for the office’s approval."
BEFOREHAND = "Above $50.00 the office approves what is let go; until then the fee waits."


@pytest.fixture(autouse=True)
def limit(practice: Practice) -> None:
    Practice.objects.update(waiver_limit=Decimal(50))


@pytest.fixture
def fee(maya: Provider, jordan: Client) -> Fee:
    """Left open by the office."""
    return charged(maya, jordan)


def fee_of(fee: Fee) -> str:
    return f"/appointments/{fee.appointment.uid}/fee/"


def waive(browser: Browser, fee: Fee) -> str:
    data = {"was": fee.status, "fee": "waive", "fee_shown": "75.00", "why": "A hard week"}
    return text(browser.post(fee_of(fee), data, follow=True))


def asked(fee: Fee) -> WaiverRequest:
    decision = FeeDecision(FeeChoice.WAIVE, shown=Decimal(75), why="A hard week")
    fees.decide(fee, decision=decision, by=Actor.provider(fee.appointment.provider.user_id), at=NOW)
    return WaiverRequest.objects.get()


def test_each_form_says_so_beforehand(as_maya: Browser, fee: Fee, maya: Provider, jordan: Client) -> None:
    assert BEFOREHAND in text(as_maya.get(fee_of(fee)))
    appointment = late(maya, jordan)
    form = f"/appointments/{appointment.uid}/cancel/"
    assert BEFOREHAND not in text(as_maya.get(form))
    reasons = {"reason": str(reason("client-asked").pk), "fee_shown": "75.00", "fee": "waive"}
    assert BEFOREHAND in text(as_maya.post(form, reasons))
    fees.decide(fee, decision=FeeDecision(FeeChoice.CHARGE, Decimal(75)), by=Actor.provider(maya.user_id), at=NOW)
    assert BEFOREHAND in text(as_maya.get(fee_of(fee)))
    object_to(fee)
    assert BEFOREHAND in text(as_maya.get(answer_of(fee)))


def test_without_a_limit_or_below_it_nothing_is_said(as_maya: Browser, fee: Fee) -> None:
    for limit in (None, 75):
        Practice.objects.update(waiver_limit=limit)
        assert "the office approves" not in text(as_maya.get(fee_of(fee)))


def test_waiving_waits_and_the_provider_reads_for_what(as_maya: Browser, as_jordan: Browser, fee: Fee) -> None:
    said = waive(as_maya, fee)
    assert f"{WAITS} Jordan hears of it once it is decided." in said
    assert "You asked for approval for waiving the fee of $75.00" in said
    assert "A hard week" in said
    hers = text(as_maya.get(fee_of(fee)))
    assert f"{WAITS} You asked for it Tue, Mar 3, 10:44 AM EST. A hard week" in hers
    dashboard = text(as_maya.get("/dashboard/"))
    assert (
        "The office’s approval, for Jordan Lee Waiving the fee of $75.00, asked Tue, Mar 3, 10:44 AM EST." in dashboard
    )
    assert "Decide fee" not in dashboard
    theirs = page(as_jordan, FEES) + page(as_jordan, own(fee.appointment))
    assert "Not decided yet" in theirs
    assert "approval" not in theirs
    assert "A hard week" not in theirs


def test_canceling_says_that_the_fee_waits(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    submit(as_maya, appointment, "client-asked", fee_shown="75.00", fee="waive", why="A hard week")
    done = text(as_maya.get(f"/appointments/{appointment.uid}/canceled/"))
    assert f"A late fee of $75.00 stands until the office answers {WAITS}" in done
    assert "Decide the fee" not in done
    assert "your decision" not in done
    assert "your decision" not in text(as_maya.get(f"/appointments/{appointment.uid}/"))
    assert Fee.objects.get().status == "to_decide"


def test_so_does_a_no_show(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    session = booked(maya, jordan, start=NOW - timedelta(hours=2))
    form = f"/appointments/{session.uid}/no-show/"
    assert BEFOREHAND in text(as_maya.get(form))
    waived = {"fee": "waive", "fee_shown": "75.00", "why": "A hard week"}
    said = text(as_maya.post(form, waived, follow=True))
    assert f"Marked as a no-show. {WAITS} Jordan hears of it once it is decided." in said


def test_an_answer_waits_too(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    contested = charged(maya, jordan, FeeDecision(FeeChoice.CHARGE, Decimal(75)))
    object_to(contested)
    answered = as_maya.post(answer_of(contested), {"answer": "waived", "words": "Sorry."}, follow=True)
    assert f"{WAITS} Jordan hears of it once it is decided." in text(answered)
    assert "objects to the fee" not in text(as_maya.get("/dashboard/"))


def test_another_in_the_office_approves_and_then_the_client_reads_it(
    as_clerk: Browser, as_maya: Browser, as_jordan: Browser, fee: Fee, clerk: User
) -> None:
    request = asked(fee)
    listed = words(as_clerk.get("/admin/appointments/waiverrequest/?outcome__exact="))
    what = "Jordan Lee Maya Chen waiving the fee of $75.00 Tue, Mar 3, 2026, 10:44 AM EST maya.chen@example.com Waits"
    assert what in listed
    assert words(as_clerk.get(f"/admin/appointments/waiverrequest/{request.pk}/change/")).count("A hard week") == 1
    asks = words(act(as_clerk, "appointments_waiverrequest", "approve", request, confirm="1"))
    assert "This field is required" in asks
    assert "Jordan Lee, Tue, Mar 3, 3:44 PM EST: waiving the fee of $75.00. Why: A hard week" in asks
    done = act(as_clerk, "appointments_waiverrequest", "approve", request, confirm="1", why="Agreed")
    assert "Approved: Jordan Lee, who is being told." in words(done)
    request.refresh_from_db()
    assert (request.outcome, request.closed_by) == ("approved", clerk)
    assert "Waived You owe nothing." in page(as_jordan, FEES)
    hers = text(as_maya.get(f"/appointments/{fee.appointment.uid}/"))
    assert "The office approved waiving the fee of $75.00" in hers
    assert "Agreed" in hers
    assert "waits for the office" not in hers
    again = act(as_clerk, "appointments_waiverrequest", "decline", request, confirm="1", why="x")
    assert "This is approved already, so nothing was changed." in words(again)


def test_declined_it_needs_the_provider_again(as_clerk: Browser, as_maya: Browser, fee: Fee) -> None:
    request = asked(fee)
    done = act(as_clerk, "appointments_waiverrequest", "decline", request, confirm="1", why="Third time")
    assert "Declined: the fee of Jordan Lee stays as it is." in words(done)
    assert "Decide fee" in text(as_maya.get("/dashboard/"))
    hers = text(as_maya.get(f"/appointments/{fee.appointment.uid}/"))
    assert "The office did not approve waiving the fee of $75.00" in hers
    assert "Third time" in hers


def test_who_asked_in_the_office_does_not_approve_it(as_clerk: Browser, as_office: Browser, fee: Fee) -> None:
    waived = act(as_clerk, "appointments_fee", "waive_fee", fee, confirm="1", why="Storm")
    assert f"{WAITS} Somebody else gives it." in words(waived)
    request = WaiverRequest.objects.get()
    own_one = act(as_clerk, "appointments_waiverrequest", "approve", request, confirm="1", why="x")
    assert "You asked for this yourself: somebody else in the office has to approve or decline it." in words(own_one)
    assert Fee.objects.get().status == "to_decide"
    act(as_office, "appointments_waiverrequest", "approve", request, confirm="1", why="Yes")
    assert Fee.objects.get().status == "waived"


def test_the_limit_is_the_offices_to_set(as_office: Browser) -> None:
    form = as_office.get("/admin/practice/practice/1/change/")
    assert "Letting go of more of a fee than this takes two people" in words(form)


@pytest.mark.only_sqlite
def test_pages_and_act_make_few_queries(as_maya: Browser, fee: Fee) -> None:
    as_maya.get(fee_of(fee))
    assert queries(lambda: as_maya.get(fee_of(fee))) <= 8
    waives = {"was": "to_decide", "fee": "waive", "fee_shown": "75.00", "why": "x"}
    assert queries(lambda: as_maya.post(fee_of(fee), waives)) <= 20
    one = queries(lambda: as_maya.get("/dashboard/"))
    WaiverRequest.objects.all().delete()
    assert queries(lambda: as_maya.get("/dashboard/")) == one
