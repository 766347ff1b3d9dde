"""Sign-in, by django-allauth. Accounts are made by the practice: there is no sign-up; mail goes through the outbox."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from notifications import outbox
from practice.models import Practice


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Starts with BASE_URL, like every link in mail, whatever the Host header said."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Urgent: claimed before everything else, and its body is blanked once it is sent."""
        practice = Practice.objects.get()
        mail = self.render_mail(template_prefix, email, context | {"practice": practice})
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        user = context.get("user")
        message = outbox.Message(
            about=f"user:{user.pk}" if user is not None else "user:unknown",
            key=f"sign-in:{uuid.uuid4()}",
            kind="sign_in",
            recipient=email,
            sender_name=practice.name,
            subject=mail.subject,
            text=mail.body,
            html=html,
            urgent=True,
        )
        outbox.enqueue(message, at=self.request.now)
