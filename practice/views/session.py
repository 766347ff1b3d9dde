"""How long a session lasts, staying signed in, and the way back into a form after it has ended."""

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from practice import sessions, unsent
from practice.access import TimedRequest, public, signed_in


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: TimedRequest) -> HttpResponse:
    """For js/session.js: asking changes nothing, POST puts the end off. ``left`` is in seconds, 0 for nobody."""
    signed = request.user.is_authenticated
    if signed and request.method == "POST":
        request.session.modified = True
        request.session.ends_at = None  # type: ignore[attr-defined]  # as for one that begins now
    left = sessions.seconds_left(request) if signed else 0
    return JsonResponse({"left": left, "who": sessions.who(request) if signed else "", "csrf": get_token(request)})


@signed_in
@require_safe
def back(request: TimedRequest) -> HttpResponse:
    """Where signing in again from a page that waits leads to."""
    return render(request, "practice/session_back.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def unsent_form(request: TimedRequest) -> HttpResponse:
    """The form as it was filled in, sent on by its person; POST leaves it."""
    if request.method == "POST":
        unsent.forget(request)
        return redirect("home")
    kept = unsent.find(request, at=request.now)
    if kept is None:
        return redirect("home")
    return render(request, "practice/unsent.html", {"kept": kept})
