"""The strict content security policy on every page there is, and nothing inline that it would refuse."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import chain

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client as Browser
from django.urls import path, reverse
from pytest_django import Settings

from appointments import attendance
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_urls import OURS, ROUTES, arguments, audience, example, offered
from clients.models import CareRelationship, Client
from practice.access import public
from practice.actors import Actor
from practice.models import Provider, TimeOff
from practice.urls import urlpatterns as ours

pytestmark = pytest.mark.only_sqlite

STRICT = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "font-src": "'self'",
    "connect-src": "'self'", "frame-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
    "frame-ancestors": "'none'", "manifest-src": "'self'",
}  # fmt: skip


@public
def raises(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as a defect would")


urlpatterns = [*ours, path("raises/", raises)]


class Inline(HTMLParser):
    """Finds what the policy would refuse: scripts and styles in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            is_script = name in ("href", "src", "action") and (value or "").strip().lower().startswith("javascript:")
            if name == "style" or name.startswith("on") or is_script:
                self.found.append(f'<{tag} {name}="{value}">')


def amiss(address: str, response: HttpResponseBase) -> list[str]:
    """All that is wrong with a page, each with its address."""
    parts = response.get("Content-Security-Policy", "").split(";")
    policy = {name: sources for name, _, sources in (part.strip().partition(" ") for part in parts)}
    page = Inline()
    page.feed(getattr(response, "content", b"").decode(errors="replace"))  # a receipt’s PDF is none
    problems = [] if policy == STRICT else [f"{address}: {policy}"]
    if response.get("X-Frame-Options") != "DENY" or response.get("X-Content-Type-Options") != "nosniff":
        problems.append(f"{address}: may be framed or sniffed")
    return problems + [f"{address}: {found}" for found in page.found]


@pytest.fixture
def canceled(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    """Late, with a fee that is due; Jordan has another one booked, and Maya a day off."""
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, shown=Decimal(75)))
    TimeOff.objects.create(provider=maya, begins=NOW + timedelta(days=9), ends=NOW + timedelta(days=10))
    return appointment


def pages(role: str, appointment: Appointment, care: CareRelationship) -> Iterator[tuple[str, str]]:
    """Name and address of each view for this role."""
    for name, pattern in OURS:
        if audience(pattern) == role:
            yield name, reverse(name, kwargs=arguments(name, pattern, appointment, care))


# What Maya has canceled is not shown to Jordan as canceled by Jordan, nothing was asked late, objected to, moved or
# left to agree to; a table and a chart have to be named; the one thread is led to, and the
# address is behind signing in anew.
@pytest.mark.parametrize(
    ("role", "lead_elsewhere"),
    [
        (
            "provider",
            {f"appointments:{page}" for page in ("decline_late", "answer_objection", "report_table", "report_chart")},
        ),
        (
            "client",
            {f"appointments:client_{page}" for page in ("canceled", "moved", "agree")}
            | {"clients:my_messages", "clients:my_address"},
        ),
    ],
)
def test_every_page_of_a_portal(
    *,
    role: str,
    lead_elsewhere: set[str],
    canceled: Appointment,
    maya: Provider,
    jordan: Client,
    care: CareRelationship,
) -> None:
    browser = Browser()
    browser.force_login(maya.user if role == "provider" else jordan.user)  # type: ignore[arg-type]
    problems, seen = [], set()
    methods: dict[str, set[str]] = {}
    settled = booked(maya, jordan, start=NOW + timedelta(hours=5))
    cancel(settled, Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, shown=Decimal(75)))
    paid(settled.fees.get(), by=Actor.provider(maya.user_id))
    reported = booked(maya, jordan, start=NOW - timedelta(hours=2))
    attendance.report_absence(reported, by=Actor.client(jordan.user_id), words="", at=NOW)
    of_each = [pages(role, appointment, care) for appointment in (on_time(maya, jordan), canceled, settled, reported)]
    for name, address in dict.fromkeys(chain(*of_each)):
        if name not in methods:
            methods[name] = offered(browser, address)
        if "GET" in methods[name]:
            response = browser.get(address)
            problems += amiss(address, response)
            if response.status_code == 200:
                seen.add(name)
    assert problems == []
    assert {name for name, offers in methods.items() if "GET" in offers} - seen == lead_elsewhere


def test_booking_and_signing_in(canceled: Appointment, maya: Provider, jordan: Client, care: CareRelationship) -> None:
    browser, booked = Browser(), on_time(maya, jordan)
    link = f"/b/{care.booking_token}/"
    open_pages = [example(route) for name, route, _ in ROUTES if name.startswith("account_") and "(?P" not in route]
    problems = []
    manage = [
        f"/m/{one.manage_token}/{page}" for one in (booked, canceled) for page in ("", "cancel/", "move/", "moved/")
    ]
    for address in (link, f"{link}{booked.uid}/", f"{link}{canceled.uid}/", *manage, "/health/", "/", *open_pages):
        response = browser.get(address)
        assert response.status_code in (200, 302), address
        problems += amiss(address, response)
    assert problems == []


@pytest.mark.parametrize("answer", [400, 403, 404, 405, 500])
def test_every_error(answer: int, canceled: Appointment, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    browser = Browser(enforce_csrf_checks=True, raise_request_exception=False)
    token = browser.get("/accounts/login/").cookies["csrftoken"].value
    response = {
        400: lambda: browser.get("/accounts/login/", headers={"host": "elsewhere.example"}),
        403: lambda: browser.post("/accounts/login/", {"login": "x", "password": "y"}),
        404: lambda: browser.get("/nowhere/"),
        405: lambda: browser.put("/health/", headers={"x-csrftoken": token}),
        500: lambda: browser.get("/raises/"),
    }[answer]()
    assert response.status_code == answer
    assert amiss(str(answer), response) == []
    assert "as a defect would" not in response.content.decode()
    if answer != 405:
        assert "<h1" in response.content.decode()


def test_the_offices_pages(as_office: Browser, canceled: Appointment, maya: Provider, jordan: Client) -> None:
    lists = [reverse(name) for name, _, _ in ROUTES if name.startswith("admin:") and name.endswith("_changelist")]
    fee, cancellation = canceled.fees.get(), canceled.cancellations.get()
    rows = [
        reverse(f"admin:{name}_change", args=[pk])
        for name, pk in [
            ("appointments_appointment", canceled.pk), ("appointments_fee", fee.pk), ("clients_client", jordan.pk),
            ("appointments_cancellation", cancellation.pk), ("practice_provider", maya.pk),
            ("practice_user", maya.user_id), ("practice_practice", maya.practice_id),
        ]
    ]  # fmt: skip
    forms = [reverse("admin:practice_feepolicy_add"), reverse("admin:practice_user_add")]
    problems = []
    for address in (reverse("admin:index"), *lists, *rows, *forms):
        response = as_office.get(address)
        assert response.status_code == 200, address
        problems += amiss(address, response)
    assert len(lists) >= 12
    assert problems == []
