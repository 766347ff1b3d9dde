import io
import logging
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import IntegrityError
from django.http import HttpResponseNotFound
from django.test import RequestFactory
from django.utils.log import log_response

from appointments.models import CancellationReason
from practice.logs import NoTokens, blanked
from practice.models import Practice

TWICE = 'duplicate key value violates unique constraint "practice_user_email_key"'
TOKEN = "Zk3-9vQx_Lw2RtYb8NcPdA"
LONG = "zk3-9vQx_Lw2RtYb8NcPdAq7_0mKeU4s"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger that writes as the application does, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(NoTokens())
    logger = logging.getLogger("practice.tests.tokens")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"Not Found: /b/{TOKEN}/", "Not Found: /b/[token]/"),
        (
            f"GET https://practice.example/b/{TOKEN}/5a2e1c9e-0000-4000-8000-000000000000/?zone=UTC",
            "GET https://practice.example/b/[token]/5a2e1c9e-0000-4000-8000-000000000000/?zone=UTC",
        ),
        (f"/m/{TOKEN}/cancel/", "/m/[token]/cancel/"),
        (f"/i/WzUsMTc3:1vxA2q:{TOKEN}/", "/i/[token]/"),
        (f"Not Found: /calendar/{TOKEN}.ics", "Not Found: /calendar/[token].ics"),
        ("/accounts/login/?next=%2Fcalendar%2F" + TOKEN, "/accounts/login/?next=%2Fcalendar%2F[token]"),
        ("/my/settings/calendar/", "/my/settings/calendar/"),
        (f"{{'path': 'b/{TOKEN}/'}}", "{'path': 'b/[token]/'}"),
        (
            "/accounts/password/reset/key/1-c3xk2v-5d41402abc4b2a76b9719d911017c592/",
            "/accounts/password/reset/key/[token]/",
        ),
        ("/accounts/login/?next=%2Fb%2F" + TOKEN + "%2F", "/accounts/login/?next=%2Fb%2F[token]%2F"),
        ("/accounts/login/?next=/m/" + TOKEN, "/accounts/login/?next=/m/[token]"),
        (
            "/web/appointments/5a2e1c9e-0000-4000-8000-000000000000/",
            "/web/appointments/5a2e1c9e-0000-4000-8000-000000000000/",
        ),
        (f"Not Found: /b//{LONG}/nope/", "Not Found: /b//[token]/nope/"),
        (f"Not Found: /b/%20{LONG}/", "Not Found: /b/%[token]/"),
        (f"Not Found: /{LONG}/", "Not Found: /[token]/"),
        (
            "in test_a_name_of_a_function_may_be_long_and_stays",
            "in test_a_name_of_a_function_may_be_long_and_stays",
        ),
        ("about 4 m/s or b/w", "about 4 m/s or b/w"),
        (
            f"UniqueViolation: {TWICE}\nDETAIL:  Key (email)=(jordan.lee@example.com) exists.",
            f"UniqueViolation: {TWICE}",
        ),
        (
            "raised IntegrityError('refused\\nDETAIL:  Failing row contains (1, Jordan).\\n')\nTraceback (most recent",
            "raised IntegrityError('refused\nTraceback (most recent",
        ),
    ],
)
def test_tokens_are_blanked_and_the_rest_is_kept(said: str, kept: str) -> None:
    assert blanked(said) == kept


def test_a_token_in_the_arguments_never_reaches_the_log(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("%s at %s", "Forbidden", f"/b/{TOKEN}/")
    assert written.getvalue() == "Forbidden at /b/[token]/\n"


def test_a_token_in_an_exception_never_reaches_the_log(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        try:
            raise KeyError(f"/m/{TOKEN}/")
        except KeyError as cause:
            raise ValueError(f"while answering /b/{TOKEN}/") from cause
    except ValueError:
        logger.exception("Internal Server Error: %s", f"/b/{TOKEN}/")
    text = written.getvalue()
    assert TOKEN not in text
    assert "ValueError: while answering /b/[token]/" in text
    assert "KeyError: '/m/[token]/'" in text


def test_nor_does_the_row_that_a_database_refuses(log: tuple[logging.Logger, io.StringIO], practice: Practice) -> None:
    logger, written = log
    words = "Jordan\n\nLee is not well"
    reason = {"caused_by": "client", "picked_by": "both", "order": 1, "fee_may_apply": False, "waive_preset": True}
    try:
        CancellationReason.objects.create(provider_words=words, **reason)
    except IntegrityError:
        logger.exception("Internal Server Error: %s", "/")
    text = written.getvalue()
    assert "IntegrityError" in text
    assert "reason_waive_preset_needs_fee" in text
    assert "The above exception was the direct cause" in text
    assert "not well" not in text


def test_a_wrong_format_string_breaks_nothing(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("%s and %s", f"/b/{TOKEN}/")  # noqa: PLE1206
    assert TOKEN not in written.getvalue()
    assert "/b/[token]/" in written.getvalue()


def test_djangos_own_line_for_a_page_not_found_has_no_token(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    request: WSGIRequest = RequestFactory().get(f"/b/{TOKEN}/")
    log_response("%s: %s", "Not Found", request.path, response=HttpResponseNotFound(), request=request, logger=logger)
    assert written.getvalue() == "Not Found: /b/[token]/\n"


def test_the_console_of_the_application_has_the_filter() -> None:
    handlers = logging.getLogger().handlers
    assert any(isinstance(each, NoTokens) for handler in handlers for each in handler.filters)
