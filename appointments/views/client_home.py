"""STUB."""

from typing import Any

from django.http import HttpResponse

from practice.access import client_required


@client_required
def home(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@client_required
def appointments(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@client_required
def detail(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError


@client_required
def fees(request: Any, **kwargs: Any) -> HttpResponse:
    raise NotImplementedError
