"""The database says no to what the code forbids."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from appointments.models import (
    Appointment,
    Cancellation,
    CancellationReason,
    Fee,
    HistoryEntry,
    LateRequest,
    PassUse,
    RescheduleRequest,
)
from appointments.tests.factories import NOW, booked
from clients.models import CareRelationship, Client, Payer
from practice.actors import ActorKind
from practice.models import Provider
from practice.models.append_only import AppendOnly


def canceled(appointment: Appointment, **fields: Any) -> Cancellation:
    known = {
        "canceled_at": NOW,
        "told_at": NOW,
        "actor": "provider",
        "reason": CancellationReason.objects.get(key="client-asked"),
        "notice": appointment.start - NOW,
        "late": False,
    }
    return Cancellation.objects.create(appointment=appointment, **(known | fields))


def owed(appointment: Appointment, **fields: Any) -> Fee:
    known = {
        "kind": Fee.Kind.LATE_CANCELLATION,
        "created_at": NOW,
        "assessed": Decimal(75),
        "amount": Decimal(75),
        "agreed": Decimal(75),
        "in_force": Decimal(75),
        "cap": Decimal(200),
        "policy": appointment.acknowledged_policy,
        "status": "to_decide",
    }
    return Fee.objects.create(appointment=appointment, **(known | fields))


def asked(appointment: Appointment, **fields: Any) -> LateRequest:
    reason = CancellationReason.objects.get(key="not-said")
    return LateRequest.objects.create(appointment=appointment, asked_at=NOW, reason=reason, **fields)


def asked_to_move(appointment: Appointment, **fields: Any) -> RescheduleRequest:
    reason = CancellationReason.objects.get(key="provider-unwell")
    known = {"asked_at": NOW, "asked_by": "provider", "reason": reason}
    return RescheduleRequest.objects.create(appointment=appointment, **(known | fields))


def refused() -> Any:
    return pytest.raises(IntegrityError)


def test_one_live_cancellation_and_another_once_it_is_undone(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    first = canceled(appointment)
    with refused(), transaction.atomic():
        canceled(appointment)
    first.undone_at, first.undone_actor = NOW, ActorKind.PROVIDER
    first.save()
    canceled(appointment)


def test_undone_at_and_its_actor_go_together(maya: Provider, jordan: Client) -> None:
    with refused(), transaction.atomic():
        canceled(booked(maya, jordan), undone_at=NOW)


def test_nothing_is_told_after_it_was_canceled(maya: Provider, jordan: Client) -> None:
    with refused(), transaction.atomic():
        canceled(booked(maya, jordan), told_at=NOW + timedelta(microseconds=1))


def test_one_live_fee_and_another_once_it_is_void(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    first = owed(appointment)
    with refused(), transaction.atomic():
        owed(appointment)
    first.status = "void"
    first.save()
    owed(appointment)


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": Decimal(-1)},
        {"assessed": Decimal(0), "amount": Decimal(0)},
        {"amount": Decimal(76)},
        {"agreed": Decimal("74.99")},
        {"in_force": Decimal("74.99")},
        {"cap": Decimal("74.99")},
        {"payer_limit": Decimal("74.99")},
        {"payer_limit": Decimal(0)},
        {"decided_at": NOW},
        {"decided_by": "provider"},
        {"status": "lost"},
    ],
)
def test_no_fee_above_a_bound_nor_half_decided(maya: Provider, jordan: Client, broken: dict[str, Any]) -> None:
    with refused(), transaction.atomic():
        owed(booked(maya, jordan), **broken)


def test_an_appointment_ends_after_its_start(maya: Provider, jordan: Client) -> None:
    with refused(), transaction.atomic():
        booked(maya, jordan, end=NOW + timedelta(hours=72))


def test_an_appointment_is_in_a_state_that_there_is(maya: Provider, jordan: Client) -> None:
    with refused(), transaction.atomic():
        booked(maya, jordan, status="lost")


def test_a_policy_and_its_instant_go_together(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    appointment.acknowledged_at = None
    with refused(), transaction.atomic():
        appointment.save()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the exclusion constraint is PostgreSQL's")
def test_booked_appointments_of_one_provider_never_overlap(maya: Provider, jordan: Client, sam: Provider) -> None:
    first = booked(maya, jordan)
    with refused(), transaction.atomic():
        booked(maya, jordan, start=first.end - timedelta(minutes=1))
    booked(maya, jordan, start=first.end)
    booked(sam, jordan, start=first.start)
    Appointment.objects.filter(pk=first.pk).update(status="canceled")
    booked(maya, jordan, start=first.start)


@pytest.mark.parametrize("limit", [Decimal(0), Decimal("74.99")])
@pytest.mark.parametrize("amount", [Decimal(75), Decimal(0)])
def test_a_fee_that_the_payer_forbids_is_not_there_not_even_waived(
    maya: Provider, jordan: Client, limit: Decimal, amount: Decimal
) -> None:
    appointment = booked(maya, jordan)
    with refused(), transaction.atomic():
        owed(appointment, payer_limit=limit, amount=amount)
    fee = owed(appointment, payer_limit=Decimal(75))
    with refused(), transaction.atomic():
        Fee.objects.filter(pk=fee.pk).update(payer_limit=limit, amount=amount)
    assert Fee.objects.get().payer_limit == Decimal(75)


def test_history_is_only_added_to(maya: Provider, jordan: Client, now: datetime) -> None:
    entry = booked(maya, jordan).history.get()
    entry.kind = HistoryEntry.Kind.MOVED
    every = HistoryEntry.objects.all()
    for attempt in (entry.save, entry.delete, every.delete, every.update):
        with pytest.raises(AppendOnly):
            attempt()
    new = HistoryEntry(pk=entry.pk, appointment=entry.appointment, kind="moved", at=now, actor="system")
    with refused(), transaction.atomic():
        new.save()
    entry.refresh_from_db()
    assert entry.kind == "booked"


def test_a_fee_belongs_only_to_what_the_client_caused(practice: object) -> None:
    with refused(), transaction.atomic():
        CancellationReason.objects.create(
            key="x", provider_words="x", client_words="x", picked_by="both", caused_by="provider", fee_may_apply=True
        )
    with refused(), transaction.atomic():
        CancellationReason.objects.create(
            key="y", provider_words="y", client_words="y", picked_by="both", caused_by="client", waive_preset=True
        )


@pytest.mark.parametrize(
    "broken",
    [{"answer": "moot"}, {"answered_at": NOW}, {"answer": "declined", "answered_at": NOW, "cancels": True}],
)
def test_a_late_request_is_answered_whole(maya: Provider, jordan: Client, broken: dict[str, Any]) -> None:
    appointment = booked(maya, jordan)
    cancellation = canceled(appointment) if broken.pop("cancels", False) else None
    with refused(), transaction.atomic():
        asked(appointment, cancellation=cancellation, **broken)


def test_one_open_late_request_and_another_once_it_is_answered(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    first = asked(appointment)
    with refused(), transaction.atomic():
        asked(appointment)
    first.answer, first.answered_at = "declined", NOW
    first.save()
    asked(appointment)


@pytest.mark.parametrize("broken", [{"outcome": "moved"}, {"closed_at": NOW}, {"let_go_at": NOW}])
def test_a_request_to_reschedule_is_closed_whole_and_lets_go_later(
    maya: Provider, jordan: Client, broken: dict[str, Any]
) -> None:
    with refused(), transaction.atomic():
        asked_to_move(booked(maya, jordan), **broken)


def test_one_open_request_to_reschedule_and_another_once_it_is_closed(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    first = asked_to_move(appointment)
    with refused(), transaction.atomic():
        asked_to_move(appointment)
    first.outcome, first.closed_at = "withdrawn", NOW
    first.save()
    asked_to_move(appointment)


@pytest.mark.parametrize(
    "broken",
    [
        {"returned_at": NOW},
        {"returned_actor": "provider"},
        {"returned_at": NOW - timedelta(microseconds=1), "returned_actor": "provider"},
    ],
)
def test_a_pass_is_given_back_whole_and_after_its_use(
    maya: Provider, jordan: Client, care: CareRelationship, broken: dict[str, Any]
) -> None:
    cancellation = canceled(booked(maya, jordan))
    with refused(), transaction.atomic():
        PassUse.objects.create(care=care, cancellation=cancellation, used_at=NOW, **broken)


def test_a_payers_cap_goes_with_its_rule(practice: object) -> None:
    with refused(), transaction.atomic():
        Payer.objects.create(name="Odd", rule="capped")
    with refused(), transaction.atomic():
        Payer.objects.create(name="Odder", rule="forbidden", cap=Decimal(9))


def test_a_client_and_a_provider_have_one_relationship(care: CareRelationship) -> None:
    with refused(), transaction.atomic():
        CareRelationship.objects.create(provider=care.provider, client=care.client)
