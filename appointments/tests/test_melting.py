"""A pending fee comes to nothing when someone else takes the time or the client comes back; otherwise it is due."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from appointments import cancellation, fee_standing, fees, melting
from appointments.assessments import NoFee
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Fee, HistoryEntry
from appointments.rules import Status
from appointments.tests.factories import NOW, booked, late
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice import policies
from practice.actors import Actor, ActorKind
from practice.fee_terms import Terms
from practice.models import Provider
from practice.tests.reading import words_of
from practice.zones import plain

PLAIN = Terms(notice_hours=24, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=15)
LONG_AGO = NOW - timedelta(days=200)
CHARGE = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))
SOON = timedelta(minutes=1)


def gentle(provider: Provider, **changes: object) -> None:
    terms = replace(PLAIN, **changes)  # type: ignore[arg-type]
    policies.supersede(provider, terms=terms, by=Actor.system(), at=LONG_AGO)


def charged(provider: Provider, client: Client, by: Actor, *, hours: float = 22.25) -> Fee:
    """Canceled so many hours ahead, and charged."""
    appointment = booked(provider, client, start=NOW + timedelta(hours=hours))
    cancel(appointment, by, fee=CHARGE)
    return Fee.objects.with_appointment().get(appointment=appointment)


def makes_up(fee: Fee, *, start: datetime, status: Status = Status.COMPLETED) -> Appointment:
    lost = fee.appointment
    return booked(lost.provider, lost.client, start=start, status=status, replaces=lost)


def weighed(fee: Fee, *, at: datetime) -> str:
    melting.weigh(at=at)
    fee.refresh_from_db()
    return fee.status


def mails(fee: Fee) -> list[str]:
    told = OutboxMessage.objects.filter(key__startswith=f"fee:{fee.pk}:decided:").order_by("id")
    return [" ".join(plain(mail.text).split()) for mail in told]


def test_without_such_a_policy_a_fee_is_due_at_once(maya: Provider, jordan: Client, her: Actor) -> None:
    fee = charged(maya, jordan, her)
    assert (fee.status, fee.pending_until) == ("due", None)


def test_where_a_time_may_be_filled_it_waits_until_the_start(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    assert (fee.status, fee.pending_until, fee.owed_now) == ("pending", fee.appointment.start, Decimal(0))
    mail = " ".join(plain(OutboxMessage.objects.get(key__endswith=":client").text).split())
    assert "The late fee of $75.00 is pending." in mail
    falls = (
        "It falls away if someone else takes the time before Wed, Mar 4, 8:59 AM EST; otherwise it is due from Wed, "
    )
    objection = "Does that seem wrong? Write to Maya at maya.chen@example.com."
    assert f"{falls}Mar 4, 8:59 AM EST. {objection}" in mail
    assert weighed(fee, at=fee.appointment.start - timedelta(microseconds=1)) == "pending"
    assert weighed(fee, at=fee.appointment.start) == "due"
    assert mails(fee)[0].count("The late fee is $75.00.") == 1


def test_someone_else_in_any_part_of_the_time_melts_it(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    booked(maya, make_client(maya), start=fee.appointment.end - timedelta(minutes=5))
    assert weighed(fee, at=NOW + SOON) == "void"
    assert (fee.amount, fee.assessed, fee.melted_by) == (Decimal(0), Decimal("75.00"), "filled")
    assert "The late fee of $75.00 no longer applies. You owe nothing." in mails(fee)[0]
    entry = HistoryEntry.objects.get(kind="fee_melted")
    assert (entry.actor, entry.facts["melted_by"]) == ("system", "filled")
    fee.appointment.refresh_from_db()
    assert fee.cancellation is not None
    fee.cancellation.refresh_from_db()
    assert fee.cancellation.assessment is not None
    assert fee.cancellation.assessment.no_fee == NoFee.FILLED


def test_the_client_who_takes_their_own_time_a_canceled_one_and_the_next_hour_melt_nothing(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    booked(maya, jordan, start=fee.appointment.start)
    booked(maya, make_client(maya), start=fee.appointment.start, status=Status.CANCELED)
    booked(maya, make_client(maya), start=fee.appointment.end)
    assert weighed(fee, at=NOW + SOON) == "pending"


def test_another_providers_session_fills_nothing(maya: Provider, sam: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    booked(sam, make_client(sam), start=fee.appointment.start)
    assert weighed(fee, at=NOW + SOON) == "pending"


def test_what_waits_for_a_decision_melts_too_and_what_is_waived_or_paid_stays(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, free_if_filled=True)
    by_office = late(maya, jordan)
    cancel(by_office, Actor.admin(maya.user_id))
    other = make_client(maya)
    waived = charged(maya, jordan, her, hours=5)
    fees.waive(waived, why="Ill", by=her, at=NOW)
    booked(maya, other, start=by_office.start)
    booked(maya, other, start=waived.appointment.start)
    melting.weigh(at=NOW + SOON)
    assert list(Fee.objects.order_by("id").values_list("status", "melted_by")) == [("void", "filled"), ("waived", "")]


# --- Coming back ---


def test_coming_to_the_session_that_makes_up_for_it_melts_it(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, rebook_days=7)
    fee = charged(maya, jordan, her)
    assert (fee.status, fee.pending_until) == ("pending", fee.appointment.start + timedelta(days=7))
    back = makes_up(fee, start=fee.appointment.start + timedelta(days=7))
    assert weighed(fee, at=back.end) == "void"
    assert fee.melted_by == "rebooked"


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (timedelta(days=7, microseconds=1), Status.COMPLETED),
        (timedelta(days=3), Status.NO_SHOW),
        (timedelta(days=3), Status.CANCELED),
    ],
    ids=["too late", "missed", "canceled"],
)
def test_who_does_not_come_back_in_time_owes_it(
    start: timedelta, status: Status, maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, rebook_days=7)
    fee = charged(maya, jordan, her)
    makes_up(fee, start=fee.appointment.start + start, status=status)
    assert fee.pending_until is not None
    assert weighed(fee, at=fee.pending_until - timedelta(microseconds=1)) == "pending"
    assert weighed(fee, at=fee.pending_until) == "due"


def test_a_session_that_nobody_has_marked_keeps_it_waiting(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, rebook_days=7)
    fee = charged(maya, jordan, her)
    back = makes_up(fee, start=fee.appointment.start + timedelta(days=6), status=Status.BOOKED)
    assert weighed(fee, at=fee.appointment.start + timedelta(days=9)) == "pending"
    back.status = Status.COMPLETED
    back.save()
    assert weighed(fee, at=fee.appointment.start + timedelta(days=9)) == "void"


def test_who_books_again_twice_and_comes_has_come_back(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, rebook_days=7)
    fee = charged(maya, jordan, her)
    given_up = makes_up(fee, start=fee.appointment.start + timedelta(days=3), status=Status.CANCELED)
    booked(maya, jordan, start=given_up.start + timedelta(days=1), status=Status.COMPLETED, replaces=given_up)
    assert weighed(fee, at=fee.appointment.start + timedelta(days=8)) == "void"


@pytest.mark.parametrize("way", [{"free_if_filled": True}, {"rebook_days": 7}], ids=["filled", "rebooked"])
def test_what_melts_while_fees_are_weighed_does_not_ripen_first(
    way: dict[str, object], maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, **way)
    fee = charged(maya, jordan, her)
    assert fee.pending_until is not None
    assert Fee.objects.ripe(at=fee.pending_until).exists()
    if fee.rebook_until:
        makes_up(fee, start=fee.rebook_until)
    else:
        booked(maya, make_client(maya), start=fee.appointment.start)
    assert not Fee.objects.ripe(at=fee.pending_until).exists()


def test_decided_before_the_session_that_it_hangs_on_is_marked_it_waits(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, rebook_days=7)
    cancel(late(maya, jordan), Actor.admin(maya.user_id))
    fee = Fee.objects.get()
    makes_up(fee, start=fee.appointment.start + timedelta(days=6), status=Status.BOOKED)
    assert fees.decide(fee, decision=CHARGE, by=her, at=NOW + timedelta(days=9)).status == "pending"


def test_a_session_marked_late_still_makes_up_for_what_is_due_by_then(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, rebook_days=7)
    fee = charged(maya, jordan, her)
    back = makes_up(fee, start=fee.appointment.start + timedelta(days=6), status=Status.NO_SHOW)
    assert weighed(fee, at=fee.appointment.start + timedelta(days=9)) == "due"
    back.status = Status.COMPLETED  # corrected
    back.save()
    assert weighed(fee, at=fee.appointment.start + timedelta(days=9)) == "void"
    assert "no longer applies" in mails(fee)[-1]


# --- Other ways to end ---


def test_weighing_twice_tells_once(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    booked(maya, make_client(maya), start=fee.appointment.start)
    assert melting.weigh(at=NOW + SOON) == 1
    assert melting.weigh(at=NOW + SOON) == 0
    assert fees.melt(fee, why=NoFee.FILLED, at=NOW) is False
    assert len(mails(fee)) == 1


def test_an_undone_cancellation_voids_what_is_pending(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    cancellation.restore(fee.appointment, by=her, at=NOW)
    fee.refresh_from_db()
    assert (fee.status, fee.melted_by) == ("void", "")


def test_one_that_fails_keeps_no_other_waiting(
    maya: Provider, jordan: Client, her: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gentle(maya, free_if_filled=True)
    broken, fine = charged(maya, jordan, her), charged(maya, jordan, her, hours=5)
    for fee in (broken, fine):
        booked(maya, make_client(maya), start=fee.appointment.start)
    melt = fees.melt
    monkeypatch.setattr(
        fees,
        "melt",
        lambda fee, **how: 1 / 0 if fee == broken else melt(fee, **how),
    )
    assert melting.weigh(at=NOW + SOON) == 1
    assert f"Melting fee {broken.pk}: ZeroDivisionError" in caplog.text


def test_decided_after_its_time_it_is_due_at_once(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    cancel(late(maya, jordan), Actor.admin(maya.user_id))
    fee = fees.decide(Fee.objects.get(), decision=CHARGE, by=her, at=NOW + timedelta(days=2))
    assert fee.status == "due"


def test_the_client_reads_what_would_make_it_fall_away_and_that_it_did(
    as_jordan: Browser, maya: Provider, jordan: Client, her: Actor, now: datetime
) -> None:
    gentle(maya, free_if_filled=True, rebook_days=7)
    fee = charged(maya, jordan, her)

    def page() -> str:
        return " ".join(plain(as_jordan.get(reverse("appointments:client_fees")).content.decode()).split())

    assert "if someone else takes the time before Wed, Mar 4, 8:59 AM EST or if you book again and come by" in page()
    booked(maya, make_client(maya), start=fee.appointment.start)
    melting.weigh(at=NOW + SOON)
    assert "No late fee applies: someone else took the time." in page()
    assert "No longer applies" in page()


def test_what_has_passed_is_no_longer_promised(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True, rebook_days=7)
    fee = charged(maya, jordan, her)
    makes_up(fee, start=fee.appointment.start + timedelta(days=6), status=Status.BOOKED)

    def said(at: datetime) -> str:
        return plain(fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=at))

    start, until = fee.appointment.start, fee.pending_until
    assert until is not None
    assert "someone else takes the time" in said(start - timedelta(microseconds=1))
    assert said(start).startswith("It falls away if you book again and come by ")
    assert said(until) == "It is decided once the session in its place is marked as attended or missed."


@pytest.mark.parametrize(
    "broken", [{"status": "pending"}, {"melted_by": "filled"}, {"status": "void", "melted_by": "filled"}]
)
def test_the_database_refuses_what_cannot_be(
    broken: dict[str, str], maya: Provider, jordan: Client, her: Actor
) -> None:
    fee = charged(maya, jordan, her)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fee.objects.filter(pk=fee.pk).update(**broken)


# --- Paid by mistake meanwhile ---


def test_a_payment_taken_back_leaves_it_as_pending_as_it_was(maya: Provider, jordan: Client, her: Actor) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    paid(fee, by=her)
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    assert fees.unsettle(fee, why="Wrong client", by=her, at=NOW + SOON).status == "pending"
    mail = " ".join(words_of(OutboxMessage.objects.get(kind="fee_unpaid").html))
    assert "Your fee of $75.00 was marked as paid by mistake. It is pending again. It falls away if" in mail
    assert "due again" not in mail
    booked(maya, make_client(maya), start=fee.appointment.start)
    assert weighed(fee, at=NOW + 2 * SOON) == "void"


def test_a_payment_taken_back_once_it_can_melt_no_more_leaves_it_due(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    paid(fee, by=her)
    assert fees.unsettle(fee, why="Wrong client", by=her, at=fee.appointment.start).status == "due"


def test_a_payment_taken_back_asks_nothing_for_a_time_that_was_filled(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    gentle(maya, free_if_filled=True)
    fee = charged(maya, jordan, her)
    paid(fee, by=her)
    booked(maya, make_client(maya), start=fee.appointment.start)
    fees.unsettle(fee, why="Wrong client", by=her, at=fee.appointment.end)
    assert weighed(fee, at=fee.appointment.end) == "void"
