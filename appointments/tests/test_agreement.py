"""Who did not book for themselves is asked to agree to the policy; until they do, no fee can follow."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import agreement, request_refusals
from appointments.models import Appointment, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_booking import policy_of
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_restoring import CHARGED, plain
from clients.models import Client
from notifications.models import OutboxMessage
from practice import policies
from practice.actors import Actor
from practice.models import FeePolicy, Provider

SOON = NOW + timedelta(minutes=6)


def give(appointment: Appointment, policy: FeePolicy, **changes: object) -> Appointment:
    by = Actor.client(appointment.client.user_id)
    return agreement.give(appointment, **({"policy": policy, "by": by, "at": NOW} | changes))  # type: ignore[arg-type]


def test_until_it_is_given_no_fee_can_follow_and_then_one_may(maya: Provider, jordan: Client) -> None:
    her, policy = Actor.provider(maya.user_id), policy_of(maya)
    cancel(late(maya, jordan, acknowledged=None), her)
    assert not Fee.objects.exists()

    appointment = late(maya, jordan, acknowledged=None)
    assert agreement.is_missing(appointment, at=NOW)
    agreed = give(appointment, policy)
    assert (agreed.acknowledged_policy, agreed.acknowledged_at) == (policy, NOW)
    assert not agreement.is_missing(agreed, at=NOW)
    entry = HistoryEntry.objects.filter(kind="agreed").get()
    assert (entry.appointment, entry.actor, entry.user, entry.at) == (appointment, "client", jordan.user, NOW)
    mails = OutboxMessage.objects.count()
    cancel(appointment, her, fee=CHARGED, at=SOON)
    assert Fee.objects.get().policy == policy
    assert OutboxMessage.objects.count() == mails + 2


def test_the_policy_shown_has_to_be_the_one_in_force(maya: Provider, jordan: Client) -> None:
    appointment, shown = on_time(maya, jordan, acknowledged=None), policy_of(maya)
    terms = replace(policies.defaults(maya.practice), late_fee=Decimal("90.00"))
    newer = policies.supersede(maya, terms=terms, by=Actor.provider(maya.user_id), at=NOW)
    with pytest.raises(request_refusals.AnotherPolicy, match="so nothing was agreed to"):
        give(appointment, shown, at=SOON)
    appointment.refresh_from_db()
    assert appointment.acknowledged_policy is None
    assert give(appointment, newer, at=SOON).acknowledged_policy == newer


def test_it_is_given_once_and_never_changed(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan, acknowledged=None)
    give(appointment, policy_of(maya))
    with pytest.raises(request_refusals.AgreedAlready) as refused:
        give(appointment, policy_of(maya), at=SOON)
    assert plain(refused) == "You agreed to this on Mar 3, 2026. Nothing was changed."
    appointment.refresh_from_db()
    assert appointment.acknowledged_at == NOW
    assert HistoryEntry.objects.filter(kind="agreed").count() == 1


def test_nobody_agrees_for_a_client(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan, acknowledged=None)
    for by in (Actor.provider(maya.user_id), Actor.admin(maya.user_id), Actor.system()):
        with pytest.raises(request_refusals.NotTheirsToGive):
            give(appointment, policy_of(maya), by=by)
    assert agreement.is_missing(Appointment.objects.get(), at=NOW)


def test_what_no_longer_lies_ahead_needs_none(maya: Provider, jordan: Client) -> None:
    canceled = on_time(maya, jordan, acknowledged=None)
    cancel(canceled, Actor.provider(maya.user_id), "provider-unwell")
    begun = booked(maya, jordan, start=NOW, acknowledged=None)
    for appointment in (canceled, begun):
        with pytest.raises(request_refusals.NothingToAgree):
            give(appointment, policy_of(maya))
