"""Deciding, waiving and settling: every move of the table and every other, amounts at bounds, and what is kept."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import cancellation, fees, refusals
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import CancellationReason, Fee, HistoryEntry
from appointments.rules import FEE_MOVES, FeeStatus
from appointments.tests.factories import NOW, late
from appointments.tests.paying import paid
from clients.models import Client, Payer
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Practice, Provider, User
from practice.policies import supersede

CENT = Decimal("0.01")
ASSESSED = Decimal("75.00")
LATER = NOW + timedelta(minutes=5)


def left_open(maya: Provider, jordan: Client, office: User) -> Fee:
    """Canceled by the office, which leaves the fee to the provider; the mails of that are out of the way."""
    cancellation.cancel(
        late(maya, jordan),
        by=Actor.admin(office.pk),
        reason=CancellationReason.objects.get(key="client-asked"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=NOW,
    )
    OutboxMessage.objects.all().delete()
    HistoryEntry._base_manager.all().delete()
    return Fee.objects.get()


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User) -> Fee:
    return left_open(maya, jordan, office)


def charge(fee: Fee, by: Actor) -> Fee:
    return fees.decide(fee, decision=FeeDecision(FeeChoice.CHARGE, shown=ASSESSED), by=by, at=LATER)


def reduce(fee: Fee, by: Actor, to: Decimal | None = Decimal(40)) -> Fee:
    decision = FeeDecision(FeeChoice.REDUCE, shown=ASSESSED, reduced_to=to, why="First time")
    return fees.decide(fee, decision=decision, by=by, at=LATER)


def waive(fee: Fee, by: Actor) -> Fee:
    return fees.waive(fee, why="A hard week", by=by, at=LATER)


def settle(fee: Fee, by: Actor) -> Fee:
    return paid(fee, by=by, at=LATER)


def unsettle(fee: Fee, by: Actor) -> Fee:
    return fees.unsettle(fee, why="It bounced", by=by, at=LATER)


ACTS: dict[str, Callable[[Fee, Actor], Fee]] = {
    "charge": charge, "reduce": reduce, "waive": waive, "settle": settle, "unsettle": unsettle,
}  # fmt: skip
# To what a client objects to, these are answers: see test_objections.
OF_OBJECTIONS = {"dispute", "uphold", "reduce", "waive"}
# See test_melting.
BY_ITSELF = {"wait", "melt", "ripen"}
MOVES = [pair for pair in FEE_MOVES if pair[1] in ACTS and pair[0] != FeeStatus.DISPUTED]
ALL = [(before, name) for before in FeeStatus for name in ACTS]
REFUSED = [pair for pair in ALL if pair not in FEE_MOVES or pair == (FeeStatus.DISPUTED, "reduce")]
IT_IS = {
    FeeStatus.TO_DECIDE: "still to decide", FeeStatus.DUE: "already charged", FeeStatus.WAIVED: "already waived",
    FeeStatus.PAID: "already paid", FeeStatus.VOID: "already void",
    FeeStatus.DISPUTED: "objected to and not answered yet", FeeStatus.PENDING: "already charged, and pending",
}  # fmt: skip


def in_status(fee: Fee, status: FeeStatus) -> Fee:
    """As the acts leave it."""
    if status in {FeeStatus.DUE, FeeStatus.PENDING}:
        until = LATER if status == FeeStatus.PENDING else None
        Fee.objects.update(status=status, pending_until=until, decided_at=NOW, decided_by="provider")
    elif status == FeeStatus.WAIVED:
        Fee.objects.update(status=status, amount=0, decided_at=NOW, decided_by="provider")
    else:
        Fee.objects.update(status=status)
    fee.refresh_from_db()
    return fee


def row() -> dict[str, object]:
    return dict(Fee.objects.values().get())


def nothing_told() -> bool:
    return not OutboxMessage.objects.exists() and not HistoryEntry.objects.exists()


def test_the_acts_are_the_ones_of_the_table() -> None:
    # A void one is the work of `cancellation.restore`.
    assert {name for _, name in FEE_MOVES} == {*ACTS, *OF_OBJECTIONS, *BY_ITSELF, "void"}


@pytest.mark.parametrize(("before", "name"), MOVES, ids=str)
def test_each_move_of_the_table_is_made_kept_and_told_once(before: FeeStatus, name: str, fee: Fee) -> None:
    by = Actor.provider(fee.appointment.provider.user_id)
    done = ACTS[name](in_status(fee, before), by)

    assert done.status == FEE_MOVES[before, name]
    assert row()["status"] == done.status
    entry = HistoryEntry.objects.get()
    kind = {"settle": "fee_paid", "unsettle": "fee_unpaid"}.get(name, "fee_decided")
    assert (entry.kind, entry.actor, entry.user_id, entry.at) == (kind, "provider", by.user_id, LATER)
    assert entry.facts["status"] == done.status
    assert Decimal(entry.facts["amount"]) == done.amount
    # Each is mailed, once, to the client alone.
    told = OutboxMessage.objects.get()
    assert (told.recipient, told.kind) == ("jordan.lee@example.com", kind)
    assert list(entry.messages.all()) == [told]


@pytest.mark.parametrize(("before", "name"), REFUSED, ids=str)
def test_each_other_move_is_refused_in_words_and_keeps_nothing(before: FeeStatus, name: str, fee: Fee) -> None:
    in_status(fee, before)
    was = row()
    with pytest.raises(refusals.FeeNotOpen) as refused:
        ACTS[name](fee, Actor.system())
    assert str(refused.value) == f"This fee is {IT_IS[before]}, so nothing was changed."
    assert row() == was
    assert nothing_told()


@pytest.mark.parametrize("name", ACTS)
def test_the_same_act_twice_is_done_once(name: str, fee: Fee) -> None:
    before = {"settle": FeeStatus.DUE, "unsettle": FeeStatus.PAID}.get(name, FeeStatus.TO_DECIDE)
    ACTS[name](in_status(fee, before), Actor.system())
    was, mails = row(), OutboxMessage.objects.count()
    with pytest.raises(refusals.FeeNotOpen):
        ACTS[name](fee, Actor.system())
    assert row() == was
    assert (OutboxMessage.objects.count(), HistoryEntry.objects.count()) == (mails, 1)


def test_an_old_instance_decides_by_the_row_as_it_is_now(fee: Fee) -> None:
    old = Fee.objects.get()
    charge(fee, Actor.system())
    with pytest.raises(refusals.FeeNotOpen, match="already charged"):
        reduce(old, Actor.system())
    assert row()["amount"] == ASSESSED


# --- Amounts ---


@pytest.mark.parametrize("to", [CENT, ASSESSED - CENT])
def test_a_fee_is_reduced_to_anything_between_nothing_and_all_of_it(to: Decimal, fee: Fee) -> None:
    done = reduce(fee, Actor.system(), to)
    assert (done.amount, done.assessed, done.why, done.decided_at) == (to, ASSESSED, "First time", LATER)


@pytest.mark.parametrize("to", [None, Decimal(0), -CENT, ASSESSED, ASSESSED + CENT])
def test_reducing_to_nothing_to_all_or_to_more_is_refused(to: Decimal | None, fee: Fee) -> None:
    was = row()
    with pytest.raises(refusals.TooMuch) as refused:
        reduce(fee, Actor.system(), to)
    assert str(refused.value) == "More than $0.00 and less than $75.00."
    assert row() == was
    assert nothing_told()


def test_waiving_leaves_nothing_owed_and_keeps_what_was_assessed(fee: Fee, office: User) -> None:
    done = waive(in_status(fee, FeeStatus.DUE), Actor.admin(office.pk))
    assert (done.amount, done.assessed, done.why, done.decided_by) == (Decimal(0), ASSESSED, "A hard week", "admin")


def test_paying_keeps_amount_and_who_decided_and_says_how_in_the_history(fee: Fee) -> None:
    done = settle(reduce(fee, Actor.provider(fee.appointment.provider.user_id)), Actor.system())
    assert (done.status, done.amount, done.why, done.decided_by) == ("paid", Decimal(40), "First time", "provider")
    facts = HistoryEntry.objects.get(kind="fee_paid").facts
    assert (facts["method"], facts["reference"], facts["paid_on"]) == ("check", "1042", "2026-03-03")


@pytest.mark.parametrize("shown", [Decimal(0), ASSESSED - CENT, ASSESSED + CENT])
def test_an_amount_that_was_not_on_the_page_decides_nothing(shown: Decimal, fee: Fee) -> None:
    was = row()
    with pytest.raises(refusals.FeeNotOpen) as refused:
        fees.decide(fee, decision=FeeDecision(FeeChoice.CHARGE, shown=shown), by=Actor.system(), at=LATER)
    assert str(refused.value) == f"The fee is $75.00, not ${shown:.2f}. Look at it again."
    assert row() == was
    assert nothing_told()


# --- Bounds ---


def test_a_fee_keeps_the_bounds_of_its_day_when_cap_policy_and_payer_change(
    fee: Fee, maya: Provider, jordan: Client, practice: Practice
) -> None:
    before = row()
    practice.fee_cap = Decimal(10)
    practice.save()
    jordan.payer = Payer.objects.create(name="None of it", rule=Payer.Rule.FORBIDDEN)
    jordan.save()
    lower = Terms(notice_hours=1, late_fee=Decimal(5), no_show_fee=Decimal(5), grace_minutes=15)
    supersede(maya, terms=lower, by=Actor.provider(maya.user_id), at=NOW)

    done = charge(fee, Actor.provider(maya.user_id))

    after = row()
    kept = ("assessed", "amount", "agreed", "in_force", "cap", "payer_limit", "policy_id")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert done.amount == ASSESSED
    assert "The late fee is $75.00." in OutboxMessage.objects.get().text


@pytest.mark.parametrize(
    ("lowest", "changes"),
    [
        ("agreed", {"agreed": 20}),
        ("in_force", {"in_force": 20}),
        ("cap", {"cap": 20}),
        ("payer_limit", {"payer": 20}),
    ],
)
def test_the_lowest_bound_is_assessed_and_all_are_kept(
    lowest: str, changes: dict[str, int], maya: Provider, jordan: Client, office: User, practice: Practice
) -> None:
    limits = {name: Decimal(changes.get(name, 75)) for name in ("agreed", "in_force", "cap", "payer")}
    for at, name in ((NOW - timedelta(days=60), "agreed"), (NOW - timedelta(days=1), "in_force")):
        terms = Terms(notice_hours=24, late_fee=limits[name], no_show_fee=Decimal(20), grace_minutes=15)
        supersede(maya, terms=terms, by=Actor.system(), at=at)
    practice.fee_cap = limits["cap"]
    practice.save()
    jordan.payer = Payer.objects.create(name="At most", rule=Payer.Rule.CAPPED, cap=limits["payer"])
    jordan.save()

    kept = left_open(maya, jordan, office)

    assert (kept.assessed, kept.amount) == (Decimal(20), Decimal(20))
    assert getattr(kept, lowest) == Decimal(20)
    bounds = {kept.agreed, kept.in_force, kept.cap, kept.payer_limit}
    assert bounds == {Decimal(20), Decimal(75)}
