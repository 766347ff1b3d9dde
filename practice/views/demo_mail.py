"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import public


@public
def listing(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@public
def message(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@public
def html(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
