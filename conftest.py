"""Fixtures of all tests: a frozen clock and one small practice."""

import os
import pickle
from collections.abc import Iterator
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client as Browser
from django.test import TransactionTestCase
from django.test.testcases import QuietWSGIRequestHandler
from django.utils import translation
from pytest_django import DjangoDbBlocker

from appointments import defaults, demo
from appointments.tests import rows
from appointments.tests.factories import NOW
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from practice import accounts
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.tests import at_once
from practice.tests.factories import UserFactory, make_provider
from practice.tests.signing_in import just_signed_in

# The live server writes a page's head and body apart: the body would wait 40 ms for word that the head has come.
QuietWSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A request leaves its language behind until the next one."""
    translation.deactivate()


@pytest.fixture
def now() -> Iterator[datetime]:
    """Tuesday, March 3, 2026, 10:44 AM EST, and it stays so."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A run's databases go with its folder and servers; dropped one by one, each waits for who is still looking."""
    return "TEST_DATABASE_URL" not in os.environ


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What every practice begins with is there from the start, and again after each test that commits."""
    with django_db_blocker.unblock():
        practice = defaults.load()
        practice.name, practice.contact_email = "Alder Street", "office@alderstreet.example"
        practice.save()
        beginning = rows.kept()
    with pytest.MonkeyPatch.context() as patch:
        # Instead of a flush, which empties one table after another and then makes all permissions again.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: rows.put_back(beginning))
        yield
    at_once.leave()


@pytest.fixture(scope="session")
def demo_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> rows.Rows:
    """The demo practice of Tuesday, March 3, 2026, 10:44 AM EST, loaded by the first worker that asks for it."""
    kept = Path(os.environ["PRACTICE_TESTS"], "demo.pickle")
    with Path(f"{kept}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not kept.exists():
            with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
                cache.clear()
                assert demo.load(at=NOW)
                kept.write_bytes(pickle.dumps(rows.kept()))
                transaction.set_rollback(True)
    loaded: rows.Rows = pickle.loads(kept.read_bytes())
    return loaded


@pytest.fixture
def practice(db: None) -> Practice:
    cache.clear()
    return Practice.objects.get()


@pytest.fixture
def maya(practice: Practice) -> Provider:
    user = UserFactory.create(email="maya.chen@example.com")
    return make_provider(user=user, practice=practice, display_name="Maya Chen", credentials="LCSW")


@pytest.fixture
def her(maya: Provider) -> Actor:
    """Maya, as who acts."""
    return Actor.provider(maya.user_id)


@pytest.fixture
def sam(practice: Practice) -> Provider:
    user = UserFactory.create(email="sam.ortiz@example.com")
    return make_provider(
        user=user, practice=practice, display_name="Sam Ortiz", credentials="LMFT", time_zone="America/Los_Angeles"
    )


@pytest.fixture
def jordan(maya: Provider) -> Client:
    return make_client(maya, first_name="Jordan", last_name="Lee", email="jordan.lee@example.com")


@pytest.fixture
def care(maya: Provider, jordan: Client) -> CareRelationship:
    return care_of(jordan, maya)


@pytest.fixture
def office(practice: Practice) -> User:
    return UserFactory.create(email="admin@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def clerk(practice: Practice) -> User:
    """Staff in the group Office: no superuser."""
    user = UserFactory.create(email="clerk@example.com", is_staff=True)
    accounts.keep_office_group(user)
    return user


@pytest.fixture
def visitor(now: datetime) -> Browser:
    """Of nobody."""
    return Browser()


@pytest.fixture
def as_maya(maya: Provider, now: datetime) -> Browser:
    return just_signed_in(maya.user)


@pytest.fixture
def as_jordan(jordan: Client, now: datetime) -> Browser:
    assert jordan.user is not None
    return just_signed_in(jordan.user)


@pytest.fixture
def as_office(office: User, now: datetime) -> Browser:
    return just_signed_in(office)


@pytest.fixture
def as_clerk(clerk: User, now: datetime) -> Browser:
    return just_signed_in(clerk)
