"""The two ways by which a client reaches one of their appointments: signed in, or by its manage link.

Each page is written once and mounted twice. By the link it shows a first name and a time, nothing else about
the person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appointments import client_outlook, client_words, manage_links, terms
from appointments.client_outlook import Outlook
from appointments.models import Appointment
from clients.models import CareRelationship, Client
from practice import language, zone_choices
from practice.access import ClientRequest, TimedRequest, client_required, public
from practice.actors import Actor
from practice.models import User

# Of one appointment; each has an address in the portal and one behind the link.
PAGES = ("appointment", "cancel", "canceled", "restore", "move", "moved", "ask", "agree", "calendar")


@dataclass(frozen=True)
class Way:
    """``key`` is the appointment's public id for who is signed in, otherwise its token."""

    is_signed_in: bool
    key: UUID | str
    read: Callable[[], Appointment]

    def url(self, page: str) -> str:
        return reverse(f"appointments:{'client' if self.is_signed_in else 'manage'}_{page}", args=[self.key])

    @property
    def urls(self) -> dict[str, str]:
        return {page: self.url(page) for page in PAGES}


class OwnRequest(TimedRequest):
    """Of a client, about an appointment of theirs."""

    appointment: Appointment
    actor: Actor
    way: Way


class View(Protocol):
    def __call__(self, request: OwnRequest, /) -> HttpResponse: ...


@dataclass(frozen=True)
class Page:
    """One view, to be mounted by both ways."""

    signed_in: Callable[..., HttpResponse]
    by_link: Callable[..., HttpResponse]


def page(*methods: str) -> Callable[[View], Page]:
    """``methods`` are those that the view answers to."""
    answers = require_http_methods(list(methods))

    def mounted(view: View) -> Page:
        return Page(signed_in=client_required(answers(_signed_in(view))), by_link=public(answers(_by_link(view))))

    return mounted


def _signed_in(view: View) -> Callable[[ClientRequest, UUID], HttpResponse]:
    def answer(request: ClientRequest, uid: UUID) -> HttpResponse:
        def read() -> Appointment:
            return get_object_or_404(request.client.appointments.with_people().with_outcome(), uid=uid)

        return view(_known(request, read(), request.actor, Way(is_signed_in=True, key=uid, read=read)))

    return answer


def _by_link(view: View) -> Callable[[TimedRequest, str], HttpResponse]:
    def answer(request: TimedRequest, token: str) -> HttpResponse:
        def read() -> Appointment:
            if (found := manage_links.find(token, at=request.now)) is None:
                raise Http404
            return found.appointment

        found = manage_links.find(token, at=request.now)
        if found is None:
            return render(request, "appointments/manage_link_unknown.html", status=404)
        appointment, client = found.appointment, found.appointment.client
        own_page = reverse("appointments:detail", args=[appointment.uid])
        if theirs := not_the_clients(request, appointment, own_page=own_page):
            return theirs
        language.speak(request, client.language)
        if found.ended:
            return render(request, "appointments/manage_link_ended.html", status=404)
        way = Way(is_signed_in=False, key=token, read=read)
        return view(_known(request, appointment, actor(request, client), way))

    return answer


def _known(request: TimedRequest, appointment: Appointment, by: Actor, way: Way) -> OwnRequest:
    known = cast(OwnRequest, request)
    known.appointment, known.actor, known.way = appointment, by, way
    return known


def context(request: OwnRequest) -> dict[str, Any]:
    """What each of these pages shows of its appointment."""
    appointment, way = request.appointment, request.way
    provider = appointment.provider
    return {
        "appointment": appointment,
        "provider": provider,
        "with_whom": provider.name_with_credentials if way.is_signed_in else provider.display_name,
        "spoken": client_words.spoken(appointment, at=request.now),
        "subject": client_words.subject(appointment),
        "zone": appointment.client.time_zone,
        "now": request.now,
        "signed_in": way.is_signed_in,
        "urls": way.urls,
        "layout": "layouts/client.html" if way.is_signed_in else "layouts/manage.html",
        "task_layout": "layouts/client_task.html" if way.is_signed_in else "layouts/manage.html",
    }


def outlook(request: OwnRequest) -> Outlook:
    policy = terms.in_force(request.appointment, at=request.now)
    return client_outlook.outlook(request.appointment, policy=policy, by=request.actor, at=request.now)


def care_of(appointment: Appointment) -> CareRelationship | None:
    """Whose booking link still works."""
    return appointment.client.care_relationships.active().filter(provider=appointment.provider).first()


# --- Behind a client's own link, their booking link too ---


def actor(request: HttpRequest, client: Client) -> Actor:
    """The client; their account only where they are signed in to it."""
    known = request.user.is_authenticated and request.user.pk == client.user_id
    return Actor.client(request.user.pk if known else None)


def zone_chosen(request: HttpRequest, client: Client) -> str:
    """The zone that the reader chose, or else their own."""
    chosen = request.GET.get("zone", "")
    return chosen if zone_choices.is_known(chosen) else client.time_zone


def not_the_clients(
    request: HttpRequest, about: Appointment | CareRelationship, *, own_page: str
) -> HttpResponse | None:
    """A provider or the office who opens a client's link is led to their own page: they do not act as the client."""
    user = request.user
    if not isinstance(user, User) or user.pk == about.client.user_id:
        return None
    provider = user.provider_or_none
    if provider == about.provider:
        return redirect(own_page)
    if provider is None and not user.is_staff:
        return None
    theirs = {"client_id": about.client_id, "in_the_office": user.is_staff}
    return render(request, "appointments/link_of_a_client.html", theirs, status=403)
