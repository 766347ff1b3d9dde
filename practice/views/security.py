"""Showing by a mailed code that it is you, and putting off the second step."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import BaseReauthenticateView
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from practice import reauthentication
from practice.access import TimedRequest, declare, signed_in
from practice.second_factor import LATER
from practice.sign_in_forms import CodeForm

A_MONTH = 30 * 24 * 60 * 60


@method_decorator(login_required, name="dispatch")
class ReauthenticateByCode(BaseReauthenticateView):  # type: ignore[misc]  # allauth is untyped
    """Opening it sends nothing; its button does."""

    form_class = CodeForm
    template_name = "account/reauthenticate_by_code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") != "send":
            answered: HttpResponse = super().post(request, *args, **kwargs)
            return answered
        email = request.user.email  # type: ignore[union-attr]  # signed in
        if limited := ratelimit.consume_or_429(request, action="request_login_code", key=email):
            refused: HttpResponse = limited
            return refused
        context = {"user": request.user, "code": reauthentication.new_code(request)}
        get_adapter().send_mail("account/email/login_code", email, context)
        return redirect(self.passthrough_next_url(request.path))

    def get_form_kwargs(self) -> dict[str, Any]:
        return dict(super().get_form_kwargs()) | {"code": reauthentication.expected_code(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sent = reauthentication.expected_code(self.request) != ""
        return dict(super().get_context_data(**kwargs)) | {"sent": sent}

    def form_valid(self, form: CodeForm) -> HttpResponse:
        reauthentication.forget_code(self.request)
        record_authentication(self.request, self.request.user, method="code", reauthenticated=True)
        done: HttpResponse = super().form_valid(form)
        return done

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        reauthentication.note_wrong_code(self.request)
        shown: HttpResponse = super().form_invalid(form)
        return shown


reauthenticate_by_code = declare("signed_in", ReauthenticateByCode.as_view())


@signed_in
@require_POST
def later(request: TimedRequest) -> HttpResponse:
    """Nothing is kept but a note in this browser."""
    answer = HttpResponseRedirect(get_next_redirect_url(request) or "/")
    answer.set_cookie(LATER, "1", max_age=A_MONTH, httponly=True, secure=request.is_secure(), samesite="Lax")
    return answer
