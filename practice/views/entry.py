"""Where a person lands: by their rows, provider before client before office."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from practice.access import TimedRequest, public, signed_in
from practice.models import User


@signed_in
@require_safe
def home(request: TimedRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    if user.provider_or_none is not None:
        return redirect("appointments:dashboard")
    if hasattr(user, "client"):
        return redirect("appointments:client_home")
    if user.is_staff:
        return redirect("admin:index")
    raise Http404


def change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the admin's own page, which tells nobody that a password was changed."""
    return redirect("account_change_password")


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For a load balancer: the web process answers."""
    return HttpResponse("ok", content_type="text/plain")
