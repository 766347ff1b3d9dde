"""The provider books for a client: the same openings, and nothing is agreed to."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appointments import booking, booking_pages, policy_words, refusals
from appointments.availability import Moving
from appointments.forms.booking import BookingForm
from appointments.refusals import Refused
from appointments.timetable import Page
from clients.models import CareRelationship, Client
from practice.access import ProviderRequest, provider_required
from practice.zones import named


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: ProviderRequest, pk: int) -> HttpResponse:
    """``pk`` is the client's."""
    care = get_object_or_404(request.provider.care_relationships.with_people(), client_id=pk)
    form = BookingForm(request.POST if request.method == "POST" else None, provider=care.provider)
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            done = booking.book(
                care,
                start=form.cleaned_data["start"],
                format=form.chosen_format,
                by=request.actor,
                at=request.now,
                agreed=None,
            )
        except refusals.AlreadyBooked as same:
            return redirect("appointments:detail", uid=same.appointment.uid)
        except Refused as why:
            refusal = why
        else:
            return redirect("appointments:detail", uid=done.uid)
    return _choose(request, care, form, refusal)


def _choose(
    request: ProviderRequest, care: CareRelationship, form: BookingForm, refusal: Refused | None
) -> HttpResponse:
    if refusal is not None:
        form.add_error(None, str(refusal))
    context = {
        "care": care,
        "notice_words": policy_words.notice(care.provider.fee_policies.in_force(at=request.now).notice),
        **picker(request, care.client, form, nearest=nearest(refusal)),
    }
    return render(request, "appointments/provider_book.html", context)


def nearest(refusal: Refused | None) -> list[datetime]:
    return refusal.nearest if isinstance(refusal, refusals.NotOpen) else []


def picker(
    request: ProviderRequest,
    client: Client,
    form: BookingForm,
    *,
    nearest: list[datetime],
    moving: Moving | None = None,
    path: str = "",
) -> dict[str, Any]:
    """The times to choose from, on the provider's own clock with the client's beside it; the page is at ``path``."""
    provider, path = request.provider, path or request.path
    zone, first = provider.time_zone, booking_pages.first_day(request.GET)
    shown = booking_pages.show(
        provider,
        by=request.actor,
        page=Page(zone=zone, at=request.now, first=first, other_zone=client.time_zone),
        chosen=form.chosen,
        nearest=nearest,
        moving=moving,
    )
    return {
        "client": client,
        "provider": provider,
        "zone": zone,
        "form": form,
        "shown": shown,
        "other_clock": booking_pages.another_clock(shown.timetable),
        "zone_words": named(request.now, zone),
        "query": booking_pages.query(zone=zone, own=zone, first=first),
        **booking_pages.steps(shown.timetable, path=path, own=zone),
    }
