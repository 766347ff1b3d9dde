"""Marking a fee as paid and taking that back: all of it or nothing, on a day that can be, told once, kept for good."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from textwrap import dedent

import pytest
from django.db import IntegrityError, transaction

from appointments import cancellation, fees, refusals, settle_refusals
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee, HistoryEntry, Settlement
from appointments.models.settlement import Method
from appointments.payments import Payment
from appointments.tests.factories import NOW
from appointments.tests.paying import paid
from appointments.tests.test_fees import left_open
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import words_of
from practice.zones import plain

TODAY = date(2026, 3, 3)
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User, her: Actor) -> Fee:
    """Due: $75.00. Nobody has been told of anything."""
    left = left_open(maya, jordan, office)
    due = fees.decide(left, decision=FeeDecision(FeeChoice.CHARGE, left.assessed), by=her, at=NOW)
    OutboxMessage.objects.all().delete()
    HistoryEntry._base_manager.all().delete()
    return due


def sent() -> None:
    OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)


def test_a_payment_is_kept_with_the_fee(fee: Fee, her: Actor) -> None:
    payment = Payment(Decimal("75.00"), Method.TRANSFER, date(2026, 3, 3), "RF18")
    done = fees.settle(fee, payment=payment, by=her, at=LATER)
    kept = Settlement.objects.get()
    assert done.status == "paid"
    assert (kept.fee, kept.amount, kept.method, kept.reference, kept.paid_on, kept.settled_at) == (
        fee, Decimal("75.00"), "transfer", "RF18", TODAY, LATER,
    )  # fmt: skip
    assert (kept.settled_by, kept.settled_by_user_id, kept.how) == ("provider", her.user_id, "Bank transfer, RF18")


PART = "The fee is $75.00. It is marked as paid once all of it is: part payments are not kept here."
MORE = "The fee is $75.00, so no more than that can be marked as paid."


@pytest.mark.parametrize(("amount", "says"), [("74.99", PART), ("0.00", PART), ("75.01", MORE)])
def test_less_or_more_than_the_fee_is_refused(amount: str, says: str, fee: Fee, her: Actor) -> None:
    with pytest.raises(settle_refusals.NotInFull) as refused:
        paid(fee, by=her, amount=Decimal(amount))
    assert str(refused.value) == says
    assert nothing_kept()


def nothing_kept() -> bool:
    return (
        Fee.objects.get().status == "due"
        and not Settlement.objects.exists()
        and not OutboxMessage.objects.exists()
        and not HistoryEntry.objects.exists()
    )


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (-1, "There was no fee yet: it is there since Mar 3, 2026."),
        (8, "That day is still to come: it is Mar 10, 2026 now."),
    ],
)
def test_a_day_before_the_fee_or_still_to_come_is_refused(days: int, says: str, fee: Fee, her: Actor) -> None:
    payment = Payment(fee.amount, Method.CASH, TODAY + timedelta(days=days))
    with pytest.raises(settle_refusals.PaidOnImpossible) as refused:
        fees.settle(fee, payment=payment, by=her, at=NOW + timedelta(days=7))
    assert plain(str(refused.value)) == says
    assert nothing_kept()


@pytest.mark.parametrize("days", [0, 7])
def test_the_fees_own_day_and_today_can_be(days: int, fee: Fee, her: Actor) -> None:
    payment = Payment(fee.amount, Method.CASH, TODAY + timedelta(days=days))
    assert fees.settle(fee, payment=payment, by=her, at=NOW + timedelta(days=7)).status == "paid"


def test_days_are_those_of_the_providers_calendar(fee: Fee, maya: Provider, her: Actor) -> None:
    """At 15:44 UTC it is the 4th already in Auckland."""
    maya.time_zone = "Pacific/Auckland"
    maya.save()
    payment = Payment(fee.amount, Method.CASH, date(2026, 3, 4))
    assert fees.settle(fee, payment=payment, by=her, at=NOW).status == "paid"


def test_the_second_is_told_who_was_first_and_when(fee: Fee, her: Actor, office: User) -> None:
    paid(fee, by=her)
    for by, says in [(Actor.admin(office.pk), "Maya marked"), (her, "You marked")]:
        with pytest.raises(settle_refusals.AlreadyPaid) as refused:
            paid(fee, by=by, at=LATER)
        words = f"{says} this fee as paid at 10:44 AM, 2 min ago. Nothing was kept twice."
        assert plain(str(refused.value)) == words
    assert (Settlement.objects.count(), OutboxMessage.objects.count(), HistoryEntry.objects.count()) == (1, 1, 1)


def test_one_of_the_office_reads_of_another_as_the_office(fee: Fee, office: User, clerk: User) -> None:
    paid(fee, by=Actor.admin(office.pk))
    with pytest.raises(settle_refusals.AlreadyPaid, match="The office marked this fee as paid"):
        paid(fee, by=Actor.admin(clerk.pk))


def test_a_fee_waived_meanwhile_is_not_paid(fee: Fee, her: Actor) -> None:
    fees.waive(fee, why="Ill", by=her, at=NOW)
    with pytest.raises(refusals.FeeNotOpen, match="This fee is already waived, so nothing was changed"):
        paid(fee, by=her)
    assert not Settlement.objects.exists()


# --- The mail ---


def test_the_client_is_mailed_with_the_way_to_the_receipt(fee: Fee, her: Actor, jordan: Client) -> None:
    jordan.time_zone = "America/Los_Angeles"
    jordan.save()
    paid(fee, by=her)
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.kind, mail.about) == ("jordan.lee@example.com", "fee_paid", f"client:{jordan.pk}")
    assert mail.key == f"settlement:{Settlement.objects.get().pk}:client"
    assert mail.subject == "The fee for Wed, Mar 4 is paid"
    assert mail.text == dedent(f"""\
        Your fee is paid

        Hello Jordan,

        The late fee of $75.00 is paid. Nothing is left to pay.

        Paid: Mar 3, 2026
        How: Check, 1042

        It is about the appointment of Wed, Mar 4, 5:59 AM PST.

        Your receipt, once you have signed in:
        http://127.0.0.1:8000/my/fees/{fee.pk}/receipt/

        Your fees:
        http://127.0.0.1:8000/my/fees/

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert {f"[http://127.0.0.1:8000/my/fees/{fee.pk}/receipt/]", "[http://127.0.0.1:8000/my/fees/]"} <= set(
        words_of(mail.html)
    )
    assert discretion.clinical_words(everything) == []
    assert "Lee" not in everything


