"""The page behind the link to a new password.

allauth's own writes the key into a session as soon as the link is opened; here nothing is written but by the form.
"""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import finalize_password_reset, reset_password
from allauth.decorators import rate_limit
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from practice import language, new_passwords
from practice.access import TimedRequest, public
from practice.models import User
from practice.sign_in_forms import ResetPasswordKeyForm


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@rate_limit(action="reset_password_from_key")  # type: ignore[untyped-decorator]  # allauth is untyped
def new_password(request: TimedRequest, uidb36: str, key: str) -> HttpResponse:
    if request.method == "POST":
        return _set(request, uidb36, key)
    user = new_passwords.find(uidb36, key)
    return _ended(request) if user is None else _ask(request, user, ResetPasswordKeyForm(user=user))


@transaction.atomic
def _set(request: TimedRequest, uidb36: str, key: str) -> HttpResponse:
    user = new_passwords.hold(uidb36, key)
    if user is None:
        return _ended(request)
    form = ResetPasswordKeyForm(request.POST, user=user)
    with language.spoken(language.of(user)):
        is_fine = form.is_valid()
    if not is_fine:
        return _ask(request, user, form)
    reset_password(user, form.cleaned_data["password1"])
    get_adapter().logout(request)  # whoever was signed in here
    finalize_password_reset(request, user)
    return redirect("account_login")


def _ask(request: TimedRequest, user: User, form: ResetPasswordKeyForm) -> HttpResponse:
    language.speak(request, language.of(user))
    return render(request, "account/password_reset_from_key.html", {"form": form})


def _ended(request: TimedRequest) -> HttpResponse:
    return render(request, "account/password_reset_link_ended.html", status=404)
