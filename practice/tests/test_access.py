"""Who gets in, and what the others see."""

from datetime import datetime

import pytest
from django.test import Client as Browser

from practice.tests.factories import UserFactory


def test_the_anonymous_are_led_to_sign_in_and_back(practice: object, now: datetime) -> None:
    response = Browser().get("/appointments/?q=lee")
    assert response["Location"] == "/accounts/login/?next=/appointments/%3Fq%3Dlee"


def test_a_part_of_a_page_reloads_the_page_once_the_session_has_ended(practice: object, now: datetime) -> None:
    response = Browser().get("/appointments/?q=lee", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"], response.content) == (200, "true", b"")


def test_a_page_of_another_role_does_not_exist(as_maya: Browser, as_jordan: Browser) -> None:
    assert as_maya.get("/home/").status_code == 404
    assert as_jordan.get("/dashboard/").status_code == 404


def test_everyone_lands_where_they_belong(as_maya: Browser, as_jordan: Browser, as_office: Browser) -> None:
    landings = [browser.get("/")["Location"] for browser in (as_maya, as_jordan, as_office)]
    assert landings == ["/dashboard/", "/home/", "/admin/"]


def test_an_account_without_a_role_finds_nothing(practice: object, now: datetime) -> None:
    nobody = Browser()
    nobody.force_login(UserFactory.create())
    assert nobody.get("/").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("/b/unknown/", 404), ("/b/unknown/nope/", 404), ("/b/unknown", 301), ("/b//unknown/", 404), ("/b/", 404)],
)
def test_no_answer_behind_a_link_is_kept_or_listed(practice: object, now: datetime, path: str, status: int) -> None:
    response = Browser().get(path)
    assert (response.status_code, response["Cache-Control"], response["X-Robots-Tag"]) == (
        status,
        "no-store",
        "noindex",
    )


def test_a_form_behind_a_link_that_was_forged_is_not_kept_either(practice: object, now: datetime) -> None:
    response = Browser(enforce_csrf_checks=True).post("/b/unknown/")
    assert (response.status_code, response["Cache-Control"]) == (403, "no-store")


@pytest.mark.parametrize("headers", [{}, {"Host": "evil.example"}])
@pytest.mark.parametrize("path", ["/dashboard", "/b/unknown"])
def test_refusals_and_redirects_have_their_headers_too(
    practice: object, now: datetime, path: str, headers: dict[str, str]
) -> None:
    response = Browser().get(path, headers=headers)
    assert response.status_code == (400 if headers else 301)
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
