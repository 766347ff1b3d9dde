"""A client reports that the provider did not come, signed in: the link to one appointment ends with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import attendance, attendance_refusals, client_words
from appointments.forms.attendance import ReportForm
from appointments.refusals import Refused
from practice.access import ClientRequest, client_required


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: ClientRequest, uid: UUID) -> HttpResponse:
    appointment = get_object_or_404(request.client.appointments.with_people(), uid=uid)
    outlook = attendance.outlook(appointment, at=request.now)
    refusal: Refused | None = outlook.refusal
    form = ReportForm(request.POST if request.method == "POST" else None)
    if refusal is None and form.is_valid():
        try:
            attendance.report_absence(appointment, by=request.actor, words=form.cleaned_data["words"], at=request.now)
        except Refused as refused:
            refusal = refused
        else:
            words = _("%(provider)s has your report and answers it.")
            messages.success(request, words % {"provider": appointment.provider.first_name})
            return redirect("appointments:client_appointment", uid=uid)
    if isinstance(refusal, attendance_refusals.ReportedAlready):
        messages.info(request, str(refusal))
        return redirect("appointments:client_appointment", uid=uid)
    context = {
        "appointment": appointment,
        "provider": appointment.provider,
        "zone": request.client.time_zone,
        "title": client_words.title(appointment, at=request.now),
        "until": outlook.until,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "appointments/client_absence.html", context)
