"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import provider_required


@provider_required
def index(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def late_fees(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
