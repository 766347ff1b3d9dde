"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import client_required


@client_required
def cancel(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@client_required
def canceled(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
