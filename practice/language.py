"""In which language a person is spoken to: a client in their own, whoever gives care or runs it in English."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

ENGLISH = "en"
P = ParamSpec("P")
Made = TypeVar("Made")


class LanguageMiddleware(LocaleMiddleware):
    """Strangers are spoken to as they chose, or as their browser asks; the admin speaks English.

    ``practice.access`` and the pages behind a client's own link speak on in the person's own language, once
    it is known who reads.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/admin/"):
            speak(request, ENGLISH)
        else:
            super().process_request(request)


def speak(request: HttpRequest, language: str) -> None:
    """For the rest of this request."""
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()


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