def test_who_can_not_sign_in_is_led_nowhere(fee: Fee, her: Actor, jordan: Client) -> None:
    jordan.user = None
    jordan.save()
    paid(fee, by=her)
    sent()
    fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    fees.waive(fee, why="Our mistake", by=her, at=LATER)
    mails = OutboxMessage.objects.all()
    assert {mail.kind for mail in mails} == {"fee_paid", "fee_unpaid", "fee_decided"}
    for mail in mails:
        assert "/my/" not in mail.text + mail.html


def test_discretion_covers_these_mails_too(fee: Fee, her: Actor, jordan: Client) -> None:
    jordan.discreet = True
    jordan.save()
    paid(fee, by=her)
    sent()
    fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    for mail in OutboxMessage.objects.all():
        assert (mail.subject, mail.sender_name) == ("About your schedule", "Scheduling desk")


# --- Taking it back ---


def test_a_mistaken_payment_is_taken_back_and_stays_on_record(fee: Fee, her: Actor, office: User) -> None:
    paid(fee, by=her)
    sent()
    done = fees.unsettle(fee, why="It bounced", by=Actor.admin(office.pk), at=LATER)
    assert (done.status, done.amount) == ("due", Decimal("75.00"))
    kept = Settlement.objects.get()
    assert (kept.taken_back_at, kept.taken_back_by, kept.taken_back_by_user, kept.taken_back_why) == (
        LATER, "admin", office, "It bounced",
    )  # fmt: skip
    mail = OutboxMessage.objects.latest("pk")
    assert mail.subject == "About the fee for Wed, Mar 4"
    assert "Your fee of $75.00 was marked as paid by mistake. It is due again." in mail.text
    assert "\nSee it under Fees:\nhttp://127.0.0.1:8000/my/fees/\nIt is in your portal" in mail.text
    assert "bounced" not in mail.text + mail.html
    entry = HistoryEntry.objects.latest("pk")
    assert (entry.kind, entry.facts["why"], list(entry.messages.all())) == ("fee_unpaid", "It bounced", [mail])


