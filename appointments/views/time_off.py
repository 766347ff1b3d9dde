"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import provider_required


@provider_required
def time_off(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def remove(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
