"""The demo practice: the same on every load, something of everything, and never over a real one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from appointments import demo
from appointments.models import Appointment, Fee, LateRequest, RescheduleRequest
from appointments.rules import FeeStatus
from appointments.tests import rows
from appointments.tests.factories import NOW
from clients.models import Client
from notifications.models import OutboxMessage
from practice.models import Holiday, Practice, Provider, User
from practice.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(demo_rows: rows.Rows, db: None) -> None:
    """At NOW."""
    rows.put_back(demo_rows)


def test_it_has_something_of_every_state(loaded: None) -> None:
    assert set(Appointment.objects.values_list("status", flat=True)) == {"booked", "canceled", "completed", "no_show"}
    assert set(Fee.objects.values_list("status", flat=True)) == set(FeeStatus)
    mails = set(OutboxMessage.objects.values_list("status", flat=True))
    assert mails >= {"queued", "sent", "delivered", "bounced", "complained", "failed"}
    assert Appointment.objects.filter(history__kind="moved").exists()
    assert RescheduleRequest.objects.open().exists()
    assert Client.objects.count() >= 22
    assert len(set(Client.objects.values_list("time_zone", flat=True))) >= 4
    assert Appointment.objects.filter(client__payer__name="Medicaid").exists()
    assert Appointment.objects.filter(client__email="jordan.lee@example.com", start__gt=NOW).count() >= 6


def test_its_holidays_are_those_of_this_year_and_the_next(loaded: None) -> None:
    assert list(Holiday.objects.values_list("day", "name")) == [
        (date(2026, 1, 1), "New Year’s Day"),
        (date(2026, 11, 26), "Thanksgiving"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2027, 1, 1), "New Year’s Day"),
        (date(2027, 11, 25), "Thanksgiving"),
        (date(2027, 12, 25), "Christmas Day"),
    ]


def test_the_mails_that_go_out_first_have_what_the_readme_follows(loaded: None) -> None:
    waiting = OutboxMessage.objects.filter(status="queued", about__startswith="client:")
    assert any("See, move or cancel it" in mail.text for mail in waiting)


HOURS = [datetime(2026, 3, 3, 4, 44, tzinfo=UTC), datetime(2026, 3, 3, 23, 44, tzinfo=UTC)]
HOURS += [datetime(2026, 3, 5, 16, 44, tzinfo=UTC), datetime(2026, 3, 6, 9, 10, tzinfo=UTC)]
HOURS += [datetime(2026, 3, 6, 18, 10, tzinfo=UTC)]


@pytest.mark.only_sqlite
@pytest.mark.parametrize("at", HOURS)
def test_whenever_it_is_loaded_jordan_is_late_and_a_client_waits_for_an_answer(at: datetime) -> None:
    demo.load(at=at)
    jordan = Client.objects.get(email="jordan.lee@example.com")
    soonest = jordan.appointments.next_booked(at=at).first()
    assert soonest is not None
    assert timedelta(hours=1) < soonest.start - at < timedelta(hours=24)
    assert Fee.objects.filter(status="pending", appointment__start__gt=at).exists()
    asked = LateRequest.objects.get()
    assert (asked.is_open, asked.appointment.status, asked.appointment.client.name) == (True, "booked", "Amara Nwosu")
    assert asked.asked_at < asked.appointment.start


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_a_time_that_is_late_and_still_ahead_is_found_all_through_a_week(zone: str) -> None:
    """Every seven minutes; New York’s clocks change in between. What others have by then may put it off an hour."""
    for minutes in range(0, 7 * 24 * 60, 7):
        at = datetime(2026, 3, 5, tzinfo=UTC) + timedelta(minutes=minutes)
        loading = demo._Demo(Practice(), at)
        loading.maya = Provider(time_zone=zone)
        assert timedelta(hours=1) < loading._inside_24_hours() - at <= timedelta(hours=22)


def test_a_second_load_changes_nothing(loaded: None) -> None:
    before = rows.kept()
    call_command("load_demo", verbosity=0)
    assert rows.kept() == before
    assert Practice.objects.get().demo


def test_a_real_practice_is_left_alone() -> None:
    UserFactory.create(email="real@example.com")
    with pytest.raises(CommandError, match="users of a real practice"):
        call_command("load_demo")
    assert User.objects.count() == 1
    assert not Practice.objects.filter(demo=True).exists()


def test_the_accounts_that_are_named_sign_in(loaded: None) -> None:
    for name in ("maya.chen", "sam.ortiz", "jordan.lee", "priya.natarajan", "admin"):
        user = User.objects.get(email=f"{name}@example.com")
        assert user.check_password("practice-demo"), name
        assert user.provider_or_none or user.is_staff or user.client, name
