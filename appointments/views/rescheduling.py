"""The provider moves an appointment, or asks the client to pick another time: two ways on one page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from appointments import booking, moving, policy_words, refusals, reschedule_requests, terms
from appointments.availability import Moving
from appointments.forms.booking import BookingForm
from appointments.forms.rescheduling import AskForm
from appointments.models import Appointment
from appointments.refusals import Refused
from appointments.views.provider_booking import nearest, picker
from practice.access import ProviderRequest, provider_required
from practice.zones import city_time, elsewhere, moment


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = _load(request, uid)
    form = BookingForm(
        request.POST if request.method == "POST" else None,
        provider=appointment.provider,
        format=appointment.format,
    )
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            done = booking.reschedule(
                appointment,
                start=form.cleaned_data["start"],
                format=form.chosen_format,
                by=request.actor,
                at=request.now,
            )
        except (refusals.NotOpen, refusals.FormatNotOffered) as why:
            refusal = why
        except Refused as why:
            return _refused(request, uid, why)
        else:
            when, called = moment(done.start, done.provider.time_zone), done.client.called
            messages.success(request, f"Moved to {when}. {called} gets a mail with the old and the new time.")
            return redirect("appointments:detail", uid=uid)
    return _page(request, appointment, form, AskForm(appointment=appointment, at=request.now), refusal)


@provider_required
@require_POST
def ask(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = _load(request, uid)
    form = AskForm(request.POST, appointment=appointment, at=request.now)
    if form.is_valid():
        try:
            reschedule_requests.ask(
                appointment,
                by=request.actor,
                note=form.cleaned_data["note"],
                reason=form.picked,
                let_go_at=form.let_go_at,
                block=form.cleaned_data["block"],
                at=request.now,
            )
        except Refused as why:
            return _refused(request, uid, why)
        called = appointment.client.called
        messages.success(request, f"{called} is asked to pick another time. Until then, this one stays booked.")
        return redirect("appointments:detail", uid=uid)
    return _page(request, appointment, BookingForm(provider=appointment.provider, format=appointment.format), form)


@provider_required
@require_POST
def withdraw(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = _load(request, uid)
    asked = appointment.reschedule_requests.last()
    if asked is None:
        return redirect("appointments:detail", uid=uid)
    try:
        reschedule_requests.withdraw(asked, by=request.actor, at=request.now)
    except Refused as why:
        return _refused(request, uid, why)
    messages.success(request, f"{appointment.client.called} no longer needs to pick another time. This one stays.")
    return redirect("appointments:detail", uid=uid)


def _load(request: ProviderRequest, uid: UUID) -> Appointment:
    return get_object_or_404(request.provider.appointments.with_people(), uid=uid)


def _refused(request: ProviderRequest, uid: UUID, refusal: Refused) -> HttpResponse:
    """Said where the appointment stands as it is now."""
    messages.warning(request, str(refusal))
    return redirect("appointments:detail", uid=uid)


def _page(
    request: ProviderRequest,
    appointment: Appointment,
    form: BookingForm,
    asking: AskForm,
    refusal: Refused | None = None,
) -> HttpResponse:
    policy = terms.in_force(appointment, at=request.now)
    if no := moving.refusal(appointment, policy=policy, by=request.actor, at=request.now, asked=False):
        return _refused(request, appointment.uid, no)
    if refusal is not None:
        form.add_error(None, str(refusal))
    client, zone = appointment.client, appointment.provider.time_zone
    asked = appointment.reschedule_requests.open().first()
    agreed = appointment.acknowledged_policy
    context = {
        "appointment": appointment,
        "asking": asking,
        "asked": asked,
        "agreed": policy_words.inside(agreed.terms) if agreed else "",
        "held_zone": city_time(zone),
        "other_time": elsewhere(appointment.start, here=zone, there=client.time_zone, whole=True),
        **picker(
            request,
            client,
            form,
            nearest=nearest(refusal),
            moving=Moving(appointment, blocks=asked is not None and asked.block),
            path=reverse("appointments:reschedule", args=[appointment.uid]),
        ),
    }
    return render(request, "appointments/reschedule.html", context)
