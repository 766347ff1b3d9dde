"""Where a client can do no more online: why not, what it may cost, and how to ask or reach the provider."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from appointments import client_outlook, client_words, late_requests, rules
from appointments.client_outlook import NothingToCancel, Outlook
from appointments.forms.client_cancelling import ClientCancelForm
from appointments.refusals import PastDeadline, Refused
from appointments.request_refusals import AskedAlready
from appointments.rules import NotAllowed
from appointments.views import ways_in
from appointments.views.ways_in import OwnRequest
from practice.zones import moment


@ways_in.page("POST")
def ask(request: OwnRequest) -> HttpResponse:
    """The provider is asked to cancel; by when they were is kept."""
    appointment = request.appointment
    form = ClientCancelForm(request.POST, provider=appointment.provider)
    outlook = ways_in.outlook(request)
    if not form.is_valid() and outlook.refusal and outlook.why_not:
        return refuse(request, outlook.refusal, outlook.why_not, outlook=outlook, moving=False, form=form)
    if form.is_valid():
        try:
            late_requests.ask(
                appointment,
                by=request.actor,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                at=request.now,
            )
        except AskedAlready:
            pass  # a press too many: the page says when it was asked
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return redirect(request.way.url("cancel"))


def refuse(
    request: OwnRequest,
    no: NotAllowed,
    why: Refused,
    *,
    outlook: Outlook,
    moving: bool,
    form: ClientCancelForm | None = None,
) -> HttpResponse:
    """Nothing was changed; ``why`` is ``no`` in words. ``form``, if sent already, is how the provider is asked."""
    appointment, tried = request.appointment, request.method == "POST"
    context = ways_in.context(request) | {
        "outlook": outlook,
        "moving": moving,
        "tried": tried and form is None,
        "note": request.POST.get("note", "").strip(),
    }
    if isinstance(no, rules.IsPastDeadline) and isinstance(why, PastDeadline):
        cutoff = moment(outlook.cutoff, appointment.client.time_zone)
        context |= {
            "why": client_words.emphasized(why.why, cutoff),
            "fee": client_words.emphasized(why.fee),
            "asked": appointment.late_requests.last(),
            # What was written for canceling need not be written again.
            "form": form or ClientCancelForm(None, provider=appointment.provider, written=request.POST),
        }
        return render(request, "appointments/client_late.html", context)
    if moving:
        nothing = client_outlook.nothing_to_move(appointment, no, why, at=request.now)
    else:
        nothing = client_outlook.nothing_to_cancel(appointment, outlook, tried=tried, at=request.now)
    return _nothing_to_do(request, nothing, context)


def care_ended(request: OwnRequest) -> HttpResponse:
    """An appointment that is left from care that has ended can be canceled, but not moved."""
    context = ways_in.context(request) | {"tried": request.method == "POST"}
    return _nothing_to_do(request, client_outlook.care_ended(request.appointment), context)


def _nothing_to_do(request: OwnRequest, why: NothingToCancel, context: dict[str, Any]) -> HttpResponse:
    context |= {"why": why, "care": ways_in.care_of(request.appointment)}
    return render(request, "appointments/client_refused.html", context)
