"""The pages behind a client's own booking link, reached without signing in: choosing a time, and what was booked."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from appointments import booking, booking_pages, client_words, days, policy_words, refusals, terms
from appointments.forms.booking import ClientBookingForm
from appointments.models import Appointment
from appointments.refusals import Refused
from appointments.timetable import Page
from appointments.views import ways_in
from clients import links
from clients.models import CareRelationship
from practice import language, zone_choices
from practice.access import TimedRequest, public


@public
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: TimedRequest, token: str) -> HttpResponse:
    care = links.find(token)
    if care is None or not care.is_active:
        return _ended(request)
    if theirs := ways_in.not_the_clients(
        request, care, own_page=reverse("appointments:provider_book", args=[care.client_id])
    ):
        return theirs
    language.speak(request, care.client.language)
    form = ClientBookingForm(request.POST if request.method == "POST" else None, provider=care.provider)
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            done = booking.book(
                care,
                start=form.cleaned_data["start"],
                format=form.chosen_format,
                by=ways_in.actor(request, care.client),
                at=request.now,
                agreed=form.cleaned_data["policy"],
                knows_it_is_near=form.knows_it_is_near,
            )
        except refusals.AlreadyBooked as same:
            return _to_booked(request, care, same.appointment)
        except refusals.LinkEnded:
            return _ended(request)
        except Refused as why:
            refusal = why
        else:
            return _to_booked(request, care, done)
    return _choose(request, care, form, refusal)


def _choose(
    request: TimedRequest, care: CareRelationship, form: ClientBookingForm, refusal: Refused | None
) -> HttpResponse:
    """The openings, and the panel for the chosen one; ``refusal`` is why nothing was booked."""
    near = refusal if isinstance(refusal, refusals.InsideNotice) else None
    if refusal is not None and near is None:
        form.add_error(None, str(refusal))
    zone, first = ways_in.zone_chosen(request, care.client), booking_pages.first_day(request.GET)
    policy = care.provider.fee_policies.in_force(at=request.now)
    shown = booking_pages.show(
        care.provider,
        by=ways_in.actor(request, care.client),
        page=Page(zone=zone, at=request.now, first=first, notice=policy.notice),
        chosen=form.chosen,
        nearest=refusal.nearest if isinstance(refusal, refusals.NotOpen) else [],
    )
    own = care.client.time_zone
    context = {
        "care": care,
        "provider": care.provider,
        "zone": zone,
        "form": form,
        "near": near,
        "shown": shown,
        "policy": policy,
        "words": client_words.policy(policy.terms, care.client, at=request.now),
        "agreed": form.agrees_to(policy),
        "zones": zone_choices.choices(chosen=zone, own=own, at=request.now),
        "query": booking_pages.query(zone=zone, own=own, first=first),
        **booking_pages.steps(shown.timetable, path=request.path, own=own),
    }
    return render(request, "appointments/book.html", context)


@public
@require_safe
def booked(request: TimedRequest, token: str, uid: UUID) -> HttpResponse:
    """What the booking ends on; an appointment is reached through its own relationship's link alone."""
    care = links.find(token)
    if care is None or not care.is_active:
        return _ended(request)
    appointments = care.client.appointments.with_people()
    appointment = get_object_or_404(appointments, provider=care.provider, uid=uid)
    if theirs := ways_in.not_the_clients(request, care, own_page=reverse("appointments:detail", args=[uid])):
        return theirs
    language.speak(request, care.client.language)
    zone = ways_in.zone_chosen(request, care.client)
    policy = terms.in_force(appointment, at=request.now)
    context = {
        "care": care,
        "appointment": appointment,
        "provider": appointment.provider,
        "zone": zone,
        "day": days.long(appointment.start, zone, at=request.now),
        "state": appointment.state(at=request.now),
        "plans": client_words.emphasized(
            policy_words.if_plans_change(appointment, policy=policy, at=request.now, zone=zone)
        ),
        "may_cancel_online": terms.may_cancel_online(appointment, policy=policy, at=request.now),
        "query": booking_pages.query(zone=zone, own=care.client.time_zone, first=None),
    }
    return render(request, "appointments/booked.html", context)


def _to_booked(request: TimedRequest, care: CareRelationship, appointment: Appointment) -> HttpResponse:
    url = reverse("appointments:booked", args=[care.booking_token, appointment.uid])
    return redirect(
        url + booking_pages.query(zone=ways_in.zone_chosen(request, care.client), own=care.client.time_zone, first=None)
    )


def _ended(request: TimedRequest) -> HttpResponse:
    """The same for a link that was replaced, that ended, or that never was."""
    return render(request, "appointments/link_ended.html", status=404)
