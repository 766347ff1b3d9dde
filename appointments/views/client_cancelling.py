"""A client cancels: the form while the rule allows it, the page that says why not, and the confirmation."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from appointments import cancellation, client_outlook, client_words, timeline
from appointments.client_outlook import Outlook
from appointments.drafts import Notes
from appointments.forms.client_cancelling import ClientCancelForm
from appointments.models import Appointment, HistoryEntry
from appointments.refusals import PastDeadline, Refused
from clients.models import CareRelationship
from notifications.models import MISSED
from practice.access import ClientRequest, client_required
from practice.actors import ActorKind
from practice.zones import moment


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: ClientRequest, uid: UUID) -> HttpResponse:
    appointment = _own(request, uid)
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
            appointment = _own(request, uid)
            outlook = client_outlook.outlook(appointment, by=request.actor, at=request.now)
        else:
            return redirect("appointments:client_canceled", uid=uid)
    if not outlook.may_cancel:
        return _refuse(request, appointment, outlook)
    return render(request, "appointments/client_cancel.html", _words(request, appointment, outlook) | {"form": form})


@client_required
@require_safe
def canceled(request: ClientRequest, uid: UUID) -> HttpResponse:
    """What a client's own cancellation has led to; any other appointment has its details."""
    appointment = _own(request, uid)
    if not _canceled_by_client(appointment):
        return redirect("appointments:client_appointment", uid=uid)
    told = timeline.items(appointment, reader=ActorKind.CLIENT, at=request.now)
    mail = timeline.newest_to_client(told)
    context = _words(request, appointment) | {
        "cancellation": appointment.cancellation,
        "mail": mail,
        "is_missed": mail is not None and mail.status in MISSED,
        "told": next((item for item in told if item.kind == HistoryEntry.Kind.CANCELED), None),
        "care": _care(request, appointment),
        "next_booked": request.client.appointments.next_booked(at=request.now).with_people().first(),
    }
    return render(request, "appointments/client_canceled.html", context)


def _refuse(request: ClientRequest, appointment: Appointment, outlook: Outlook) -> HttpResponse:
    """Nothing was changed. A press too many of one's own button leads to what it did."""
    tried = request.method == "POST"
    if _canceled_by_client(appointment) and tried:
        return redirect("appointments:client_canceled", uid=appointment.uid)
    context = _words(request, appointment, outlook) | {"tried": tried, "note": request.POST.get("note", "").strip()}
    if outlook.is_past_deadline and isinstance(outlook.why_not, PastDeadline):
        cutoff = moment(outlook.cutoff, request.client.time_zone)
        context |= {
            "why": client_words.emphasized(outlook.why_not.why, cutoff),
            "fee": client_words.emphasized(outlook.why_not.fee),
        }
        return render(request, "appointments/client_late.html", context)
    why = client_outlook.nothing_to_cancel(appointment, outlook, tried=tried, at=request.now)
    context |= {"why": why, "care": _care(request, appointment)}
    return render(request, "appointments/client_refused.html", context)


def _own(request: ClientRequest, uid: UUID) -> Appointment:
    return get_object_or_404(request.client.appointments.with_people().with_outcome(), uid=uid)


def _care(request: ClientRequest, appointment: Appointment) -> CareRelationship | None:
    """Whose booking link still works."""
    return request.client.care_relationships.active().filter(provider=appointment.provider).first()


def _canceled_by_client(appointment: Appointment) -> bool:
    return appointment.cancellation is not None and appointment.cancellation.actor == ActorKind.CLIENT


def _words(request: ClientRequest, appointment: Appointment, outlook: Outlook | None = None) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "spoken": client_words.spoken(appointment, at=request.now),
        "subject": client_words.subject(appointment),
        "zone": request.client.time_zone,
        "now": request.now,
        "outlook": outlook,
    }
