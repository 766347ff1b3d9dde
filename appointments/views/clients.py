"""Clients: the list, one client's page, and the replacing of a booking link."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import days, fee_words, rows
from appointments.forms.new_client import NewClientForm
from appointments.models import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from clients import care as caring
from clients import links
from clients.models import CareRelationship
from notifications.models import MISSED
from practice.access import ProviderRequest, provider_required
from practice.zones import NBSP, abbreviation, city, clock, day, local, moment, named

A_PAGE = 50
UPCOMING_SHOWN, PAST_SHOWN = 10, 5


@dataclass(frozen=True)
class Listed:
    """``next`` says when the next appointment is, in the provider's zone; empty where there is none."""

    care: CareRelationship
    next: str
    is_namesake: bool


@provider_required
@require_safe
def listing(request: ProviderRequest) -> HttpResponse:
    """All clients by name, those whose care has ended too."""
    name = request.GET.get("q", "").strip()[:100]
    found = request.provider.care_relationships.with_people().matching(name).by_name()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    coming = request.provider.appointments.next_booked(at=request.now)
    names = Counter(care.client.name for care in listed)
    starts = coming.first_starts(of=[care.client_id for care in listed])
    context = {
        "name": name,
        "page": page,
        "clients": [
            Listed(care, _next(starts.get(care.client_id), request), is_namesake=names[care.client.name] > 1)
            for care in listed
        ],
        "zone_words": zone_words(request),
    }
    return render(request, "appointments/clients.html", context)


def _next(start: datetime | None, request: ProviderRequest) -> str:
    if start is None:
        return ""
    zone = request.provider.time_zone
    if start <= request.now:
        return f"Now, since {clock(start, zone)}"
    return f"{days.near(start, zone, at=request.now)}{NBSP}{abbreviation(start, zone)}"


def zone_words(request: ProviderRequest) -> str:
    return f"Times in {named(request.now, request.provider.time_zone)}"


@provider_required
@require_safe
def detail(request: ProviderRequest, pk: int) -> HttpResponse:
    """``pk`` is the client's."""
    care = care_or_404(request, pk)
    client = care.client
    theirs = request.provider.appointments.of_client(client).with_client().with_marks()
    upcoming = list(theirs.upcoming(at=request.now).by_start()[: UPCOMING_SHOWN + 1])
    past = list(theirs.past(at=request.now).latest_first()[: PAST_SHOWN + 1])
    context = {
        "care": care,
        "client": client,
        "zone": request.provider.time_zone,
        "clock_there": f"{clock(request.now, client.time_zone)}{NBSP}{abbreviation(request.now, client.time_zone)}",
        "day_there": _other_day(request, client.time_zone),
        "city_there": city(client.time_zone),
        "fees": fee_words.payer_rule(client.payer),
        "upcoming": _drawn(upcoming[:UPCOMING_SHOWN], request),
        "past": _drawn(past[:PAST_SHOWN], request),
        "more_upcoming": len(upcoming) > UPCOMING_SHOWN,
        "more_past": len(past) > PAST_SHOWN,
        "untold": _untold(theirs, request),
        "link": links.booking_url(care) if care.is_active else "",
        "has_hours": request.provider.has_hours,
        "never_in": client.user is not None and client.user.is_active and client.user.last_login is None,
        "zone_words": zone_words(request),
    }
    return render(request, "appointments/client.html", context)


def care_or_404(request: ProviderRequest, pk: int) -> CareRelationship:
    """``pk`` is the client's: another provider's client does not exist here."""
    people = request.provider.care_relationships.with_people().select_related("client__user")
    return get_object_or_404(people, client=pk)


def _other_day(request: ProviderRequest, zone: str) -> str:
    """``Wed, Mar 4``, where it is another day there than here."""
    here, there = (local(request.now, name).date() for name in (request.provider.time_zone, zone))
    return "" if here == there else day(request.now, zone)


@dataclass(frozen=True)
class Drawn:
    """One appointment on its client's page: the day carries the link, the zone stands with each time."""

    appointment: Appointment
    date: str
    zone_short: str
    client_time: str
    state: str
    icon: str
    marks: list[tuple[str, str]]


def _drawn(appointments: Iterable[Appointment], request: ProviderRequest) -> list[Drawn]:
    return [_draw(appointment, request) for appointment in appointments]


def _draw(appointment: Appointment, request: ProviderRequest) -> Drawn:
    zone, found = request.provider.time_zone, vars(appointment)
    start_day, today = (local(instant, zone).date() for instant in (appointment.start, request.now))
    marks = []
    if fee := found.get("fee_status"):
        marks.append(("fee", str(fee)))
    if (mail := found.get("client_mail")) in MISSED:
        marks.append(("mail", str(mail)))
    return Drawn(
        appointment=appointment,
        date=days.short(start_day, today=today),
        zone_short=abbreviation(appointment.start, zone),
        client_time=rows.client_time(appointment, zone),
        state=appointment.state(at=request.now),
        icon=rows.ICONS[appointment.format],
        marks=marks,
    )


def _untold(theirs: AppointmentQuerySet, request: ProviderRequest) -> list[str]:
    """``Thu, Mar 5, 11:00 AM EST`` for each appointment whose newest mail never reached the client."""
    return [moment(one.start, request.provider.time_zone) for one in theirs.unread(at=request.now).by_start()]


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def replace_link(request: ProviderRequest, pk: int) -> HttpResponse:
    """Asks first: the old link is in mails that have gone out."""
    care = care_or_404(request, pk)
    called = care.client.called
    if not care.is_active:
        messages.warning(request, f"Care has ended, so {called}’s link books nothing. There is none to replace.")
        return redirect("appointments:client", pk=pk)
    if request.method == "POST":
        links.replace(care, by=request.actor, at=request.now)
        messages.success(
            request, f"{called}’s link is replaced. The old one no longer works: send {called} the new one."
        )
        return redirect("appointments:client", pk=pk)
    return render(request, "appointments/replace_link.html", {"care": care, "client": care.client})


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ProviderRequest) -> HttpResponse:
    form = NewClientForm(request.POST or None, zone=request.provider.time_zone)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="add_client", user=request.user):
            form.add_error(None, "Many clients in a short time. Nothing was added: go on in an hour.")
            return render(request, "appointments/add_client.html", {"form": form})
        try:
            care = caring.add(request.provider, person=form.person, by=request.actor, at=request.now)
        except caring.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            called = care.client.called
            messages.success(request, f"{called} is in your care. The invitation goes to {care.client.email}.")
            return redirect("appointments:client", pk=care.client_id)
    return render(request, "appointments/add_client.html", {"form": form})


@provider_required
@require_POST
def invite(request: ProviderRequest, pk: int) -> HttpResponse:
    """Once more, to a client who has not been in yet."""
    care = care_or_404(request, pk)
    try:
        caring.invite(care.client, by=request.actor, at=request.now)
    except caring.Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"An invitation goes to {care.client.email}.")
    return redirect("appointments:client", pk=pk)
