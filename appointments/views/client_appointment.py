"""One appointment as its client sees it: when, until when it can be canceled, what was agreed to, what happened."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from appointments import client_fees, client_outlook, client_words, clock_changes, policy_words, terms, timeline
from appointments.models import HistoryEntry
from appointments.views import ways_in
from appointments.views.ways_in import OwnRequest
from practice.actors import ActorKind


@ways_in.page("GET", "HEAD")
def detail(request: OwnRequest) -> HttpResponse:
    appointment, zone = request.appointment, request.appointment.client.time_zone
    context = ways_in.context(request) | {
        "title": client_words.title(appointment, at=request.now),
        "zone_named": client_words.zone_named(appointment),
        "outlook": client_outlook.outlook(appointment, by=request.actor, at=request.now),
        "changes": clock_changes.sentences(request.now, [appointment.start], zone) if appointment.is_booked else [],
        "care": ways_in.care_of(appointment),
        "canceled": client_outlook.canceled(appointment) if appointment.cancellation else "",
        "fee": appointment.fee and client_fees.line(appointment.fee),
    }
    if request.way.is_signed_in:
        context |= _record(request)
    return render(request, "appointments/client_appointment.html", context)


def _record(request: OwnRequest) -> dict[str, Any]:
    """What was agreed to and all that happened: for the client's eyes alone."""
    appointment, policy = request.appointment, request.appointment.acknowledged_policy
    limit = terms.payer_limit(appointment.client.payer)
    zone = appointment.client.time_zone
    told = timeline.items(appointment, reader=ActorKind.CLIENT, at=request.now)
    return {
        "agreed": policy and policy_words.sentences(policy, start=appointment.start, zone=zone, payer_limit=limit),
        "never_agreed": policy_words.nothing_agreed(),
        "timeline": told,
        "why": next((item.details for item in told if item.kind == HistoryEntry.Kind.CANCELED), []),
    }
