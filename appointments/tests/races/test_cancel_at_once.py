"""Whoever clicks first, twice, or at the same instant: one cancellation, one fee, two mails."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from appointments import cancellation, fees, refusals
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee, HistoryEntry
from appointments.tests.factories import NOW, late, on_time
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def cancel(appointment: Appointment, by: Actor, key: str, fee: FeeDecision | None) -> Callable[[], Cancellation]:
    return partial(
        cancellation.cancel,
        appointment,
        by=by,
        reason=CancellationReason.objects.get(key=key),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=fee,
        at=NOW,
    )


def test_20_at_once_make_one_cancellation_one_fee_and_two_mails(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    charge = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))
    acts = [cancel(appointment, Actor.provider(maya.user_id), "client-asked", charge) for _ in range(20)]

    results = at_once(acts)

    assert [type(result) for result in results].count(Cancellation) == 1
    told = [result for result in results if isinstance(result, refusals.AlreadyCanceled)]
    assert len(told) == 19
    assert str(told[0]).startswith("You canceled this at 10:44")
    assert (Cancellation.objects.count(), Fee.objects.count(), OutboxMessage.objects.count()) == (1, 1, 2)
    assert HistoryEntry.objects.filter(kind="canceled").count() == 1


def test_client_and_provider_at_once_are_one_cancellation(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    results = at_once(
        [
            cancel(appointment, Actor.client(jordan.user_id), "not-well", None),
            cancel(appointment, Actor.provider(maya.user_id), "provider-unwell", None),
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyCanceled", "Cancellation"]
    live = Cancellation.objects.get()
    loser = next(str(result) for result in results if isinstance(result, refusals.AlreadyCanceled))
    assert loser.startswith("Jordan canceled" if live.actor == "client" else "Maya canceled")
    assert OutboxMessage.objects.count() == 2


def test_two_who_decide_one_fee_at_once_make_one_decision(maya: Provider, jordan: Client) -> None:
    cancel(late(maya, jordan), Actor.admin(maya.user_id), "client-asked", None)()
    fee, by = Fee.objects.get(), Actor.provider(maya.user_id)
    charge = FeeDecision(FeeChoice.CHARGE, shown=fee.assessed)
    halve = FeeDecision(FeeChoice.REDUCE, shown=fee.assessed, reduced_to=Decimal("37.50"), why="First time")
    at = NOW + timedelta(minutes=5)

    results = at_once([partial(fees.decide, fee, decision=decision, by=by, at=at) for decision in (charge, halve)])

    assert sorted(type(result).__name__ for result in results) == ["Fee", "FeeNotOpen"]
    refusal = next(str(result) for result in results if isinstance(result, refusals.FeeNotOpen))
    assert refusal == "This fee is already charged, so nothing was changed."
    assert HistoryEntry.objects.filter(kind="fee_decided").count() == 1
    assert OutboxMessage.objects.filter(kind="fee_decided").count() == 1


def test_waiting_for_a_lock_makes_nobody_late(maya: Provider, jordan: Client) -> None:
    """The instant of arrival counts, not the one at which the row was free."""
    at_the_deadline = NOW + timedelta(hours=2)
    appointment = on_time(maya, jordan)
    done = cancellation.cancel(
        appointment,
        by=Actor.client(jordan.user_id),
        reason=CancellationReason.objects.get(key="not-well"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=at_the_deadline,
    )
    assert (done.late, done.notice) == (False, timedelta(hours=24))
