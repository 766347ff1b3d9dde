"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import provider_required


@provider_required
def cancel(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def fee_block(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@provider_required
def preview(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
