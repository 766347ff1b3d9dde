"""Deciding a fee that was left open, and waiving one that is due: the page, and who was first."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser

from appointments import cancellation, fees
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Fee
from appointments.tests.factories import NOW, late
from appointments.tests.paying import paid
from appointments.tests.test_cancelling import queries, reason
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import text, without_keys
from practice.zones import plain


@pytest.fixture
def open_fee(maya: Provider, jordan: Client, office: User) -> Fee:
    """The office canceled for Jordan and left the fee to Maya."""
    cancellation.cancel(
        late(maya, jordan),
        by=Actor.admin(office.pk),
        reason=reason("client-asked"),
        told_at=None,
        notes=Notes(private="Phoned the desk"),
        send_link=True,
        fee=None,
        at=NOW,
    )
    OutboxMessage.objects.all().delete()
    return Fee.objects.get()


def url(fee: Fee) -> str:
    return url_of(fee.appointment)


def url_of(appointment: Appointment) -> str:
    return f"/appointments/{appointment.uid}/fee/"


def decide(browser: Browser, fee: Fee, choice: str = "charge", **fields: str) -> str:
    data = {"was": "to_decide", "fee": choice, "fee_shown": "75.00"} | fields
    response = browser.post(url(fee), data)
    return response.headers["Location"] if response.status_code == 302 else text(response)


def waive(browser: Browser, fee: Fee, why: str) -> str:
    return decide(browser, fee, "waive", was="due", why=why)


def outcome(fee: Fee) -> tuple[str, Decimal, str, str]:
    fee.refresh_from_db()
    return fee.status, fee.amount, fee.why, fee.decided_by


def test_it_shows_why_the_fee_is_what_it_is(as_maya: Browser, open_fee: Fee) -> None:
    page = as_maya.get(url(open_fee))
    words = text(page)
    assert "Jordan’s late fee" in words
    assert "Wed, Mar 4, 8:59–9:49 AM EST Fee to decide" in words
    assert "Because it was canceled 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026 to $75.00" in words
    assert "Canceled by The office Tue, Mar 3, 10:44 AM EST" in words
    assert "Charge $75.00 Reduce to Waive" in words
    assert 'value="charge" id="id_fee_0" checked' in page.content.decode()
    assert outcome(open_fee) == ("to_decide", Decimal(75), "", "")


def test_the_choice_is_preset_as_the_reason_says(as_maya: Browser, open_fee: Fee) -> None:
    assert open_fee.cancellation is not None
    open_fee.cancellation.reason = reason("client-emergency")
    open_fee.cancellation.save()
    assert 'value="waive" id="id_fee_2" checked' in as_maya.get(url(open_fee)).content.decode()


@pytest.mark.parametrize(
    ("choice", "fields", "kept", "said"),
    [
        ("charge", {}, ("due", Decimal(75), "", "provider"), "The late fee is $75.00."),
        (
            "reduce",
            {"reduced_to": "40", "why": "First time"},
            ("due", Decimal(40), "First time", "provider"),
            "The late fee is $40.00, reduced from $75.00.",
        ),
        ("waive", {"why": "Ill"}, ("waived", Decimal(0), "Ill", "provider"), "The late fee of $75.00 is waived."),
    ],
)
def test_it_is_charged_reduced_or_waived_and_the_client_is_told(
    *,
    choice: str,
    fields: dict[str, str],
    kept: tuple[str, Decimal, str, str],
    said: str,
    as_maya: Browser,
    open_fee: Fee,
) -> None:
    assert decide(as_maya, open_fee, choice, **fields) == f"/appointments/{open_fee.appointment.uid}/"
    assert outcome(open_fee) == kept
    mail = OutboxMessage.objects.get()
    assert mail.recipient == "jordan.lee@example.com"
    assert said in mail.text
    assert "First time" not in mail.text + mail.html
    assert "Ill" not in without_keys(mail.text + mail.html)


@pytest.mark.parametrize(
    ("choice", "fields", "words"),
    [
        ("waive", {}, "Why: Say why: it is kept with the fee."),
        ("reduce", {"why": "x"}, "New amount: Enter the new amount."),
        ("reduce", {"why": "x", "reduced_to": "90"}, "At most $75.00: that is what Jordan agreed to."),
        ("charge", {"fee_shown": "60.00"}, "The fee is $75.00, not $60.00. Look at it again."),
    ],
)
def test_what_is_amiss_decides_nothing(
    choice: str, fields: dict[str, str], words: str, as_maya: Browser, open_fee: Fee
) -> None:
    assert words in decide(as_maya, open_fee, choice, **fields)
    assert outcome(open_fee)[0] == "to_decide"
    assert not OutboxMessage.objects.exists()


def test_the_second_to_decide_is_told_what_was_decided_by_whom_and_when(
    as_maya: Browser, open_fee: Fee, office: User
) -> None:
    fees.decide(open_fee, decision=FeeDecision(FeeChoice.CHARGE, shown=Decimal(75)), by=Actor.admin(office.pk), at=NOW)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        words = decide(as_maya, open_fee, "waive")
    assert "This fee is already charged, so nothing was changed." in words
    assert "The office decided it Tue, Mar 3, 10:44 AM EST." in words
    assert "Fee due $75.00" in words
    assert outcome(open_fee)[0] == "due"
    assert OutboxMessage.objects.count() == 1


def test_lost_at_the_last_moment_it_is_told_too(
    as_maya: Browser, open_fee: Fee, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = fees.decide

    def somebody_else_first(fee: Fee, **facts: object) -> Fee:
        act(fee, decision=FeeDecision(FeeChoice.WAIVE, Decimal(75), why="x"), by=Actor.admin(office.pk), at=NOW)
        return act(fee, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(fees, "decide", somebody_else_first)
    assert "This fee is already waived, so nothing was changed. The office decided it" in decide(as_maya, open_fee)
    assert outcome(open_fee)[0] == "waived"


def test_a_due_fee_can_still_be_waived_with_a_why(as_maya: Browser, open_fee: Fee) -> None:
    decide(as_maya, open_fee, "reduce", reduced_to="40", why="First time")
    words = text(as_maya.get(url(open_fee)))
    assert "The late fee is $40.00, reduced from $75.00" in words
    assert "Why it was decided so: First time" in words
    assert "Waive this fee" in words
    assert "Charge $75.00" not in words
    assert "Say why: it is kept with the fee." in waive(as_maya, open_fee, " ")
    assert waive(as_maya, open_fee, "A hard week") == f"/appointments/{open_fee.appointment.uid}/"
    assert outcome(open_fee) == ("waived", Decimal(0), "A hard week", "provider")
    assert "is waived. You owe nothing." in plain(OutboxMessage.objects.latest("pk").text)


def test_a_paid_or_waived_fee_is_only_shown(as_maya: Browser, open_fee: Fee) -> None:
    decide(as_maya, open_fee)
    open_fee.refresh_from_db()
    paid(open_fee, by=Actor.provider(open_fee.appointment.provider.user_id))
    words = text(as_maya.get(url(open_fee)))
    assert "The late fee of $75.00 is paid" in words
    assert "Waive this fee" not in words
    assert "This fee is already paid, so nothing was changed." in waive(as_maya, open_fee, "x")
    assert outcome(open_fee)[0] == "paid"


def test_without_a_live_fee_there_is_no_such_page(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment: Appointment = late(maya, jordan)
    for answer in (as_maya.get(url_of(appointment)), as_maya.post(url_of(appointment), {"was": "to_decide"})):
        assert answer.status_code == 404
    assert not Fee.objects.exists()


def test_to_another_provider_and_to_clients_it_does_not_exist(sam: Provider, as_jordan: Browser, open_fee: Fee) -> None:
    other = Browser()
    other.force_login(sam.user)
    for browser in (other, as_jordan):
        page = browser.get(url(open_fee))
        assert page.status_code == 404
        assert "75.00" not in page.content.decode()
        waived = {"was": "to_decide", "fee": "waive", "why": "x", "fee_shown": "75.00"}
        assert browser.post(url(open_fee), waived).status_code == 404
    assert Browser().get(url(open_fee)).headers["Location"] == f"/accounts/login/?next={url(open_fee)}"
    assert outcome(open_fee) == ("to_decide", Decimal(75), "", "")
    assert not OutboxMessage.objects.exists()


def test_queries_of_page_and_act_are_few(as_maya: Browser, open_fee: Fee) -> None:
    as_maya.get(url(open_fee))
    assert queries(lambda: as_maya.get(url(open_fee))) <= 8
    # PostgreSQL holds the provider's address by a query of its own.
    assert queries(lambda: decide(as_maya, open_fee)) <= (19 if connection.vendor == "postgresql" else 18)
