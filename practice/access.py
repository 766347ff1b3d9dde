"""Who may see a view. Each view declares its audience by one of these; a test proves it over all URLs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from practice import language, second_factor, sessions, unsent
from practice.actors import Actor
from practice.models import Practice, Provider, User

if TYPE_CHECKING:
    from clients.models import Client

Audience: TypeAlias = Literal["public", "signed_in", "provider", "client", "office"]
P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponse])


class ArrivalMiddleware:
    """Notes the instant at which a request reached us: every rule is judged by it, whatever the wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class BehindALinkMiddleware:
    """No copy of what is behind a person's own link stays in a cache, and no search engine lists it; refusals too."""

    PATHS = ("/b/", "/i/", "/m/", "/accounts/password/reset/key/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(self.PATHS):
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
        return response


class TimedRequest(HttpRequest):
    now: datetime


class ProviderRequest(TimedRequest):
    provider: Provider
    actor: Actor


class ClientRequest(TimedRequest):
    client: "Client"
    actor: Actor


def context(request: HttpRequest) -> dict[str, Any]:
    provider: Provider | None = getattr(request, "provider", None)
    return {
        "practice": provider.practice if provider else Practice.objects.first(),
        "demo": settings.DEMO,
        "second_step_asked": lambda: second_factor.is_asked_of(request),
        "session_left": lambda: sessions.seconds_left(request),
        "session_who": lambda: sessions.who(request),
    }


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A part of a page reloads the page, which then leads to sign-in, rather than showing sign-in inside it."""
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if unsent.keep(request, at=request.now):  # type: ignore[attr-defined]  # by ArrivalMiddleware
        return redirect_to_login(reverse("unsent"))
    return redirect_to_login(request.get_full_path())


def declare(audience: Audience, view: View) -> View:
    view.audience = audience  # type: ignore[attr-defined]
    return view


def mount(audience: Audience, patterns: Sequence[URLPattern | URLResolver]) -> Sequence[URLPattern | URLResolver]:
    """Declares the audience of views that are not ours: allauth's, the admin's, Anymail's."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            mount(audience, pattern.url_patterns)
        else:
            declare(audience, pattern.callback)
    return patterns


def public(
    view: Callable[Concatenate[TimedRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    return declare("public", cast(Callable[Concatenate[HttpRequest, P], HttpResponse], view))


def signed_in(
    view: Callable[Concatenate[TimedRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        return view(cast(TimedRequest, request), *args, **kwargs)

    return declare("signed_in", checked)


def provider_required(
    view: Callable[Concatenate[ProviderRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        provider = Provider.objects.select_related("practice").filter(user=request.user).first()
        if provider is None:
            raise Http404
        provider.user = request.user
        known = cast(ProviderRequest, request)
        known.provider, known.actor = provider, Actor.provider(request.user.pk)
        language.speak(request, language.ENGLISH)
        return view(known, *args, **kwargs)

    return declare("provider", checked)


def client_required(
    view: Callable[Concatenate[ClientRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        client = getattr(request.user, "client", None)
        if client is None:
            raise Http404
        known = cast(ClientRequest, request)
        known.client, known.actor = client, Actor.client(request.user.pk)
        language.speak(request, client.language)
        return view(known, *args, **kwargs)

    return declare("client", checked)


def office_required(
    view: Callable[Concatenate[TimedRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For pages of ours beside Django admin, with its own door."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        language.speak(request, language.ENGLISH)
        return view(cast(TimedRequest, request), *args, **kwargs)

    guarded = admin.site.admin_view(cast(Callable[..., HttpResponse], checked))
    return declare("office", cast(Callable[Concatenate[HttpRequest, P], HttpResponse], guarded))
