"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import provider_required


@provider_required
def listing(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def detail(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def replace_link(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def book(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
