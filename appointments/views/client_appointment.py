"""One appointment as its client sees it: when, until when it can be canceled, what was agreed to, what happened."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from appointments import (
    agreement,
    attendance,
    calendar_part,
    client_fees,
    client_outlook,
    client_words,
    clock_changes,
    policy_words,
    rules,
    terms,
    timeline,
)
from appointments.models import HistoryEntry
from appointments.views import ways_in
from appointments.views.ways_in import OwnRequest
from practice.actors import ActorKind
from practice.models import FeePolicy


@ways_in.page("GET", "HEAD")
def detail(request: OwnRequest) -> HttpResponse:
    appointment, zone = request.appointment, request.appointment.client.time_zone
    policy = terms.in_force(appointment, at=request.now)
    context = ways_in.context(request) | {
        "title": client_words.title(appointment, at=request.now),
        "zone_named": client_words.zone_named(appointment),
        "outlook": client_outlook.outlook(appointment, policy=policy, by=request.actor, at=request.now),
        "changes": clock_changes.sentences(request.now, [appointment.start], zone) if appointment.is_booked else [],
        "care": ways_in.care_of(appointment),
        "canceled": client_outlook.canceled(appointment) if appointment.cancellation else "",
        "absence": _absence(request),
        "fee": appointment.fee and client_fees.line(appointment.fee, at=request.now),
    }
    if (cancellation := appointment.cancellation) and cancellation.actor == ActorKind.CLIENT:
        context["is_own_cancellation"] = appointment.start > request.now
    if appointment.is_booked:
        context |= _choices(request, policy)
    if request.way.is_signed_in:
        context |= _record(request)
    return render(request, "appointments/client_appointment.html", context)


@ways_in.page("GET", "HEAD")
def calendar(request: OwnRequest) -> HttpResponse:
    """A file that puts it into any calendar; opened again after a change, it puts the change there."""
    appointment = request.appointment
    told = appointment.history.latest("at").at
    text = calendar_part.file(appointment, at=told)
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _absence(request: OwnRequest) -> attendance.Outlook | None:
    """What can be done about a provider who did not come; None before the start and of what is canceled."""
    if request.appointment.start > request.now or request.appointment.cancellation is not None:
        return None
    return attendance.outlook(request.appointment, at=request.now)


def _choices(request: OwnRequest, policy: FeePolicy) -> dict[str, Any]:
    """What can be done about a booked one."""
    appointment = request.appointment
    asked = appointment.reschedule_requests.open().first()
    standing = terms.standing(appointment, policy=policy)
    return {
        "asked": asked,
        "agreement_missing": agreement.is_missing(appointment, at=request.now),
        "late": appointment.late_requests.open().first(),
        "may_move": rules.may_move(standing, by=ActorKind.CLIENT, at=request.now, asked=asked is not None) is None,
    }


def _record(request: OwnRequest) -> dict[str, Any]:
    """What was agreed to and all that happened: for the client's eyes alone."""
    appointment, policy = request.appointment, request.appointment.acknowledged_policy
    limit = terms.payer_limit(appointment.client.payer)
    zone = appointment.client.time_zone
    told = timeline.items(appointment, reader=ActorKind.CLIENT, at=request.now)
    return {
        "agreed": policy
        and policy_words.sentences(policy.terms, start=appointment.start, zone=zone, payer_limit=limit),
        "never_agreed": policy_words.nothing_agreed(),
        "timeline": told,
        "why": next((item.details for item in told if item.kind == HistoryEntry.Kind.CANCELED), []),
    }
