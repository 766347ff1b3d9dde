"""Dashboard: what needs the provider, today, what comes next, and each client's booking link."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments import day_list, days, needs
from appointments.forms.booking_link import BookingLinkForm
from appointments.models import Appointment
from clients.links import booking_url
from clients.models import CareRelationship
from practice.access import ProviderRequest, provider_required
from practice.models import Provider
from practice.zones import clock, day, day_bounds, length, local

ON_PHONES = 3


@provider_required
@require_safe
def dashboard(request: ProviderRequest) -> HttpResponse:
    provider, at = request.provider, request.now
    zone = provider.time_zone
    today = local(at, zone).date()
    upcoming = provider.appointments.with_client().booked().by_start()
    waiting = needs.of(provider, at=at)
    choices = _choices(provider)
    chosen = _chosen(choices, request.GET.get("client", ""))
    listed = day_list.of(provider, today, at=at)
    context = {
        "greeting": _greeting(local(at, zone).hour),
        "now": at,
        "zone": zone,
        "next": _next(upcoming.starting_from(at).first(), zone, at=at),
        "needs": waiting,
        "all_needs": request.GET.get("needs") == "all",
        "on_phones": ON_PHONES,
        "awaited": needs.awaited(provider, at=at),
        "today": listed,
        "all_over": not any(row.after_now for row in listed),
        "to_mark": provider.appointments.to_mark(at=at).count(),
        "tomorrow": upcoming.starting(*day_bounds(today + timedelta(days=1), zone)).first(),
        "choices": choices,
        "chosen": chosen,
        "form": BookingLinkForm(
            clients=[(choice.care.client_id, choice.label) for choice in choices],
            chosen=chosen.client_id if chosen else None,
        ),
        "link": booking_url(chosen) if chosen else "",
        "has_hours": chosen and provider.has_hours,
    }
    return render(request, "appointments/dashboard.html", context)


def _greeting(hour: int) -> str:
    if 5 <= hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= hour < 18 else "Good evening"


@dataclass(frozen=True)
class Next:
    appointment: Appointment
    time: str
    words: str


def _next(appointment: Appointment | None, zone: str, *, at: datetime) -> Next | None:
    if appointment is None:
        return None
    start, form = appointment.start, appointment.get_format_display().lower()
    which = local(start, zone).date(), local(at, zone).date()
    if which[0] == which[1]:
        left = start - at.replace(second=0, microsecond=0)  # from the minute that the page shows
        words = f"Next, {form}, in {length(left)}"
    else:
        name = days.name(which[0], today=which[1]).lower()
        words = f"Next {name or 'on ' + day(start, zone)}, {form}"
    return Next(appointment, clock(start, zone), words)


@dataclass(frozen=True)
class Choice:
    """A client in the drop-down; namesakes are told apart by e-mail."""

    care: CareRelationship
    label: str


def _choices(provider: Provider) -> list[Choice]:
    in_care = list(provider.care_relationships.active().select_related("client").by_name())
    times = Counter(care.client.name.casefold() for care in in_care)
    return [
        Choice(
            care, f"{care.client}, {care.client.email}" if times[care.client.name.casefold()] > 1 else str(care.client)
        )
        for care in in_care
    ]


def _chosen(choices: list[Choice], pk: str) -> CareRelationship | None:
    """Raises Http404 for a client who is not among the choices."""
    if not pk:
        return None
    for choice in choices:
        if str(choice.care.client_id) == pk:
            return choice.care
    raise Http404
