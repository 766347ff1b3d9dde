"""In which language a person is spoken to: a client in their own, whoever gives care or runs it in English."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

ENGLISH = "en"
P = ParamSpec("P")
Made = TypeVar("Made")


class LanguageMiddleware(LocaleMiddleware):
    """Strangers are spoken to as they chose, or as their browser asks; the admin speaks English.

    Whoever is signed in is spoken to in their own language: on pages that anybody may see by this, in the
    portals by ``practice.access``. So are the pages behind a client's own link, once it is known whose it is.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/admin/"):
            speak(request, ENGLISH)
        else:
            super().process_request(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *args: object) -> None:
        if getattr(view, "audience", "") in {"public", "signed_in"}:
            speak_to_reader(request)


def speak(request: HttpRequest, language: str) -> None:
    """For the rest of this request; the page then offers no other language."""
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()
    request.is_spoken_for = True  # type: ignore[attr-defined]


def speak_to_reader(request: HttpRequest) -> None:
    """In the own language of who is signed in; a stranger chooses."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        speak(request, of(user))


def of(user: object) -> str:
    """The client's own; whoever is none is spoken to in English. ``user`` may be None."""
    client = getattr(user, "client", None)
    return client.language if client is not None else ENGLISH


def spoken(language: str) -> AbstractContextManager[None]:
    """``with spoken(client.language):`` all words in it are that person's."""
    return translation.override(language)


def in_english(make: Callable[P, Made]) -> Callable[P, Made]:
    """For what a provider gets, whoever caused it and whatever language they read."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> Made:
        with spoken(ENGLISH):
            return make(*args, **kwargs)

    return made
