"""Letting go of more of a fee than one person may: who is asked, what waits meanwhile, and what an answer does."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from appointments import attendance, cancellation, fee_refusals, fees, refusals, waivers
from appointments.fees import Answer, FeeChoice, FeeDecision
from appointments.models import Fee, HistoryEntry, WaiverRequest
from appointments.tests.factories import NOW, booked, late
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_fees import ASSESSED, charge, left_open
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.tests.factories import UserFactory
from practice.tests.reading import words_of

LIMIT = Decimal(50)
LATER = NOW + timedelta(minutes=5)
WHY = "A hard week"


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User) -> Fee:
    """To decide, where letting go of more than $50.00 takes two people."""
    Practice.objects.update(waiver_limit=LIMIT)
    return left_open(maya, jordan, office)


@pytest.fixture
def by_maya(maya: Provider) -> Actor:
    return Actor.provider(maya.user_id)


@pytest.fixture
def by_office(office: User) -> Actor:
    return Actor.admin(office.pk)


def decide(fee: Fee, choice: FeeChoice, by: Actor, to: str = "") -> Fee:
    decision = FeeDecision(choice, shown=ASSESSED, reduced_to=Decimal(to) if to else None, why=WHY)
    return fees.decide(fee, decision=decision, by=by, at=LATER)


def asked(fee: Fee, by: Actor) -> WaiverRequest:
    decide(fee, FeeChoice.WAIVE, by)
    return WaiverRequest.objects.get()


def state() -> tuple[str, Decimal]:
    row = Fee.objects.get()
    return row.status, row.amount


def kinds() -> list[str]:
    return list(HistoryEntry.objects.exclude(kind__in=["booked", "canceled"]).values_list("kind", flat=True))


# --- Asking ---


@pytest.mark.parametrize(
    ("choice", "to", "waits"),
    [
        (FeeChoice.CHARGE, "", False),
        (FeeChoice.REDUCE, "25.00", False),
        (FeeChoice.REDUCE, "24.99", True),
        (FeeChoice.WAIVE, "", True),
    ],
)
@pytest.mark.parametrize("role", ["maya", "office"])
def test_above_the_limit_it_waits_and_up_to_it_it_is_done(
    *, choice: FeeChoice, to: str, waits: bool, role: str, fee: Fee, by_maya: Actor, by_office: Actor
) -> None:
    by = by_maya if role == "maya" else by_office
    done = decide(fee, choice, by, to)
    if not waits:
        assert done.waiver_request is None
        assert state()[0] == "due"
        assert OutboxMessage.objects.get().kind == "fee_decided"
        return
    assert state() == ("to_decide", ASSESSED)
    request = WaiverRequest.objects.get()
    assert done.waiver_request == request
    assert (request.left, request.why, request.asked_at) == (Decimal(to or 0), WHY, LATER)
    assert (request.asked_by, request.asked_by_user_id, request.outcome) == (by.kind, by.user_id, "")
    assert kinds() == ["waiver_asked"]
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.kind) == ("office@alderstreet.example", "waiver_asked")
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert discretion.clinical_words(everything, also="hard week") == []
    assert "Jordan" not in everything
    assert "/admin/appointments/waiverrequest/?outcome__exact=" in mail.text


def test_without_a_limit_nobody_is_asked(fee: Fee, by_maya: Actor) -> None:
    Practice.objects.update(waiver_limit=None)
    assert decide(fee, FeeChoice.WAIVE, by_maya).status == "waived"
    assert not WaiverRequest.objects.exists()


def test_a_limit_of_nothing_asks_for_every_cent(fee: Fee, by_maya: Actor) -> None:
    Practice.objects.update(waiver_limit=0)
    assert decide(fee, FeeChoice.REDUCE, by_maya, "74.99").waiver_request is not None


def test_what_was_let_go_before_counts(fee: Fee, by_maya: Actor) -> None:
    """$35.00 by a reduction, then $40.00 by waiving the rest."""
    decide(fee, FeeChoice.REDUCE, by_maya, "40")
    done = fees.waive(fee, why=WHY, by=by_maya, at=LATER)
    assert done.waiver_request is not None
    assert state() == ("due", Decimal(40))


@pytest.mark.parametrize("to", [None, Decimal(0), ASSESSED])
def test_an_impossible_amount_is_refused_and_not_asked(to: Decimal | None, fee: Fee, by_maya: Actor) -> None:
    decision = FeeDecision(FeeChoice.REDUCE, shown=ASSESSED, reduced_to=to, why=WHY)
    with pytest.raises(refusals.TooMuch):
        fees.decide(fee, decision=decision, by=by_maya, at=LATER)
    assert not WaiverRequest.objects.exists()


def test_asked_twice_it_is_asked_once(fee: Fee, by_maya: Actor) -> None:
    asked(fee, by_maya)
    with pytest.raises(fee_refusals.ApprovalAsked, match="; the office answers it under Waiver requests"):
        decide(fee, FeeChoice.REDUCE, by_maya, "1")
    assert WaiverRequest.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_canceling_goes_through_and_its_fee_waits(maya: Provider, jordan: Client, by_maya: Actor) -> None:
    Practice.objects.update(waiver_limit=LIMIT)
    waive = FeeDecision(FeeChoice.WAIVE, shown=ASSESSED, why=WHY)
    done = cancel(late(maya, jordan), by_maya, fee=waive)
    assert done.appointment.status == "canceled"
    assert state() == ("to_decide", ASSESSED)
    request = WaiverRequest.objects.get()
    assert (request.left, request.why, request.asked_at) == (Decimal(0), WHY, NOW)
    assert kinds() == ["waiver_asked"]
    mails = {mail.recipient: mail.text for mail in OutboxMessage.objects.all()}
    assert set(mails) == {"jordan.lee@example.com", "maya.chen@example.com", "office@alderstreet.example"}
    assert "A late fee of up to $75.00 may apply." in mails["jordan.lee@example.com"]
    assert "Late fee: $75.00, until the office approves what you decided" in mails["maya.chen@example.com"]


def test_canceling_with_less_asks_nobody(maya: Provider, jordan: Client, by_maya: Actor) -> None:
    Practice.objects.update(waiver_limit=LIMIT)
    less = FeeDecision(FeeChoice.REDUCE, shown=ASSESSED, reduced_to=Decimal(25), why=WHY)
    cancel(late(maya, jordan), by_maya, fee=less)
    assert state() == ("due", Decimal(25))
    assert not WaiverRequest.objects.exists()


def test_a_no_show_is_marked_and_its_fee_waits(maya: Provider, jordan: Client, by_maya: Actor) -> None:
    Practice.objects.update(waiver_limit=LIMIT)
    waive = FeeDecision(FeeChoice.WAIVE, shown=ASSESSED, why=WHY)
    attendance.mark_no_show(booked(maya, jordan, start=NOW - timedelta(hours=2)), by=by_maya, fee=waive, at=NOW)
    assert state() == ("to_decide", ASSESSED)
    assert WaiverRequest.objects.get().why == WHY
    assert [mail.recipient for mail in OutboxMessage.objects.all()] == ["office@alderstreet.example"]


# --- Approving and declining ---


def test_approved_it_is_done_in_the_name_of_who_asked_and_the_client_is_told_once(
    fee: Fee, by_maya: Actor, by_office: Actor, office: User
) -> None:
    request = asked(fee, by_maya)
    done = waivers.approve(request, words="Of course", by=by_office, at=LATER)
    assert state() == ("waived", Decimal(0))
    assert (done.why, done.decided_by, done.decided_by_user_id) == (WHY, "provider", by_maya.user_id)
    request.refresh_from_db()
    assert (request.outcome, request.closed_by, request.closing_words, request.closed_at) == (
        "approved", office, "Of course", LATER,
    )  # fmt: skip
    assert kinds() == ["waiver_asked", "waiver_approved", "fee_decided"]
    assert [mail.recipient for mail in OutboxMessage.objects.filter(status="queued")] == ["jordan.lee@example.com"]
    assert OutboxMessage.objects.get(kind="waiver_asked").status == "dropped"
    assert not HistoryEntry.objects.filter(messages__kind="waiver_asked").exists()  # it is neither of the two people's


def test_declined_the_fee_stays_and_the_provider_is_told(fee: Fee, by_maya: Actor, by_office: Actor) -> None:
    request = asked(fee, by_maya)
    waivers.decline(request, words="Third time", by=by_office, at=LATER)
    assert state() == ("to_decide", ASSESSED)
    assert kinds() == ["waiver_asked", "waiver_declined"]
    mail = OutboxMessage.objects.get(status="queued")
    assert (mail.recipient, mail.subject) == (
        "maya.chen@example.com",
        "The office did not approve: Jordan L., Wed, Mar 4",
    )
    assert "Third time" not in mail.text + mail.html
    assert "Lee" not in mail.text + mail.html
    assert decide(fee, FeeChoice.WAIVE, by_maya).waiver_request != request


def test_nobody_approves_or_declines_what_they_asked_themselves(fee: Fee, by_office: Actor) -> None:
    request = asked(fee, by_office)
    for act in (waivers.approve, waivers.decline):
        with pytest.raises(fee_refusals.TakesTwo, match="somebody else in the office"):
            act(request, words="x", by=by_office, at=LATER)
    other = UserFactory.create(email="second@example.com", is_staff=True)
    waivers.decline(request, words="x", by=Actor.admin(other.pk), at=LATER)
    assert state() == ("to_decide", ASSESSED)
    assert not OutboxMessage.objects.filter(kind="waiver_declined").exists()


def test_a_provider_who_is_staff_too_is_one_person(fee: Fee, by_maya: Actor) -> None:
    request = asked(fee, by_maya)
    assert by_maya.user_id is not None
    with pytest.raises(fee_refusals.TakesTwo):
        waivers.approve(request, words="x", by=Actor.admin(by_maya.user_id), at=LATER)


@pytest.mark.parametrize(
    ("first", "words"), [("approve", "approved already"), ("decline", "declined already"), ("charge", "meanwhile")]
)
def test_what_is_closed_is_not_answered_again(
    first: str, words: str, fee: Fee, by_maya: Actor, by_office: Actor
) -> None:
    request = asked(fee, by_maya)
    if first == "charge":
        charge(fee, by_maya)
    else:
        getattr(waivers, first)(request, words="x", by=by_office, at=LATER)
    was, mails = state(), OutboxMessage.objects.count()
    for act in (waivers.approve, waivers.decline):
        with pytest.raises(fee_refusals.ApprovalClosed, match=words):
            act(request, words="y", by=by_office, at=LATER)
    assert (state(), OutboxMessage.objects.count()) == (was, mails)


@pytest.mark.parametrize("act", ["charge", "reduce", "pay", "void"])
def test_a_fee_that_changes_meanwhile_closes_what_was_asked(act: str, fee: Fee, by_maya: Actor) -> None:
    if act == "pay":
        charge(fee, by_maya)
        fees.waive(fee, why=WHY, by=by_maya, at=LATER)
        paid(fee, by=by_maya)
    else:
        asked(fee, by_maya)
    if act == "charge":
        charge(fee, by_maya)
    elif act == "reduce":
        decide(fee, FeeChoice.REDUCE, by_maya, "70")
    elif act == "void":
        cancellation.restore(fee.appointment, by=by_maya, at=LATER)
    request = WaiverRequest.objects.get()
    assert (request.outcome, request.closed_by, request.closed_at is not None) == ("moot", None, True)
    assert OutboxMessage.objects.get(kind="waiver_asked").status == "dropped"


# --- With an objection ---


@pytest.fixture
def disputed(fee: Fee, jordan: Client, by_maya: Actor) -> Fee:
    charge(fee, by_maya)
    fees.dispute(fee, words="Why?", by=Actor.client(jordan.user_id), at=LATER)
    return fee


def test_an_answer_above_the_limit_waits_and_is_given_once_approved(
    disputed: Fee, by_maya: Actor, by_office: Actor
) -> None:
    done = fees.answer(disputed, answer=Answer.WAIVED, reduced_to=None, words="Sorry.", by=by_maya, at=LATER)
    assert done.waiver_request is not None
    assert state() == ("disputed", ASSESSED)
    assert not OutboxMessage.objects.filter(kind="fee_answered").exists()
    waivers.approve(done.waiver_request, words="Yes", by=by_office, at=LATER)
    assert state() == ("waived", Decimal(0))
    kept = Fee.objects.get().record
    assert kept is not None
    assert (kept.answer, kept.answer_words, kept.answered_by) == ("waived", "Sorry.", "provider")
    assert OutboxMessage.objects.filter(kind="fee_answered").count() == 1


def test_to_keep_it_needs_nobody_and_closes_what_was_asked(disputed: Fee, by_maya: Actor) -> None:
    fees.answer(disputed, answer=Answer.REDUCED, reduced_to=Decimal(1), words="Sorry.", by=by_maya, at=LATER)
    fees.answer(disputed, answer=Answer.UPHELD, reduced_to=None, words="No.", by=by_maya, at=LATER)
    assert state() == ("due", ASSESSED)
    assert WaiverRequest.objects.get().outcome == "moot"


def test_what_was_asked_before_the_client_objected_answers_them_once_approved(
    fee: Fee, jordan: Client, by_maya: Actor, by_office: Actor
) -> None:
    charge(fee, by_maya)
    fees.waive(fee, why=WHY, by=by_maya, at=LATER)
    fees.dispute(fee, words="Why?", by=Actor.client(jordan.user_id), at=LATER)
    request = WaiverRequest.objects.open().get()
    waivers.approve(request, words="Yes", by=by_office, at=LATER)
    kept = Fee.objects.get().record
    assert kept is not None
    assert (state(), kept.answer, kept.answer_words) == (("waived", Decimal(0)), "waived", "")


# --- What the database refuses ---


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "approved"},
        {"closed_at": NOW},
        {"outcome": "moot", "closed_at": NOW, "closed_by": "office"},
        {"outcome": "approved", "closed_at": NOW},
        {"outcome": "declined", "closed_at": NOW, "closed_by": "asker"},
        {"left": -1},
    ],
)
def test_the_database_refuses_half_an_outcome_and_one_person_twice(
    wrong: dict[str, Any], fee: Fee, by_maya: Actor, by_office: Actor
) -> None:
    asked(fee, by_maya)
    people = {"office": by_office.user_id, "asker": by_maya.user_id}
    values = {name: people.get(value, value) if name == "closed_by" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        WaiverRequest.objects.update(**values)


def test_the_database_refuses_a_second_open_one(fee: Fee, by_maya: Actor) -> None:
    request = asked(fee, by_maya)
    request.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save(force_insert=True)


def test_the_database_refuses_a_limit_below_nothing(practice: Practice) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.update(waiver_limit=-1)
