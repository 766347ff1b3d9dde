"""Sign-in, by django-allauth. Accounts are made by the practice: there is no sign-up; mail goes through the outbox."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import outbox
from practice import language, reauthentication, second_factor
from practice.models import Practice, User

# What is told of by mail, so that whoever did not do it can call.
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("A password was set."),
    "account/email/password_reset": _("Your password was changed by a link that we mailed to you."),
    "mfa/email/totp_activated": _("An authenticator app was added."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made; the old ones stopped working."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail and this password do not belong together."),
        "incorrect_code": _("This is not the code. Look for the newest mail, or have a new code sent."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "rate_limited": _("Too many tries in a short time. Try again in a few minutes."),
        "too_many_login_attempts": _("Too many tries in a short time. Try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Starts with BASE_URL, like every link in mail, whatever the Host header said."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for who has just signed in; and who has neither password nor second step is asked by a code."""
        if reauthentication.is_fresh(self.request):
            return False
        if not get_reauthentication_flows(self.request.user):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A mailed code says less than a second step does, so whoever has one is not asked by mail."""
        words = {
            "reauthenticate": gettext("Enter your password"),
            "mfa_reauthenticate": gettext("Enter a code from your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": gettext("Use a passkey"),
        }
        ways = [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]
        if isinstance(user, User) and not second_factor.is_set(user):
            by_code = reverse("reauthenticate_by_code")
            ways.append({"id": "code", "description": gettext("Have a code sent by mail"), "url": by_code})
        return ways

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        what = CHANGES[template_prefix]
        self.send_mail("account/email/sign_in_changed", user.email, {"user": user, "what": what})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Urgent: claimed before everything else, and its body is blanked once it is sent."""
        practice = Practice.objects.get()
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        client = getattr(user, "client", None)
        discreet = client is not None and client.discreet
        with language.spoken(language.of(user)):
            sender = practice.spoken_neutral_name if discreet else practice.name
            mail = self.render_mail(template_prefix, email, context | {"practice": practice, "sender": sender})
            subject = practice.spoken_neutral_subject if discreet else mail.subject
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        message = outbox.Message(
            about=f"user:{user.pk}" if user is not None else "user:unknown",
            key=f"sign-in:{uuid.uuid4()}",
            kind="sign_in",
            recipient=email,
            sender_name=sender,
            subject=subject,
            text=mail.body,
            html=html,
            urgent=True,
        )
        outbox.enqueue(message, at=self.request.now)
