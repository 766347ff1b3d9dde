"""Two workers remind at the same instant, or one does while somebody cancels."""

from datetime import timedelta
from functools import partial

import pytest

from appointments import cancellation, reminders
from appointments.drafts import Notes
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW, on_time
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
AT = NOW + timedelta(hours=1)


def remind() -> int:
    return reminders.send_due(at=AT)


def cancel(appointment: Appointment) -> object:
    return cancellation.cancel(
        appointment,
        by=Actor.provider(appointment.provider.user_id),
        reason=CancellationReason.objects.get(key="provider-unwell"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=AT,
    )


def test_two_workers_send_one(maya: Provider, jordan: Client) -> None:
    for number in range(ROUNDS):
        on_time(maya, jordan)
        results = at_once([remind, remind])
        assert sorted(results) == [0, 1], results
        assert OutboxMessage.objects.count() == number + 1
        Appointment.objects.update(status="completed")


def test_none_waits_to_go_out_for_one_that_was_canceled(maya: Provider, jordan: Client) -> None:
    for _ in range(ROUNDS):
        appointment = on_time(maya, jordan)
        results = at_once([remind, partial(cancel, appointment)])
        assert not [result for result in results if isinstance(result, Exception)], results
        mails = OutboxMessage.objects.filter(kind="reminder_deadline")
        assert set(mails.values_list("status", flat=True)) <= {"dropped"}