def test_a_client_who_never_heard_of_the_payment_hears_of_no_mistake(fee: Fee, her: Actor) -> None:
    paid(fee, by=her)
    fees.unsettle(fee, why="Wrong client", by=her, at=LATER)
    assert OutboxMessage.objects.get().status == "dropped"


def test_once_taken_back_it_can_be_paid_again(fee: Fee, her: Actor) -> None:
    paid(fee, by=her)
    fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    paid(fee, by=her, at=LATER, reference="1043")
    old, new = Settlement.objects.order_by("pk")
    assert (old.taken_back_at, new.taken_back_at, Fee.objects.get().status) == (LATER, None, "paid")
    assert OutboxMessage.objects.get(key=f"settlement:{new.pk}:client").status == "queued"


def due_again(fee: Fee, her: Actor) -> OutboxMessage:
    """Told as paid, and no longer so; nobody has heard of that yet."""
    paid(fee, by=her)
    sent()
    fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    return OutboxMessage.objects.get(kind="fee_unpaid", status="queued")


def test_that_it_is_due_again_is_not_told_once_it_is_paid_after_all(fee: Fee, her: Actor) -> None:
    mail = due_again(fee, her)
    paid(fee, by=her, at=LATER)
    mail.refresh_from_db()
    assert mail.status == "dropped"
    # The client last heard that it is paid, so the next mistake is told.
    fees.unsettle(fee, why="It bounced again", by=her, at=LATER)
    told = OutboxMessage.objects.filter(status__in=["queued", "sent"]).order_by("pk")
    assert [(mail.kind, mail.status) for mail in told] == [("fee_paid", "sent"), ("fee_unpaid", "queued")]


def test_that_it_is_due_again_is_not_told_once_it_is_waived(fee: Fee, her: Actor) -> None:
    mail = due_again(fee, her)
    fees.waive(fee, why="Our mistake", by=her, at=LATER)
    mail.refresh_from_db()
    assert mail.status == "dropped"
    assert OutboxMessage.objects.get(status="queued").kind == "fee_decided"


def test_that_it_is_due_again_is_not_told_while_its_client_objects(fee: Fee, her: Actor, jordan: Client) -> None:
    mail = due_again(fee, her)
    fees.dispute(fee, words="I paid.", by=Actor.client(jordan.user_id), at=LATER)
    mail.refresh_from_db()
    assert mail.status == "dropped"


def test_a_fee_paid_before_payments_were_kept_is_taken_back_too(fee: Fee, her: Actor) -> None:
    Fee.objects.update(status="paid")
    assert fees.unsettle(fee, why="Wrong client", by=her, at=LATER).status == "due"
    assert not Settlement.objects.exists()


def test_of_a_cancellation_taken_back_no_fee_is_called_due_again(fee: Fee, her: Actor) -> None:
    paid(fee, by=her)
    sent()
    fees.unsettle(fee, why="It bounced", by=her, at=LATER)
    cancellation.restore(fee.appointment, by=her, at=LATER)
    assert OutboxMessage.objects.get(kind="fee_unpaid").status == "dropped"
    assert Fee.objects.get().status == "void"


# --- What the database refuses ---


def second(fee: Fee) -> None:
    paid(fee, by=Actor.system())
    settlement = Settlement.objects.get()
    settlement.pk = None
    settlement.save()


def of_nothing(fee: Fee) -> None:
    paid(fee, by=Actor.system())
    Settlement.objects.update(amount=0)


def in_no_known_way(fee: Fee) -> None:
    paid(fee, by=Actor.system())
    Settlement.objects.update(method="barter")


def taken_back_by_nobody(fee: Fee) -> None:
    paid(fee, by=Actor.system())
    Settlement.objects.update(taken_back_at=NOW)


def taken_back_for_no_reason(fee: Fee) -> None:
    paid(fee, by=Actor.system())
    Settlement.objects.update(taken_back_at=NOW, taken_back_by="admin")


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (second, "settlement_one_live|fee_id"),
        (of_nothing, "settlement_of_something"),
        (in_no_known_way, "settlement_method_known"),
        (taken_back_by_nobody, "settlement_taken_back_by_whom_and_why"),
        (taken_back_for_no_reason, "settlement_taken_back_by_whom_and_why"),
    ],
)
def test_the_database_refuses_it_too(wrong: Callable[[Fee], None], constraint: str, fee: Fee) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        wrong(fee)
