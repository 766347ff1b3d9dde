"""Sign-in, by django-allauth. Accounts are made by the practice: there is no sign-up; mail goes through the outbox."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifications import outbox
from practice import language
from practice.models import Practice, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail and this password do not belong together."),
        "incorrect_code": _("This is not the code. Look for the newest mail, or have a new code sent."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("Too many tries in a short time. Try again in a few minutes."),
        "too_many_login_attempts": _("Too many tries in a short time. Try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Starts with BASE_URL, like every link in mail, whatever the Host header said."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Urgent: claimed before everything else, and its body is blanked once it is sent."""
        practice = Practice.objects.get()
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        client = getattr(user, "client", None)
        discreet = client is not None and client.discreet
        sender = practice.neutral_name if discreet else practice.name
        with language.spoken(client.language if client else language.ENGLISH):
            mail = self.render_mail(template_prefix, email, context | {"practice": practice, "sender": sender})
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        message = outbox.Message(
            about=f"user:{user.pk}" if user is not None else "user:unknown",
            key=f"sign-in:{uuid.uuid4()}",
            kind="sign_in",
            recipient=email,
            sender_name=sender,
            subject=practice.neutral_subject if discreet else mail.subject,
            text=mail.body,
            html=html,
            urgent=True,
        )
        outbox.enqueue(message, at=self.request.now)
