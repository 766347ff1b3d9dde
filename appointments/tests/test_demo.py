"""The demo practice: the same on every load, something of everything, and never over a real one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from appointments import demo
from appointments.models import Appointment, Cancellation, Fee, LateRequest, RescheduleRequest
from appointments.tests import rows
from appointments.tests.factories import NOW
from clients.models import Client
from notifications.models import OutboxMessage
from practice.models import Practice, User
from practice.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(demo_rows: rows.Rows, db: None) -> None:
    """At NOW."""
    rows.put_back(demo_rows)


def test_it_has_something_of_every_state(loaded: None) -> None:
    assert set(Appointment.objects.values_list("status", flat=True)) == {"booked", "canceled", "completed", "no_show"}
    assert set(Fee.objects.values_list("status", flat=True)) == {"to_decide", "due", "waived", "paid", "void"}
    mails = set(OutboxMessage.objects.values_list("status", flat=True))
    assert mails >= {"queued", "sent", "delivered", "bounced", "complained", "failed"}
    assert Appointment.objects.filter(history__kind="moved").exists()
    assert RescheduleRequest.objects.open().exists()
    assert Client.objects.count() >= 22
    assert len(set(Client.objects.values_list("time_zone", flat=True))) >= 4
    assert Appointment.objects.filter(client__payer__name="Medicaid").exists()
    assert Appointment.objects.filter(client__email="jordan.lee@example.com", start__gt=NOW).count() >= 6


@pytest.mark.only_sqlite
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_whenever_it_is_loaded_jordans_next_appointment_is_late_and_still_ahead(hour: int) -> None:
    at = datetime(2026, 3, 6, hour, 10, tzinfo=UTC)
    demo.load(at=at)
    jordan = Client.objects.get(email="jordan.lee@example.com")
    soonest = jordan.appointments.next_booked(at=at).first()
    assert soonest is not None
    assert timedelta(hours=1) < soonest.start - at < timedelta(hours=24)


def test_a_second_load_changes_nothing() -> None:
    with time_machine.travel(datetime(2026, 3, 3, 15, 44, tzinfo=UTC), tick=False):
        call_command("load_demo", verbosity=0)
        before = (Appointment.objects.count(), Cancellation.objects.count(), OutboxMessage.objects.count())
        call_command("load_demo", verbosity=0)
    assert (Appointment.objects.count(), Cancellation.objects.count(), OutboxMessage.objects.count()) == before
    assert Practice.objects.get().demo


def test_a_real_practice_is_left_alone() -> None:
    UserFactory.create(email="real@example.com")
    with pytest.raises(CommandError, match="users of a real practice"):
        call_command("load_demo")
    assert User.objects.count() == 1
    assert not Practice.objects.filter(demo=True).exists()


@pytest.mark.parametrize(
    "email",
    [
        "maya.chen@example.com", "sam.ortiz@example.com", "jordan.lee@example.com", "priya.natarajan@example.com",
        "admin@example.com",
    ],
)  # fmt: skip
def test_the_accounts_that_are_named_sign_in(loaded: None, email: str) -> None:
    user = User.objects.get(email=email)
    assert user.check_password("practice-demo")
    assert user.provider_or_none or user.is_staff or user.client


@pytest.mark.only_sqlite
@pytest.mark.parametrize("hour", [4, 15, 23])
def test_a_client_waits_for_an_answer_whenever_it_is_loaded(hour: int) -> None:
    demo.load(at=datetime(2026, 3, 3, hour, 44, tzinfo=UTC))
    asked = LateRequest.objects.get()
    assert (asked.is_open, asked.appointment.status, asked.appointment.client.name) == (True, "booked", "Amara Nwosu")
    assert asked.asked_at < asked.appointment.start
