"""The provider takes a cancellation back: the page that asks, and the one that says why not and what else is free."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appointments import booking_pages, cancellation, restoring, terms
from appointments.models import Appointment
from appointments.refusals import NotOpen, Refused
from appointments.restore_refusals import AlreadyRestored
from practice.access import ProviderRequest, provider_required
from practice.zones import local, moment


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = get_object_or_404(request.provider.appointments.with_people().with_outcome(), uid=uid)
    if request.method == "POST":
        try:
            cancellation.restore(appointment, by=request.actor, at=request.now)
        except AlreadyRestored as first:
            messages.info(request, str(first))
        except Refused as refusal:
            return _show(request, appointment, refusal)
        else:
            messages.success(request, f"{appointment.client.called}’s appointment stands again.")
        return redirect("appointments:detail", uid=uid)
    policy = terms.in_force(appointment, at=request.now)
    return _show(request, appointment, restoring.refusal(appointment, by=request.actor, at=request.now, policy=policy))


def _show(request: ProviderRequest, appointment: Appointment, refusal: Refused | None) -> HttpResponse:
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "zone": appointment.provider.time_zone,
        "refusal": refusal,
        "tried": request.method == "POST",
        "nearest": _nearest(appointment, refusal),
    }
    return render(request, "appointments/restore.html", context)


def _nearest(appointment: Appointment, refusal: Refused | None) -> list[tuple[str, str]]:
    """The openings that an answer offers instead, each with the booking page of its day."""
    if not isinstance(refusal, NotOpen):
        return []
    zone = appointment.provider.time_zone
    path = reverse("appointments:provider_book", args=[appointment.client_id])
    return [
        (moment(start, zone), path + booking_pages.query(zone=zone, own=zone, first=local(start, zone).date()))
        for start in refusal.nearest
    ]
