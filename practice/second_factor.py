"""The second step of signing in: passkeys, authenticator apps, recovery codes. Staff need one, providers are asked."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from practice.models import Practice, User

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
LATER = "second_step_later"


def is_set(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=KINDS).exists())


def reset(user: User) -> None:
    """For whoever has lost phone and codes, once the practice knows that it is them."""
    Authenticator.objects.filter(user=user).delete()


def is_asked_of(request: HttpRequest) -> bool:
    """A provider without a second step reads about it, until they set one or put it off."""
    user = request.user
    return (
        isinstance(user, User)
        and LATER not in request.COOKIES
        and user.provider_or_none is not None
        and not is_set(user)
    )


class StaffMiddleware:
    """The office's pages open to staff with a second step alone; the others are led to where they set it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user if getattr(view, "audience", "") == "office" else None
        if not isinstance(user, User) or not user.is_staff or not settings.STAFF_NEED_SECOND_STEP or is_set(user):
            return None
        if request.resolver_match is not None and request.resolver_match.view_name == "admin:logout":
            return None
        messages.warning(request, "The office opens once you have a second step: add a passkey or an app.")
        return redirect("mfa_index")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    @property
    def error_messages(self) -> dict[str, str]:
        """At the time of the call, so in the reader's language."""
        return dict(DefaultMFAAdapter.error_messages) | {
            "incorrect_code": _("This is not the code. Wait for the next one and enter that."),
            "no_passkey": _("No passkey was made. Try again, or add an authenticator app."),
            "rate_limited": _("Too many tries in a short time. Try again in a few minutes."),
        }

    def get_totp_issuer(self) -> str:
        return Practice.objects.get().name

    def build_totp_svg(self, url: str) -> str:
        """To stand in the page itself: the policy lets no data: picture in."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :].replace("<svg", '<svg role="img" aria-label="QR"', 1)

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What another key has sealed opens nothing any more, and never what an empty secret would."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's name
        many = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": many + 1} if many else _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.BASE_URL).hostname or "localhost", "name": Practice.objects.get().name}


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    sealed = (hashlib.sha256(f"practice.second_factor|{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in sealed])
