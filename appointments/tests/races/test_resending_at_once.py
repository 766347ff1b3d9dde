"""A mail is sent again from two browsers, and beside what makes it untrue."""

from datetime import timedelta
from functools import partial

import pytest

from appointments import booking, resending
from appointments.models import Appointment
from appointments.resend_refusals import Outdated, SentAgain
from appointments.tests.factories import NOW, booked, with_a_failed_mail
from appointments.tests.test_booking import FRIDAY_10
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def failed(appointment: Appointment) -> int:
    mails = appointment.history.filter(messages__status="failed").values_list("messages", flat=True)
    return int(mails[0] or 0)


def test_of_two_presses_at_once_one_sends(maya: Provider, jordan: Client) -> None:
    by = Actor.provider(maya.user_id)
    for number in range(ROUNDS):
        appointment = with_a_failed_mail(booked(maya, jordan, start=NOW + (2 + number) * DAY))
        press = partial(resending.send_again, appointment, failed(appointment), by=by, at=NOW)
        results = at_once([press] * 2)
        sent, refused = sorted(results, key=lambda result: isinstance(result, Exception))
        assert isinstance(sent, OutboxMessage)
        assert isinstance(refused, SentAgain)
        assert OutboxMessage.objects.filter(key=sent.key).count() == 1


def test_beside_a_move_no_mail_about_the_old_time_waits_to_go(
    maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    by = Actor.provider(maya.user_id)
    for number in range(ROUNDS):
        appointment = with_a_failed_mail(booked(maya, jordan, start=FRIDAY_10 + number * HOUR))
        later = appointment.start + 7 * DAY
        sent, _ = at_once(
            [
                partial(resending.send_again, appointment, failed(appointment), by=by, at=NOW),
                partial(booking.reschedule, appointment, start=later, format=Format.VIDEO, by=by, at=NOW),
            ]
        )
        assert isinstance(sent, OutboxMessage | Outdated), sent
        assert Appointment.objects.get(pk=appointment.pk).start == later
        assert not OutboxMessage.objects.filter(key__endswith=":again:2", status="queued").exists()
