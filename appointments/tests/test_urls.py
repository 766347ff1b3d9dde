"""Every address declares who may see it, and everyone else gets a 404 or the sign-in page."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from appointments.models import Appointment
from appointments.tests.factories import on_time, with_a_failed_mail
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from practice.models import Practice, Provider, TimeOff, User

AUDIENCES = {"public", "signed_in", "provider", "client", "office"}


def walk(resolver: URLResolver, namespace: str = "", route: str = "/") -> Iterator[tuple[str, str, URLPattern]]:
    """Name, route and pattern of each address."""
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from walk(pattern, inner, here)
        else:
            yield ":".join(filter(None, [namespace, pattern.name or ""])), here, pattern


def audience(pattern: URLPattern) -> str | None:
    return getattr(pattern.callback, "audience", None)


ROUTES = list(walk(get_resolver()))
ALL = [(name, pattern) for name, _, pattern in ROUTES]
OURS = [(name, pattern) for name, pattern in ALL if not name.startswith(("admin", "anymail", "account_"))]


def test_every_address_declares_its_audience() -> None:
    undeclared = [name for name, pattern in ALL if audience(pattern) not in AUDIENCES]
    assert undeclared == []


def test_names_are_unique_within_the_app() -> None:
    names = [name for name, _ in ALL if name.startswith("appointments:")]
    assert sorted(names) == sorted(set(names))


def arguments(name: str, pattern: URLPattern, appointment: Appointment, care: CareRelationship) -> dict[str, object]:
    known = {"uid": appointment.uid, "pk": care.client_id, "token": care.booking_token, "name": "x"}
    if name == "appointments:remove_time_off":
        known["pk"] = TimeOff.objects.get(provider=care.provider).pk
    if name in {"clients:my_thread", "clients:my_mark_read"}:
        known["pk"] = care.pk
    if name.startswith("appointments:client_receipt"):
        fee = appointment.fees.first()
        known["pk"] = fee.pk if fee else 0
    if name == "appointments:send_again":
        known["mail"] = appointment.history.exclude(messages=None).values_list("messages", flat=True).first() or 0
    return {name: known[name] for name in pattern.pattern.converters}


@pytest.fixture
def appointment(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    """Jordan's with Maya; Maya has a day off too and a mail failed, so that there is a row behind each address."""
    TimeOff.objects.create(provider=maya, begins=now + timedelta(days=9), ends=now + timedelta(days=10))
    return with_a_failed_mail(on_time(maya, jordan))


def signed_in(user: User | None) -> Browser:
    assert user is not None
    browser = Browser()
    browser.force_login(user)
    return browser


def offered(browser: Browser, url: str) -> set[str]:
    """The methods that a view answers to: it names them when asked for another one."""
    response = browser.patch(url)
    assert response.status_code == 405
    return set(response["Allow"].split(", "))


def test_the_anonymous_sign_in_and_the_wrong_role_finds_nothing(
    appointment: Appointment, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    wrong = {"provider": signed_in(jordan.user), "client": signed_in(maya.user), "signed_in": None}
    for name, pattern in OURS:
        if (whose := audience(pattern)) not in wrong:
            continue
        url = reverse(name, kwargs=arguments(name, pattern, appointment, care))
        for anonymous in (Browser().get(url), Browser().post(url)):
            assert (anonymous.status_code, anonymous["Location"]) == (302, f"/accounts/login/?next={url}"), name
        if browser := wrong[whose]:  # what a GET gets is in the table of roles
            assert browser.post(url).status_code == 404, name


def test_another_persons_row_does_not_exist(
    appointment: Appointment, maya: Provider, jordan: Client, care: CareRelationship, sam: Provider
) -> None:
    """A method that the view never offers is refused as such; any other finds nothing, as for a row that never was."""
    provider, client = signed_in(maya.user), signed_in(jordan.user)
    other_provider, other_client = signed_in(sam.user), signed_in(make_client(maya).user)
    never = {"uid": uuid4(), "pk": 999_999, "mail": 999_999}
    for name, pattern in OURS:
        if not pattern.pattern.converters or audience(pattern) == "public":
            continue
        of_provider = audience(pattern) == "provider"
        theirs, stranger = (provider, other_provider) if of_provider else (client, other_client)
        known = arguments(name, pattern, appointment, care)
        url, unknown = (reverse(name, kwargs=named) for named in (known, {key: never[key] for key in known}))
        methods = offered(theirs, url)
        assert offered(stranger, url) == methods, name
        assert methods & {"GET", "POST"}, name
        for address in (url, unknown):
            for method in ("GET", "POST"):
                answer = stranger.generic(method, address)
                assert answer.status_code == (404 if method in methods else 405), f"{method} {address}"
                if answer.status_code == 404:
                    assert "Jordan" not in answer.content.decode()

        appointment.refresh_from_db()
        assert appointment.status == "booked", name
        assert care.booking_token == CareRelationship.objects.get(pk=care.pk).booking_token, name
        assert TimeOff.objects.filter(provider=maya).count() == 1, name


# --- The office's pages ---


def example(route: str) -> str:
    """An address of this route; Django's own catch-all stands for what is nowhere."""
    route = re.sub(r"\^\(\?P<app_label>[\w|]+\)/\$", "practice/", route).replace(r"(?P<url>.*)$", "nowhere/")
    return re.sub(r"<path:\w+>", "1", route)


OFFICE = {example(route): name for name, route, pattern in ROUTES if audience(pattern) == "office"}


@pytest.mark.parametrize("who", ["anonymous", "provider", "client"])
def test_the_offices_pages_are_for_the_office_alone(
    who: str, appointment: Appointment, maya: Provider, jordan: Client
) -> None:
    browser = Browser()
    if who != "anonymous":
        browser.force_login(maya.user if who == "provider" else jordan.user)  # type: ignore[arg-type]
    addresses = [url for url, name in OFFICE.items() if name not in {"admin:login", "admin:logout"}]
    assert len(addresses) > 50
    for url in addresses:
        for answer in (browser.get(url), browser.post(url)):
            assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={url}"), url
    # There, those who have signed in already are told no, and the others may.
    entry = browser.get("/admin/login/?next=/admin/")
    if who == "anonymous":
        assert (entry.status_code, entry["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")
    else:
        assert entry.status_code == 403
        assert "Appointments" not in entry.content.decode().split("<main")[-1]
    assert browser.post("/admin/logout/")["Location"] == "/admin/"


def test_without_a_mail_provider_that_reports_nobody_can_post_its_events(practice: Practice, now: datetime) -> None:
    assert not [name for name, _ in ALL if name.startswith("anymail")]
    for provider in ("postmark", "sendgrid", "mailgun"):
        assert Browser().post(f"/webhooks/{provider}/tracking/").status_code == 404
