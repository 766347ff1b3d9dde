"""A client objects to a fee that is due, signed in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import client_fees, fees, objections
from appointments.forms.objections import ObjectForm
from appointments.refusals import Refused
from practice.access import ClientRequest, client_required


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: ClientRequest, uid: UUID) -> HttpResponse:
    own = client_fees.owned_by(request.client)
    theirs = own.with_appointment().filter(appointment__uid=uid)
    fee = get_object_or_404(theirs)
    refusal: Refused | None = objections.refusal(fee, at=request.now)
    form = ObjectForm(request.POST if request.method == "POST" else None)
    if refusal is None and form.is_valid():
        try:
            fees.dispute(fee, words=form.cleaned_data["words"], by=request.actor, at=request.now)
        except Refused as refused:
            refusal = refused
            fee = theirs.first() or fee  # as it is now
        else:
            provider = fee.appointment.provider.first_name
            messages.success(request, _("%(provider)s has your objection and answers it.") % {"provider": provider})
            return redirect("appointments:client_fees")
    context = {
        "appointment": fee.appointment,
        "provider": fee.appointment.provider,
        "zone": request.client.time_zone,
        "line": client_fees.line(fee, at=request.now),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "appointments/client_object.html", context)
