"""The addresses of the demo, and some that fail, so that every error page can be looked at."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from practice.tests.demo_urls import urlpatterns as demo

REASONS: dict[int, type[Exception]] = {400: BadRequest, 403: PermissionDenied, 500: RuntimeError}


def fail(request: HttpRequest, answer: int) -> HttpResponse:
    if answer in REASONS:
        raise REASONS[answer]
    return render(request, f"{answer}.html", status=answer)


urlpatterns = [*demo, path("fail/<int:answer>/", fail)]
