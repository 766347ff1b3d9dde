"""The office's lists take as many queries for 30 rows as for one; those about appointments are in test_admin."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import CancellationReason
from appointments.tests.factories import NOW
from clients.models import Payer
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Practice, Provider
from practice.policies import defaults, supersede
from practice.tests.factories import UserFactory, make_provider
from practice.tests.reading import text


def a_user(number: int) -> None:
    """Of each kind in turn: the office's, a provider's, a client's."""
    if number % 3 == 0:
        UserFactory.create(is_staff=True, email=f"row{number}@example.com")
    elif number % 3 == 1:
        make_provider(user__email=f"row{number}@example.com")
    else:
        make_client(Provider.objects.all()[0], email=f"row{number}@example.com")


def a_provider(number: int) -> None:
    make_provider(display_name=f"row{number}@example.com")


def a_policy(number: int) -> None:
    provider = make_provider(display_name=f"row{number}@example.com")
    supersede(provider, terms=defaults(provider.practice), by=Actor.provider(provider.user_id), at=NOW - timedelta(1))


def a_payer(number: int) -> None:
    Payer.objects.create(name=f"row{number}@example.com")


def a_reason(number: int) -> None:
    of_old = CancellationReason.objects.get(key="client-asked")
    of_old.pk, of_old.key, of_old.provider_words = None, f"row-{number}", f"row{number}@example.com"
    of_old.save(force_insert=True)


ROWS: dict[str, Callable[[int], None]] = {
    "practice_user": a_user,
    "practice_provider": a_provider,
    "practice_feepolicy": a_policy,
    "clients_payer": a_payer,
    "appointments_cancellationreason": a_reason,
}


@pytest.mark.only_sqlite
@pytest.mark.parametrize("name", ROWS)
def test_a_list_takes_as_many_queries_for_30_rows_as_for_three(name: str, as_office: Browser, maya: Provider) -> None:
    page, add = reverse(f"admin:{name}_changelist"), ROWS[name]

    def queries() -> tuple[int, str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = as_office.get(page)
        return len(captured), text(response)

    for number in range(3):
        add(number)
    queries()  # what is kept for the process is read once
    few, with_three = queries()
    for number in range(3, 30):
        add(number)
    many, with_30 = queries()

    assert many == few
    assert "row0@example.com" in with_three
    assert "row29@example.com" not in with_three
    assert all(f"row{number}@example.com" in with_30 for number in range(30))


def test_the_practice_is_one_and_its_list_has_no_way_to_add_another(as_office: Browser, practice: Practice) -> None:
    page = text(as_office.get(reverse("admin:practice_practice_changelist")))
    assert "Alder Street" in page
    assert "1 practice" in page
    assert "Add practice" not in page
    assert as_office.get(reverse("admin:practice_practice_add")).status_code == 403
