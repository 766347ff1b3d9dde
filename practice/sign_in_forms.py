"""allauth's forms; what was left empty is named as on our own pages."""

import json
from typing import Any

from allauth.account import forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from django.utils.translation import gettext_lazy as _

EMPTY = {
    "login": _("Enter your e-mail."),
    "email": _("Enter your e-mail."),
    "password": _("Enter your password."),
    "oldpassword": _("Enter the password you have now."),
    "password1": _("Enter a new password."),
    "password2": _("Enter the new password again."),
    "code": _("Enter the code."),
}


class NamesWhatIsEmpty:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EMPTY.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = EMPTY[name]


class LoginForm(NamesWhatIsEmpty, forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    pass


class RequestCodeForm(NamesWhatIsEmpty, forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Sent by its own page, or by the second button of the sign-in page, where the address is named ``login``."""

    def add_prefix(self, field_name: str) -> str:
        return "login" if field_name == "email" else str(super().add_prefix(field_name))


class TypedOnAPhone(NamesWhatIsEmpty):
    """The phone offers digits, and the code itself where it has read the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class CodeForm(TypedOnAPhone, forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    pass


class PasswordAgainForm(NamesWhatIsEmpty, forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class SecondStepForm(TypedOnAPhone, second_step.AuthenticateForm):  # type: ignore[misc]
    pass


class SecondStepAgainForm(TypedOnAPhone, second_step.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddAppForm(TypedOnAPhone, ActivateTOTPForm):  # type: ignore[misc]
    pass


class OfADevice(json.JSONDecoder):
    """What no device says, numbers and nestings beyond all measure, is no JSON either."""

    def decode(self, text: str) -> Any:  # type: ignore[override]
        try:
            return super().decode(text)
        except (RecursionError, ValueError) as error:
            raise json.JSONDecodeError("not a device's", text, 0) from error


class ReadsADevice:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].decoder = OfADevice


class ReadsWhatADeviceSays(ReadsADevice):
    """Something else than a device's answer is refused, and breaks no page."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(ReadsWhatADeviceSays, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyStepForm(ReadsWhatADeviceSays, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgainForm(ReadsWhatADeviceSays, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(ReadsADevice, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """Every passkey signs in by itself, so each must have been opened by the device's own lock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["credential"].label = _("Passkey")

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("no_passkey") from error
        return cleaned


class ChangePasswordForm(NamesWhatIsEmpty, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(NamesWhatIsEmpty, forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(NamesWhatIsEmpty, forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(NamesWhatIsEmpty, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass
