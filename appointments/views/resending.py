"""The provider sends again a mail that did not arrive: the page that asks, and the one that says why not."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appointments import needs, resending, timeline
from appointments.models import Appointment
from appointments.refusals import Refused
from appointments.resend_refusals import SentAgain
from appointments.resending import Missed
from practice.access import ProviderRequest, provider_required


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: ProviderRequest, uid: UUID, mail: int) -> HttpResponse:
    appointment = get_object_or_404(request.provider.appointments.with_people(), uid=uid)
    missed = resending.find(appointment, mail)
    if missed is None:
        raise Http404
    if request.method == "POST":
        try:
            copy = resending.send_again(appointment, mail, by=request.actor, at=request.now)
        except SentAgain as first:
            messages.info(request, str(first))
        except Refused as refusal:
            return _show(request, missed, refusal)
        else:
            messages.success(request, f"Sent again. It goes to {copy.recipient}.")
        return redirect("appointments:detail", uid=uid)
    return _show(request, missed, resending.refusal(missed, at=request.now))


def _show(request: ProviderRequest, missed: Missed, refusal: Refused | None) -> HttpResponse:
    appointment: Appointment = missed.appointment
    zone = request.provider.time_zone
    called = appointment.client.called if missed.is_clients else ""
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "zone": zone,
        "missed": missed,
        "state": timeline.state_words(missed.mail, called, zone=zone, beside=request.now),
        "news": needs.news(missed.mail, appointment, zone),
        "refusal": refusal,
        "tried": request.method == "POST",
    }
    return render(request, "appointments/send_again.html", context)
