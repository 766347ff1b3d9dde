"""Settings, Time off: what is coming, and which booked sessions still lie in it. It cancels nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from appointments.forms.time_off import TimeOffForm
from appointments.models import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from practice import hours
from practice.access import ProviderRequest, provider_required
from practice.models import TimeOff
from practice.zones import named


@dataclass(frozen=True)
class Coming:
    time_off: TimeOff
    words: str
    booked: list[Appointment]


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def time_off(request: ProviderRequest) -> HttpResponse:
    """Time off over booked sessions is kept only once the page has shown which ones they are."""
    form = TimeOffForm(request.POST or None, zone=request.provider.time_zone, at=request.now)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    booked = _booked(request).touching(form.begins, form.ends)
    inside = list(booked)
    known = ",".join(str(appointment.pk) for appointment in inside)
    if known != form.cleaned_data["known"]:
        return _page(request, form, inside=inside, known=known)
    hours.take_off(request.provider, begins=form.begins, ends=form.ends, label=form.cleaned_data["label"])
    words = _words(request, form.begins, form.ends)
    if inside:
        messages.warning(request, f"Saved: {words}. Nothing was canceled: {_count(inside)} still booked, see below.")
    else:
        messages.success(request, f"Saved: {words}. Nobody can book then.")
    return redirect("appointments:settings_time_off")


@provider_required
@require_POST
def remove(request: ProviderRequest, pk: int) -> HttpResponse:
    gone = get_object_or_404(request.provider.time_off, pk=pk)
    words = _words(request, gone.begins, gone.ends)
    hours.end_time_off(gone)
    messages.success(request, f"Removed: {words}. Your weekly hours count again then.")
    return redirect("appointments:settings_time_off")


def _page(
    request: ProviderRequest, form: TimeOffForm, *, inside: list[Appointment] | None = None, known: str = ""
) -> HttpResponse:
    zone = request.provider.time_zone
    context = {
        "form": form,
        "inside": inside or [],
        "count": _count(inside or []),
        "known": known,
        "coming": _coming(request),
        "zone": zone,
        "zone_words": named(request.now, zone),
    }
    return render(request, "appointments/time_off.html", context)


def _booked(request: ProviderRequest) -> AppointmentQuerySet:
    return request.provider.appointments.next_booked(at=request.now).with_client()


def _coming(request: ProviderRequest) -> list[Coming]:
    booked = list(_booked(request).in_time_off())
    return [
        Coming(off, _words(request, off.begins, off.ends), list(_inside(booked, off)))
        for off in request.provider.time_off.not_over(at=request.now)
    ]


def _inside(booked: Iterable[Appointment], off: TimeOff) -> Iterable[Appointment]:
    return (one for one in booked if one.start < off.ends and one.end > off.begins)


def _words(request: ProviderRequest, begins: datetime, ends: datetime) -> str:
    return hours.time_off_words(begins, ends, zone=request.provider.time_zone, at=request.now)


def _count(inside: list[Appointment]) -> str:
    return "one session is" if len(inside) == 1 else f"{len(inside)} sessions are"
