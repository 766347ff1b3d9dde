"""A client cancels: the form while the rule allows it, the page that says why not, and the confirmation."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from appointments import cancellation, client_outlook, client_words, timeline
from appointments.client_outlook import Outlook
from appointments.drafts import Notes
from appointments.forms.client_cancelling import ClientCancelForm
from appointments.models import Appointment, HistoryEntry
from appointments.refusals import PastDeadline, Refused
from appointments.views import ways_in
from appointments.views.ways_in import OwnRequest
from notifications.models import MISSED
from practice.actors import ActorKind
from practice.zones import moment


@ways_in.page("GET", "HEAD", "POST")
def cancel(request: OwnRequest) -> HttpResponse:
    appointment = request.appointment
    outlook = client_outlook.outlook(appointment, by=request.actor, at=request.now)
    form = ClientCancelForm(request.POST if request.method == "POST" else None, provider=appointment.provider)
    if outlook.may_cancel and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancellation.cancel(
                appointment,
                by=request.actor,
                reason=reason,
                told_at=None,
                notes=Notes(to_provider=form.cleaned_data["note"]),
                send_link=reason.sends_link,
                fee=None,
                at=request.now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            # Somebody was first: what the row has become decides which page this is.
            request.appointment = request.way.read()
            outlook = client_outlook.outlook(request.appointment, by=request.actor, at=request.now)
        else:
            return redirect(request.way.url("canceled"))
    if not outlook.may_cancel:
        return _refuse(request, outlook)
    context = ways_in.context(request) | {"outlook": outlook, "form": form}
    return render(request, "appointments/client_cancel.html", context)


@ways_in.page("GET", "HEAD")
def canceled(request: OwnRequest) -> HttpResponse:
    """What a client's own cancellation has led to; any other appointment has its details."""
    appointment = request.appointment
    if not _canceled_by_client(appointment):
        return redirect(request.way.url("appointment"))
    told = timeline.items(appointment, reader=ActorKind.CLIENT, at=request.now)
    mail = timeline.newest_to_client(told)
    upcoming = appointment.client.appointments.next_booked(at=request.now)
    context = ways_in.context(request) | {
        "cancellation": appointment.cancellation,
        "mail": mail,
        "is_missed": mail is not None and mail.status in MISSED,
        "told": next((item for item in told if item.kind == HistoryEntry.Kind.CANCELED), None),
        "care": ways_in.care_of(appointment),
        "next_booked": upcoming.with_people().first() if request.way.is_signed_in else None,
    }
    return render(request, "appointments/client_canceled.html", context)


def _refuse(request: OwnRequest, outlook: Outlook) -> HttpResponse:
    """Nothing was changed. A press too many of one's own button leads to what it did."""
    appointment, tried = request.appointment, request.method == "POST"
    if _canceled_by_client(appointment) and tried:
        return redirect(request.way.url("canceled"))
    context = ways_in.context(request) | {
        "outlook": outlook,
        "tried": tried,
        "note": request.POST.get("note", "").strip(),
    }
    if outlook.is_past_deadline and isinstance(outlook.why_not, PastDeadline):
        cutoff = moment(outlook.cutoff, appointment.client.time_zone)
        context |= {
            "why": client_words.emphasized(outlook.why_not.why, cutoff),
            "fee": client_words.emphasized(outlook.why_not.fee),
        }
        return render(request, "appointments/client_late.html", context)
    why = client_outlook.nothing_to_cancel(appointment, outlook, tried=tried, at=request.now)
    context |= {"why": why, "care": ways_in.care_of(appointment)}
    return render(request, "appointments/client_refused.html", context)


def _canceled_by_client(appointment: Appointment) -> bool:
    return appointment.cancellation is not None and appointment.cancellation.actor == ActorKind.CLIENT
