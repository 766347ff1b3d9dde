"""A client cancels: the form while the rule allows it, and the confirmation."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from appointments import booking_pages, cancellation, mail_watch, restoring, terms, timeline
from appointments.drafts import Notes
from appointments.forms.client_cancelling import ClientCancelForm
from appointments.models import Appointment, HistoryEntry
from appointments.refusals import Refused
from appointments.views import client_late, ways_in
from appointments.views.ways_in import OwnRequest
from notifications.models import MISSED
from practice.actors import ActorKind
from practice.zones import local


@ways_in.page("GET", "HEAD", "POST")
def cancel(request: OwnRequest) -> HttpResponse:
    appointment = request.appointment
    outlook = ways_in.outlook(request)
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
            outlook = ways_in.outlook(request)
        else:
            return redirect(request.way.url("canceled"))
    if outlook.refusal is not None and outlook.why_not is not None:
        if _canceled_by_client(request.appointment) and request.method == "POST":
            # A press too many of one's own button leads to what it did.
            return redirect(request.way.url("canceled"))
        return client_late.refuse(request, outlook.refusal, outlook.why_not, outlook=outlook, moving=False)
    context = ways_in.context(request) | {"outlook": outlook, "form": form, "care": ways_in.care_of(appointment)}
    return render(request, "appointments/client_cancel.html", context)


@ways_in.page("GET", "HEAD")
def canceled(request: OwnRequest) -> HttpResponse:
    return show_canceled(request)


def show_canceled(
    request: OwnRequest, *, refusal: Refused | None = None, nearest: Sequence[datetime] = ()
) -> HttpResponse:
    """What a client's own cancellation has led to; any other appointment has its details.

    ``refusal`` is why it could not be taken back, ``nearest`` what is free instead.
    """
    appointment, zone = request.appointment, request.appointment.client.time_zone
    if not _canceled_by_client(appointment):
        if refusal is not None:
            messages.warning(request, str(refusal))
        return redirect(request.way.url("appointment"))
    told = timeline.items(appointment, reader=ActorKind.CLIENT, at=request.now)
    act = next(item for item in told if item.kind == HistoryEntry.Kind.CANCELED)
    watch = mail_watch.over(act.mails, age=request.now - act.at)
    if (unchanged := mail_watch.nothing_new(request, watch)) is not None:
        return unchanged
    mail = timeline.newest(told, to_client=True)
    upcoming = appointment.client.appointments.next_booked(at=request.now)
    policy = terms.in_force(appointment, at=request.now)
    stays = refusal or restoring.refusal(appointment, by=request.actor, at=request.now, policy=policy)
    context = ways_in.context(request) | {
        "cancellation": appointment.cancellation,
        "fee": appointment.fee,
        "mail": mail,
        "is_missed": mail is not None and mail.status in MISSED,
        "told": act,
        "watch": watch,
        "care": ways_in.care_of(appointment),
        "may_restore": stays is None,
        "refusal": refusal,
        "nearest": [
            (start, booking_pages.query(zone=zone, own=zone, first=local(start, zone).date())) for start in nearest
        ],
        "next_booked": upcoming.with_people().first() if request.way.is_signed_in else None,
    }
    return render(request, "appointments/client_canceled.html", context)


def _canceled_by_client(appointment: Appointment) -> bool:
    return appointment.cancellation is not None and appointment.cancellation.actor == ActorKind.CLIENT
