"""Where people make, replace and remove their calendar feed, in either portal."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practice import calendar_feed
from practice.access import ProviderRequest, TimedRequest, provider_required
from practice.models import User


class Act(Protocol):
    def __call__(self, user: User, *, at: datetime) -> User: ...


ACTS: Final[dict[str, tuple[Act, Callable[[], str]]]] = {
    "make": (calendar_feed.make, lambda: _("Your feed is ready. Add it to your calendar.")),
    "replace": (calendar_feed.replace, lambda: _("Your feed has a new link. The old one opens nothing any more.")),
    "remove": (calendar_feed.remove, lambda: _("Your feed is gone. Its link opens nothing any more.")),
}


@provider_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def provider_feed(request: ProviderRequest) -> HttpResponse:
    return answer(request, "practice/calendar_feed.html")


def answer(request: TimedRequest, template: str) -> HttpResponse:
    """The page, or what its buttons ask for."""
    assert isinstance(request.user, User)
    if request.method == "POST":
        if (asked := request.POST.get("act", "")) not in ACTS:
            raise BadRequest
        act, words = ACTS[asked]
        act(request.user, at=request.now)
        messages.success(request, words())
        return redirect(request.path)
    user = request.user
    return render(request, template, {"feed": calendar_feed.url(user), "webcal": calendar_feed.webcal_url(user)})
