"""Objecting to a fee and answering: when it is possible, what each answer leaves, who is told, and what is kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from appointments import cancellation, fee_refusals, fees, refusals
from appointments.fees import Answer, FeeChoice, FeeDecision
from appointments.models import Fee, HistoryEntry, Objection
from appointments.rules import FEE_MOVES, FeeStatus
from appointments.tests.factories import NOW
from appointments.tests.paying import paid
from appointments.tests.test_fees import ASSESSED, CENT, charge, in_status, left_open
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import words_of
from practice.zones import plain

DECIDED_AT = NOW + timedelta(minutes=5)
LAST = DECIDED_AT + timedelta(days=30)
LATER = NOW + timedelta(days=3)
WORDS = "I was in hospital.\nPlease look again."


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User) -> Fee:
    """Due, by Maya's decision, which Jordan has read."""
    due = charge(left_open(maya, jordan, office), Actor.provider(maya.user_id))
    OutboxMessage.objects.update(status="sent", sent_at=DECIDED_AT)
    return due


def object_to(fee: Fee, *, at: datetime = LATER) -> Objection:
    return fees.dispute(fee, words=WORDS, by=Actor.client(fee.appointment.client.user_id), at=at)


def answer(fee: Fee, how: Answer, to: str = "", *, by: Actor | None = None) -> Fee:
    by = by or Actor.provider(fee.appointment.provider.user_id)
    reduced_to = Decimal(to) if to else None
    return fees.answer(fee, answer=how, reduced_to=reduced_to, words="I see.", by=by, at=LATER + timedelta(hours=1))


def row() -> dict[str, object]:
    return dict(Fee.objects.values().get())


# --- Objecting ---


def test_a_due_fee_is_objected_to_and_the_provider_alone_is_told(fee: Fee, jordan: Client, maya: Provider) -> None:
    before = row()
    objection = object_to(fee)

    assert row() == before | {"status": "disputed"}
    kept = Objection.objects.get()
    assert (kept, kept.fee, kept.words, kept.amount, kept.user) == (objection, fee, WORDS, ASSESSED, jordan.user)
    assert (kept.objected_at, kept.answer, kept.answered_at, kept.answered_by) == (LATER, "", None, "")
    entry = HistoryEntry.objects.get(kind="fee_disputed")
    assert (entry.actor, entry.user_id, entry.at) == ("client", jordan.user_id, LATER)
    assert WORDS not in str(entry.facts)
    mail = entry.messages.get()
    assert (mail.recipient, mail.kind, mail.key) == (maya.user.email, "fee_disputed", f"objection:{kept.pk}:provider")
    assert OutboxMessage.objects.filter(status="queued").get() == mail


def test_the_mail_to_the_provider_says_whose_and_where_and_nothing_of_what_was_written(fee: Fee) -> None:
    object_to(fee)
    mail = OutboxMessage.objects.get(kind="fee_disputed")
    assert mail.subject == "Objects to a fee: Jordan L., Wed, Mar 4"
    site = mail.text.partition("answer:\n")[2].partition("/appointments")[0]
    assert mail.text == (
        "A client objects to a fee\n\n"
        "Jordan L. objects to this fee. Nothing is to be paid until you answer: keep it, reduce it or waive it. "
        "What Jordan wrote stands with the fee.\n\n"
        "Objected: Fri, Mar 6, 10:44 AM EST\nFee: $75.00\nAppointment: Wed, Mar 4, 8:59 AM EST\n\n"
        f"Read and answer:\n{site}/appointments/{fee.appointment.uid}/fee/answer/\n\n"
        "Sent to you as the provider of this appointment. Replies to this mail are not read.\n"
    )
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert discretion.clinical_words(everything, also="hospital") == []
    assert "Lee" not in everything


@pytest.mark.parametrize(("at", "is_late"), [(LAST, False), (LAST + timedelta(microseconds=1), True)])
def test_it_is_possible_for_thirty_days_the_last_instant_included(*, at: datetime, is_late: bool, fee: Fee) -> None:
    if not is_late:
        assert object_to(fee, at=at).objected_at == at
        return
    with pytest.raises(fee_refusals.TooLateToObject) as refused:
        object_to(fee, at=at)
    assert str(refused.value) == (
        "The time to object to this fee has passed. Call Maya at (212) 555-0186 or write to maya.chen@example.com."
    )
    assert (row()["status"], Objection.objects.count()) == ("due", 0)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (FeeStatus.TO_DECIDE, "It is not decided yet whether this fee applies."),
        (FeeStatus.WAIVED, "This fee is waived: you owe nothing."),
        (FeeStatus.PAID, "This fee is paid."),
        (FeeStatus.VOID, "This fee no longer applies."),
    ],
)
def test_what_is_not_due_is_not_objected_to(status: FeeStatus, words: str, fee: Fee) -> None:
    in_status(fee, status)
    with pytest.raises(fee_refusals.NothingIsDue) as refused:
        object_to(fee)
    assert str(refused.value) == words
    assert not Objection.objects.exists()


