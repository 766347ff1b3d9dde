"""The database says no to what the code forbids of the practice and of who gives care."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from appointments.tests.factories import NOW
from practice.models import FeePolicy, Practice, Provider, TimeOff, User, WeeklyHours
from practice.zones import NBSP


def refused() -> Any:
    return pytest.raises(IntegrityError)


@pytest.mark.parametrize("amount", ["fee_cap", "waiver_limit"])
def test_no_limit_of_the_practice_is_below_nothing(practice: Practice, amount: str) -> None:
    with refused(), transaction.atomic():
        Practice.objects.update(**{amount: Decimal("-0.01")})


@pytest.mark.parametrize(
    "broken", [{"offers_video": False, "offers_in_person": False}, {"session_minutes": 9}, {"start_increment": 20}]
)
def test_a_provider_can_be_booked(maya: Provider, broken: dict[str, Any]) -> None:
    with refused(), transaction.atomic():
        Provider.objects.filter(pk=maya.pk).update(**broken)


@pytest.mark.parametrize(
    ("name", "credentials", "kept"),
    [
        ("Maya Chen", "LCSW", "Maya_Chen,_LCSW"),
        ("Dr. Ana María Gutiérrez de la Fuente", "PhD", "Dr. Ana María Gutiérrez de la Fuente,_PhD"),
        ("Dr. Ana María Gutiérrez de la Fuente", "", "Dr. Ana María Gutiérrez de la Fuente"),
    ],
)
def test_a_name_too_long_for_a_phone_may_break(name: str, credentials: str, kept: str) -> None:
    shown = Provider(display_name=name, credentials=credentials).name_with_credentials
    assert shown.replace(NBSP, "_") == kept


@pytest.mark.parametrize("broken", [{"ends": time(9)}, {"ends": time(8, 59)}, {"weekday": 7}])
def test_weekly_hours_are_a_stretch_of_a_weekday(maya: Provider, broken: dict[str, Any]) -> None:
    fine = {"weekday": 0, "begins": time(9), "ends": time(10)}
    with refused(), transaction.atomic():
        WeeklyHours.objects.create(provider=maya, **(fine | broken))


def test_time_off_ends_after_it_begins(maya: Provider) -> None:
    with refused(), transaction.atomic():
        TimeOff.objects.create(provider=maya, begins=NOW, ends=NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"late_fee": Decimal(-1)},
        {"no_show_fee": Decimal(-1)},
        {"notice_hours": 0},
        {"notice_hours": 169},
        {"no_show_grace_minutes": 4},
        {"no_show_grace_minutes": 61},
        {"late_percent": 50},
        {"no_show_percent": 50},
        {"free_passes": 1},
        {"pass_days": 90},
        {"first_session_percent": 101},
    ],
)
def test_a_policy_keeps_its_limits(maya: Provider, broken: dict[str, Any]) -> None:
    fine = {"late_fee": Decimal(75), "no_show_fee": Decimal(75)}
    with refused(), transaction.atomic():
        FeePolicy.objects.create(provider=maya, effective_at=NOW - timedelta(days=1), **(fine | broken))


def test_an_address_signs_in_one_person_however_it_is_written(maya: Provider) -> None:
    with refused(), transaction.atomic():
        User.objects.bulk_create([User(email="Maya.Chen@example.com")])
