"""Paying against waiving, and against paying: one comes first, the other is told."""

from datetime import timedelta
from functools import partial

import pytest

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee, HistoryEntry, Settlement
from appointments.refusals import FeeNotOpen
from appointments.settle_refusals import AlreadyPaid
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def charged(maya: Provider, jordan: Client, *, hours: int) -> Fee:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=hours))
    fee = maya.fee_policies.in_force(at=NOW).late_fee
    cancel(appointment, Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, fee))
    OutboxMessage.objects.all().delete()
    return appointment.fees.get()


def test_paid_by_many_at_once_it_is_paid_once(maya: Provider, jordan: Client, office: User, now: object) -> None:
    fee = charged(maya, jordan, hours=5)
    people = [Actor.provider(maya.user_id), Actor.admin(office.pk)] * 4
    results = at_once([partial(paid, Fee.objects.with_appointment().get(), by=by) for by in people])
    refused = [result for result in results if isinstance(result, AlreadyPaid)]
    assert (len(results), len(refused)) == (8, 7)
    assert all("marked this fee as paid at 10:44" in str(refusal) for refusal in refused)
    assert (Fee.objects.get(pk=fee.pk).status, Settlement.objects.count(), OutboxMessage.objects.count()) == (
        "paid", 1, 1,
    )  # fmt: skip


def test_paid_and_waived_at_once_it_is_one_of_the_two(
    maya: Provider, jordan: Client, office: User, now: object
) -> None:
    for hours in range(3, 8):
        fee = Fee.objects.with_appointment().get(pk=charged(maya, jordan, hours=hours).pk)
        results = at_once(
            [
                partial(paid, fee, by=Actor.provider(maya.user_id)),
                partial(fees.waive, fee, why="Ill", by=Actor.admin(office.pk), at=NOW),
            ]
        )
        fee.refresh_from_db()
        assert [isinstance(result, FeeNotOpen) for result in results].count(True) == 1
        assert fee.status == ("waived" if isinstance(results[0], FeeNotOpen) else "paid")
        assert fee.settlements.count() == (1 if fee.status == "paid" else 0)
        newest = HistoryEntry.objects.filter(appointment=fee.appointment).latest("pk")
        assert newest.kind == ("fee_paid" if fee.status == "paid" else "fee_decided")
        assert OutboxMessage.objects.count() == 1


def test_taken_back_by_two_at_once_it_is_taken_back_once(
    maya: Provider, jordan: Client, office: User, clerk: User, now: object
) -> None:
    fee = Fee.objects.with_appointment().get(pk=charged(maya, jordan, hours=5).pk)
    paid(fee, by=Actor.provider(maya.user_id))
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    results = at_once(
        [partial(fees.unsettle, fee, why="It bounced", by=Actor.admin(user.pk), at=NOW) for user in (office, clerk)]
    )
    assert [isinstance(result, FeeNotOpen) for result in results].count(True) == 1
    assert Settlement.objects.get().taken_back_at
    assert OutboxMessage.objects.filter(kind="fee_unpaid").count() == 1