def test_twice_is_once_also_after_the_answer(fee: Fee) -> None:
    object_to(fee)
    for _ in range(2):
        with pytest.raises(fee_refusals.ObjectedAlready) as refused:
            object_to(fee)
        words = "You objected to this fee on Fri, Mar 6, 10:44 AM EST. Nothing was sent twice."
        assert plain(str(refused.value)) == words
        if row()["status"] == "disputed":
            answer(fee, Answer.UPHELD)
    assert OutboxMessage.objects.filter(kind="fee_disputed").count() == 1
    assert HistoryEntry.objects.filter(kind="fee_disputed").count() == 1


def test_what_is_objected_to_is_not_paid_charged_or_reduced_by_the_way(fee: Fee, maya: Provider) -> None:
    object_to(fee)
    by = Actor.provider(maya.user_id)
    charge = FeeDecision(FeeChoice.CHARGE, ASSESSED)
    acts: list[Callable[[], Fee]] = [
        lambda: paid(fee, by=by, at=LATER),
        lambda: fees.decide(fee, decision=charge, by=by, at=LATER),
    ]
    for act in acts:
        with pytest.raises(refusals.FeeNotOpen, match="objected to and not answered yet"):
            act()
    assert row()["status"] == "disputed"


# --- Answering ---


@pytest.mark.parametrize(
    ("how", "to", "leaves", "said"),
    [
        (Answer.UPHELD, "", ("due", "75.00"), "Maya kept the fee of $75.00. You owe $75.00."),
        (Answer.REDUCED, "0.01", ("due", "0.01"), "Maya reduced the fee from $75.00 to $0.01. You owe $0.01."),
        (Answer.REDUCED, "74.99", ("due", "74.99"), "Maya reduced the fee from $75.00 to $74.99. You owe $74.99."),
        (Answer.WAIVED, "", ("waived", "0.00"), "Maya waived the fee of $75.00. You owe nothing."),
    ],
)
def test_each_answer_leaves_its_amount_is_kept_and_mailed_once(
    how: Answer, to: str, leaves: tuple[str, str], said: str, fee: Fee, maya: Provider
) -> None:
    object_to(fee)
    OutboxMessage.objects.update(status="sent", sent_at=LATER)
    done = answer(fee, how, to)

    assert (done.status, f"{done.amount:.2f}") == leaves
    assert (row()["status"], f"{row()['amount']:.2f}") == leaves
    kept = Objection.objects.get()
    assert (kept.answer, kept.answer_words, kept.answered_by, kept.answered_by_user) == (
        how, "I see.", "provider", maya.user,
    )  # fmt: skip
    assert kept.answered_amount == Decimal(leaves[1])
    mail = OutboxMessage.objects.get(status="queued")
    assert (mail.recipient, mail.kind, mail.key) == (
        "jordan.lee@example.com", "fee_answered", f"objection:{kept.pk}:client",
    )  # fmt: skip
    assert said in mail.text
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert "I see." not in everything
    assert "hospital" not in everything
    assert HistoryEntry.objects.get(kind="fee_answered").messages.get() == mail


def test_the_mail_to_the_client_is_whole(fee: Fee, office: User) -> None:
    object_to(fee)
    answer(fee, Answer.WAIVED, by=Actor.admin(office.pk))
    mail = OutboxMessage.objects.get(kind="fee_answered")
    assert mail.subject == "About the fee for Wed, Mar 4"
    before, _, after = mail.text.partition("http")
    assert before == (
        "Your objection is answered\n\nHello Jordan,\n\nThe office waived the fee of $75.00. You owe nothing.\n\n"
        "It is about the appointment of Wed, Mar 4, 8:59 AM EST. What The office wrote stands under Fees.\n\n"
        "See it under Fees:\n"
    )
    assert after.endswith(
        "/my/fees/\nIt is in your portal, once you have signed in.\n\n"
        "Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com\n"
        "Replies to this mail are not read.\n"
    )


@pytest.mark.parametrize("to", [None, Decimal(0), -CENT, Decimal(40), Decimal(40) + CENT])
def test_it_is_reduced_to_less_than_is_owed_by_now(to: Decimal | None, fee: Fee, maya: Provider) -> None:
    """Of a fee that had been reduced already."""
    Fee.objects.update(amount=Decimal(40))
    object_to(fee)
    was, by = row(), Actor.provider(maya.user_id)
    with pytest.raises(refusals.TooMuch) as refused:
        fees.answer(fee, answer=Answer.REDUCED, reduced_to=to, words="x", by=by, at=LATER)
    assert str(refused.value) == "More than $0.00 and less than $40.00."
    assert row() == was
    assert Objection.objects.get().answer == ""


