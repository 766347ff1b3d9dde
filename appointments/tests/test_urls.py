"""Every address declares who may see it, and everyone else gets a 404 or the sign-in page."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from appointments.models import Appointment
from appointments.tests.factories import on_time
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from practice.models import Provider

AUDIENCES = {"public", "signed_in", "provider", "client", "office"}


def walk(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from walk(pattern, inner)
        else:
            yield ":".join(filter(None, [namespace, pattern.name or ""])), pattern


def audience(pattern: URLPattern) -> str | None:
    return getattr(pattern.callback, "audience", None)


ALL = list(walk(get_resolver()))
OURS = [(name, pattern) for name, pattern in ALL if not name.startswith(("admin", "anymail", "account_"))]


def test_every_address_declares_its_audience() -> None:
    undeclared = [name for name, pattern in ALL if audience(pattern) not in AUDIENCES]
    assert undeclared == []


def test_names_are_unique_within_the_app() -> None:
    names = [name for name, _ in ALL if name.startswith("appointments:")]
    assert sorted(names) == sorted(set(names))


def arguments(pattern: URLPattern, appointment: Appointment, care: CareRelationship) -> dict[str, object]:
    known = {"uid": appointment.uid, "pk": care.client_id, "token": care.booking_token, "name": "x"}
    return {name: known[name] for name in pattern.pattern.converters}


@pytest.mark.parametrize(
    ("name", "pattern"),
    [(name, pattern) for name, pattern in OURS if audience(pattern) in {"provider", "client", "signed_in"}],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_anonymous_sign_in_and_the_wrong_role_finds_nothing(
    name: str, pattern: URLPattern, maya: Provider, jordan: Client, care: CareRelationship, sam: Provider, now: datetime
) -> None:
    appointment = on_time(maya, jordan)
    url = reverse(name, kwargs=arguments(pattern, appointment, care))
    anonymous = Browser().get(url)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/accounts/login/?next=")

    if audience(pattern) == "signed_in":
        return
    wrong = Browser()
    wrong.force_login(jordan.user if audience(pattern) == "provider" else maya.user)  # type: ignore[arg-type]
    assert wrong.get(url).status_code == 404
    assert wrong.post(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "pattern"),
    [(name, pattern) for name, pattern in OURS if pattern.pattern.converters and audience(pattern) != "public"],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_persons_row_does_not_exist(
    name: str, pattern: URLPattern, maya: Provider, jordan: Client, care: CareRelationship, sam: Provider, now: datetime
) -> None:
    appointment = on_time(maya, jordan)
    url = reverse(name, kwargs=arguments(pattern, appointment, care))
    stranger = Browser()
    if audience(pattern) == "provider":
        stranger.force_login(sam.user)
    else:
        other = make_client(maya)
        assert other.user is not None
        stranger.force_login(other.user)
    assert stranger.get(url).status_code in (404, 405)
    assert stranger.post(url).status_code in (404, 405)
    unknown = url.replace(str(appointment.uid), str(uuid4())).replace(f"/{care.client_id}/", "/999999/")
    assert stranger.get(unknown).status_code in (404, 405)
    appointment.refresh_from_db()
    assert appointment.status == "booked"
