"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import public


@public
def book(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@public
def booked(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
