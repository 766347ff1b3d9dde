"""Tours of every page and state: clean for axe in light and dark, no wider than a phone, silent in the console."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from appointments.tests import rows
from appointments.tests.walks.tours.demo import client_named
from appointments.tests.walks.tours.tour import Tour
from appointments.tests.walks.windows import Complaints, OpenWindow
from clients.models import Client
from practice.models import Practice, Provider, User


@pytest.fixture
def demo_practice(demo_rows: rows.Rows, transactional_db: None, now: datetime) -> Practice:
    """The demo practice: every page has something to show."""
    cache.clear()
    rows.put_back(demo_rows)
    return Practice.objects.get()


@pytest.fixture
def maya(demo_practice: Practice) -> Provider:
    return Provider.objects.get(display_name="Maya Chen")


@pytest.fixture
def office(demo_practice: Practice) -> User:
    user = User.objects.get(is_staff=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    return user


@pytest.fixture
def priya(demo_practice: Practice) -> Client:
    return client_named("Priya", "Natarajan")


@pytest.fixture(scope="session")
def tries() -> Counter[str]:
    """Of all tours: how text looks that axe found no fault with, dark or light."""
    return Counter()


@pytest.fixture(scope="session")
def layouts() -> set[str]:
    """Of all tours: what a wide page showed otherwise than the phone did, once axe has judged it."""
    return set()


@pytest.fixture
def tour(open_window: OpenWindow, complaints: Complaints, tries: Counter[str], layouts: set[str]) -> Iterator[Tour]:
    """Many pages in one test, which fails once with all that was found."""
    tour = Tour(open_window, complaints, tries, layouts)
    yield tour
    if tour.problems:
        pytest.fail("\n".join(tour.problems), pytrace=False)
