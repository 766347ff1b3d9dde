"""allauth's forms; what was left empty is named as on our own pages."""

from typing import Any

from allauth.account import forms
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


class CodeForm(NamesWhatIsEmpty, forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class ChangePasswordForm(NamesWhatIsEmpty, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(NamesWhatIsEmpty, forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(NamesWhatIsEmpty, forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(NamesWhatIsEmpty, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass
