"""Where a client can do no more online: why not, what it may cost, and whom to reach."""

from django.http import HttpResponse
from django.shortcuts import render

from appointments import client_outlook, client_words, rules
from appointments.refusals import PastDeadline, Refused
from appointments.rules import NotAllowed
from appointments.views import ways_in
from appointments.views.ways_in import OwnRequest
from practice.zones import moment


def refuse(request: OwnRequest, no: NotAllowed, why: Refused, *, moving: bool) -> HttpResponse:
    """Nothing was changed; ``why`` is ``no`` in words."""
    appointment, tried = request.appointment, request.method == "POST"
    outlook = client_outlook.outlook(appointment, by=request.actor, at=request.now)
    context = ways_in.context(request) | {
        "outlook": outlook,
        "moving": moving,
        "tried": tried,
        "note": request.POST.get("note", "").strip(),
    }
    if isinstance(no, rules.IsPastDeadline) and isinstance(why, PastDeadline):
        cutoff = moment(outlook.cutoff, appointment.client.time_zone)
        context |= {
            "why": client_words.emphasized(why.why, cutoff),
            "fee": client_words.emphasized(why.fee),
        }
        return render(request, "appointments/client_late.html", context)
    if moving:
        nothing = client_outlook.nothing_to_move(appointment, no, why, at=request.now)
    else:
        nothing = client_outlook.nothing_to_cancel(appointment, outlook, tried=tried, at=request.now)
    context |= {"why": nothing, "care": ways_in.care_of(appointment)}
    return render(request, "appointments/client_refused.html", context)
