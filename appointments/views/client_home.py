"""The client portal: what comes next, all appointments, the fees."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments import agreement, client_fees, client_outlook, client_words, clock_changes, passes, terms
from practice.access import ClientRequest, client_required

SHOWN_AFTER = 4
PAGE = 20


@client_required
@require_safe
def home(request: ClientRequest) -> HttpResponse:
    coming = list(request.client.appointments.next_booked(at=request.now).with_people()[: SHOWN_AFTER + 2])
    shown = coming[: SHOWN_AFTER + 1]
    zone = request.client.time_zone
    care = list(request.client.care_relationships.active().with_people().select_related("provider__user"))
    context = {
        "zone": zone,
        "now": request.now,
        "appointment": None,
        "after": shown[1:],
        "has_more": len(coming) > len(shown),
        "several": len({appointment.provider_id for appointment in shown}) > 1,
        "changes": clock_changes.sentences(request.now, [appointment.start for appointment in shown], zone),
        "care": care,
    }
    if shown:
        policy = terms.in_force(shown[0], at=request.now)
        context |= {
            "appointment": shown[0],
            "title": client_words.title(shown[0], at=request.now),
            "zone_named": client_words.zone_named(shown[0]),
            "outlook": client_outlook.outlook(shown[0], policy=policy, by=request.actor, at=request.now),
            "in_care": any(each.provider_id == shown[0].provider_id for each in care),
            "asked": shown[0].reschedule_requests.open().first(),
            "agreement_missing": agreement.is_missing(shown[0], at=request.now),
        }
    return render(request, "appointments/client_home.html", context)


@client_required
@require_safe
def appointments(request: ClientRequest) -> HttpResponse:
    own, is_past = request.client.appointments, request.GET.get("show") == "past"
    rows = own.past(at=request.now).latest_first() if is_past else own.upcoming(at=request.now).by_start()
    page = Paginator(rows.with_people().with_outcome(), PAGE).get_page(request.GET.get("page"))
    zone, starts = request.client.time_zone, [appointment.start for appointment in page]
    context = {
        "zone": zone,
        "now": request.now,
        "is_past": is_past,
        "page": page,
        "months": [(month, list(those)) for month, those in groupby(page, key=client_words.month)],
        "several": len({appointment.provider_id for appointment in page}) > 1,
        "changes": [] if is_past else clock_changes.sentences(request.now, starts, zone),
        "care": request.client.care_relationships.active().with_people(),
    }
    return render(request, "appointments/client_appointments.html", context)


@client_required
@require_safe
def fees(request: ClientRequest) -> HttpResponse:
    own = client_fees.owned_by(request.client)
    page = Paginator(own.with_appointment().newest_first(), PAGE).get_page(request.GET.get("page"))
    context = {
        "zone": request.client.time_zone,
        "page": page,
        "lines": [client_fees.line(fee, at=request.now) for fee in page],
        "total_due": own.total_due(),
        "undecided": own.to_answer().exists(),
        "passes": passes.left_to(request.client),
    }
    return render(request, "appointments/client_fees.html", context)