@pytest.mark.parametrize("status", [status for status in FeeStatus if status != FeeStatus.DISPUTED])
def test_without_an_open_objection_there_is_nothing_to_answer(status: FeeStatus, fee: Fee) -> None:
    in_status(fee, status)
    was = row()
    with pytest.raises(refusals.FeeNotOpen):
        answer(fee, Answer.WAIVED)
    assert row() == was


def test_a_second_answer_is_refused_and_the_first_stands(fee: Fee) -> None:
    object_to(fee)
    answer(fee, Answer.UPHELD)
    with pytest.raises(refusals.FeeNotOpen, match="already charged"):
        answer(fee, Answer.WAIVED)
    assert Objection.objects.get().answer == "upheld"
    assert OutboxMessage.objects.filter(kind="fee_answered").count() == 1


def test_to_waive_it_by_the_way_is_to_answer_it(fee: Fee, office: User) -> None:
    object_to(fee)
    done = fees.waive(fee, why="Kindness", by=Actor.admin(office.pk), at=LATER)
    kept = Objection.objects.get()
    assert (done.status, done.why, kept.answer, kept.answer_words) == ("waived", "Kindness", "waived", "")
    mail = OutboxMessage.objects.get(kind="fee_answered")
    assert "wrote stands" not in mail.text
    assert not OutboxMessage.objects.filter(kind="fee_decided", status="queued").exists()


def test_an_answer_keeps_the_mail_of_the_objection_from_going_out(fee: Fee) -> None:
    object_to(fee)
    answer(fee, Answer.UPHELD)
    assert OutboxMessage.objects.get(kind="fee_disputed").status == "dropped"


def test_an_answered_fee_can_be_paid_and_keeps_its_record(fee: Fee, maya: Provider) -> None:
    object_to(fee)
    done = paid(answer(fee, Answer.REDUCED, "40"), by=Actor.provider(maya.user_id), at=LATER)
    assert (done.status, done.amount, Objection.objects.get().answered_amount) == ("paid", Decimal(40), Decimal(40))


def test_a_cancellation_taken_back_makes_it_void_and_the_objection_moot(fee: Fee, maya: Provider) -> None:
    object_to(fee, at=NOW + timedelta(minutes=10))
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    cancellation.restore(fee.appointment, by=Actor.provider(maya.user_id), at=NOW + timedelta(minutes=20))
    assert row()["status"] == "void"
    kept = Objection.objects.get()
    assert (kept.answer, kept.is_moot) == ("", True)
    with pytest.raises(refusals.FeeNotOpen, match="already void"):
        answer(fee, Answer.UPHELD)


def test_every_move_of_the_table_about_an_objection_is_made_here() -> None:
    moves = {(before, name, after) for (before, name), after in FEE_MOVES.items()}
    about = {move for move in moves if FeeStatus.DISPUTED in (move[0], move[2])}
    assert about == {
        ("due", "dispute", "disputed"), ("disputed", "uphold", "due"), ("disputed", "reduce", "due"),
        ("disputed", "waive", "waived"), ("disputed", "void", "void"),
    }  # fmt: skip


# --- What the database refuses ---


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "upheld"},
        {"answered_at": NOW},
        {"answered_by": "provider"},
        {"answered_amount": 75},
        {"answer_words": "x"},
        {"answer": "upheld", "answered_at": NOW, "answered_by": "admin", "answered_amount": 74},
        {"answer": "reduced", "answered_at": NOW, "answered_by": "admin", "answered_amount": 75},
        {"answer": "reduced", "answered_at": NOW, "answered_by": "admin", "answered_amount": 0},
        {"answer": "waived", "answered_at": NOW, "answered_by": "admin", "answered_amount": 1},
        {"answer": "else", "answered_at": NOW, "answered_by": "admin", "answered_amount": 1},
        {"words": ""},
        {"amount": 0},
    ],
)
def test_the_database_refuses_half_an_answer(wrong: dict[str, object], fee: Fee) -> None:
    object_to(fee)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.update(**wrong)


def test_the_database_refuses_a_second_objection_and_one_of_nobody(fee: Fee, jordan: Client) -> None:
    object_to(fee)
    facts: dict[str, Any] = {"objected_at": NOW, "amount": ASSESSED, "words": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(fee=fee, user_id=jordan.user_id or 0, **facts)
    Objection.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(fee=fee, **facts)
