"""Canceling: the rule on both sides of its boundary, the fee, the record, and being second."""

from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import cancellation, refusals
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee
from appointments.tests.factories import NOW, booked, late, on_time
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider


def reason(key: str) -> CancellationReason:
    return CancellationReason.objects.get(key=key)


def cancel(appointment: Appointment, by: Actor, key: str = "client-asked", **changes: object) -> Cancellation:
    facts: dict[str, object] = {
        "reason": reason(key), "told_at": None, "notes": Notes(), "send_link": True, "fee": None, "at": NOW,
    }  # fmt: skip
    return cancellation.cancel(appointment, by=by, **(facts | changes))  # type: ignore[arg-type]


def test_a_client_cancels_at_the_very_deadline_and_not_a_microsecond_later(maya: Provider, jordan: Client) -> None:
    by = Actor.client(jordan.user_id)
    at_deadline = booked(maya, jordan, start=NOW + timedelta(hours=24))
    after_it = booked(maya, jordan, start=NOW + timedelta(hours=26))

    assert not cancel(at_deadline, by, "not-well").late
    with pytest.raises(refusals.PastDeadline) as refused:
        cancel(after_it, by, "not-well", at=NOW + timedelta(hours=2, microseconds=1))

    assert "You could cancel yourself until Tue, Mar 3, 12:44 PM EST, 24 hours ahead." in str(refused.value).replace(
        "\xa0", " "
    )
    assert "a fee of up to $75.00 may apply, as you agreed on Jan 12, 2026" in str(refused.value).replace("\xa0", " ")
    assert "(212) 555-0186" in str(refused.value)
    after_it.refresh_from_db()
    assert after_it.status == "booked"


def test_a_late_fee_is_charged_as_shown_and_both_are_mailed(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    done = cancel(appointment, Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00")))
    fee = Fee.objects.get()
    assert (done.late, done.notice) == (True, timedelta(hours=22, minutes=15))
    assert (fee.status, {fee.assessed, fee.amount, fee.agreed}) == ("due", {Decimal("75.00")})
    assert list(OutboxMessage.objects.order_by("id").values_list("recipient", "key")) == [
        ("jordan.lee@example.com", f"cancellation:{done.pk}:client"),
        ("maya.chen@example.com", f"cancellation:{done.pk}:provider"),
    ]
    appointment.refresh_from_db()
    assert (appointment.status, appointment.sequence) == ("canceled", 1)


def test_a_fee_that_was_not_shown_cancels_nothing(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    with pytest.raises(refusals.FeeChanged, match=r"A late fee of .75.00 applies"):
        cancel(appointment, Actor.provider(maya.user_id))
    assert not Cancellation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_second_to_cancel_is_told_who_was_first(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, Actor.client(jordan.user_id), "not-well")
    with pytest.raises(
        refusals.AlreadyCanceled, match=r"Jordan canceled this at 10:44.AM, 3.min ago. Nothing was sent twice"
    ):
        cancel(appointment, Actor.provider(maya.user_id), at=NOW + timedelta(minutes=3))
    assert (Cancellation.objects.count(), OutboxMessage.objects.count()) == (1, 2)


def test_the_office_leaves_a_fee_to_the_provider(maya: Provider, jordan: Client) -> None:
    cancel(late(maya, jordan), Actor.admin(maya.user_id))
    assert Fee.objects.get().status == "to_decide"


def test_told_26_hours_ahead_is_on_time_though_entered_20_hours_ahead(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=20))
    done = cancel(appointment, Actor.provider(maya.user_id), told_at=NOW - timedelta(hours=6))
    assert not done.late
    assert not Fee.objects.exists()


def test_once_care_has_ended_no_dead_link_is_mailed(maya: Provider, jordan: Client, care: CareRelationship) -> None:
    care.ended_at = NOW - timedelta(days=1)
    care.save()
    done = cancel(on_time(maya, jordan), Actor.provider(maya.user_id), "provider-unwell", send_link=True)
    assert not done.link_sent
    mail = OutboxMessage.objects.get(key=f"cancellation:{done.pk}:client")
    assert "/b/" not in mail.text + mail.html
