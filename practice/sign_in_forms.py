"""allauth's forms; what was left empty is named as on our own pages."""

from typing import Any

from allauth.account import forms

EMPTY = {
    "login": "Enter your e-mail.",
    "email": "Enter your e-mail.",
    "password": "Enter your password.",
    "oldpassword": "Enter the password you have now.",
    "password1": "Enter a new password.",
    "password2": "Enter the new password again.",
}


class NamesWhatIsEmpty:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EMPTY.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = EMPTY[name]


class LoginForm(NamesWhatIsEmpty, forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    pass


class ChangePasswordForm(NamesWhatIsEmpty, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(NamesWhatIsEmpty, forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(NamesWhatIsEmpty, forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(NamesWhatIsEmpty, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass
