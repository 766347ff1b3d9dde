"""The provider gives an appointment a new manage link, where the old one may be in the wrong hands."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appointments import manage_links
from practice.access import ProviderRequest, provider_required


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: ProviderRequest, uid: UUID) -> HttpResponse:
    """Asks first: the old link is in mails that have gone out."""
    appointment = get_object_or_404(request.provider.appointments.with_people(), uid=uid)
    called = appointment.client.called
    if not manage_links.is_alive(appointment, at=request.now):
        messages.warning(request, "This appointment is over, and its manage link with it. There is none to replace.")
        return redirect("appointments:detail", uid=uid)
    if request.method == "POST":
        manage_links.replace(appointment, by=request.actor, at=request.now)
        messages.success(
            request,
            f"The manage link is replaced, and the old one no longer works. The next mail about this appointment "
            f"brings {called} the new one.",
        )
        return redirect("appointments:detail", uid=uid)
    context = {"appointment": appointment, "client": appointment.client, "zone": request.provider.time_zone}
    return render(request, "appointments/replace_manage_link.html", context)
