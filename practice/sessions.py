"""Sessions end after a while in which their person did nothing; what the page asks by itself does not count.

The engine of ``SESSION_ENGINE``. A session is written at most once a minute, so it lasts a minute longer than a
page is told.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

WRITTEN_EVERY = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    ends_at: datetime | None = None
    ended_for = ""
    """Whose session this was, where it has ended: the id of the user. Empty where they signed out."""

    def _validate_session_key(self, key: str) -> bool:
        """PostgreSQL takes no NUL into a query, and a cookie may hold one in quotes."""
        return bool(super()._validate_session_key(key)) and key.isprintable()  # type: ignore[misc]  # no stubs

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
        if row is not None:
            self.ends_at = row.expire_date
        elif key and (ended := self.model.objects.filter(session_key=key).first()):
            self.ended_for = str(self.decode(ended.session_data).get(SESSION_KEY, ""))
        return row


class IdleMiddleware:
    """Whatever a person does puts the end of their session off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and _is_put_off(request):
            request.session.modified = True
        return response


def is_polled(request: HttpRequest) -> bool:
    return "X-Polled" in request.headers


def seconds_left(request: HttpRequest) -> int:
    """Until the page has to ask whether its reader is still there; 0 for who is not signed in."""
    if SESSION_KEY not in request.session:
        return 0
    whole = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    left = whole
    if not _is_put_off(request) and (ends_at := _ends_at(request)):
        left = ends_at - request.now  # type: ignore[attr-defined]  # by ArrivalMiddleware
    return max(0, math.floor((left - WRITTEN_EVERY).total_seconds()))


def who(request: HttpRequest) -> str:
    """The same for one person's pages, and nothing that could be looked up."""
    return salted_hmac("practice.sessions", str(request.user.pk), algorithm="sha256").hexdigest()[:16]


def _ends_at(request: HttpRequest) -> datetime | None:
    return getattr(request.session, "ends_at", None)


def _is_put_off(request: HttpRequest) -> bool:
    ends_at = _ends_at(request)
    if ends_at is None or is_polled(request) or SESSION_KEY not in request.session:
        return False
    whole = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return bool(ends_at - request.now <= whole - WRITTEN_EVERY)  # type: ignore[attr-defined]
