"""The provider declines what a client asked late; to approve it is to cancel, by the form of that."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appointments import late_requests, late_words
from appointments.forms.late_requests import DeclineForm
from appointments.request_refusals import NotWaiting
from practice.access import ProviderRequest, provider_required


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = get_object_or_404(request.provider.appointments.with_people(), uid=uid)
    asked, called = appointment.late_requests.with_client().last(), appointment.client.called
    if asked is None:
        raise Http404
    form = DeclineForm(request.POST if request.method == "POST" else None, called=called)
    if form.is_valid():
        try:
            late_requests.decline(asked, by=request.actor, words=form.cleaned_data["words"], at=request.now)
        except NotWaiting as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, f"Declined. {called} gets a mail with your words.")
        return redirect("appointments:detail", uid=uid)
    if not asked.is_open or not appointment.is_booked:
        return redirect("appointments:detail", uid=uid)
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "zone": request.provider.time_zone,
        "asked": asked,
        "said": late_words.asked(asked, appointment),
        "form": form,
    }
    return render(request, "appointments/decline_late.html", context)
