"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import provider_required


@provider_required
def sessions(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def hours(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
