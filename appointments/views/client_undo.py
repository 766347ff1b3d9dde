"""A client has changed their mind: what they canceled stands again while its time is free and lies ahead."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appointments import cancellation
from appointments.refusals import NotOpen, Refused
from appointments.restore_refusals import AlreadyRestored
from appointments.views import client_cancelling, ways_in
from appointments.views.ways_in import OwnRequest


@ways_in.page("POST")
def restore(request: OwnRequest) -> HttpResponse:
    try:
        cancellation.restore(request.appointment, by=request.actor, at=request.now)
    except AlreadyRestored as refusal:
        messages.info(request, str(refusal))
    except Refused as refusal:
        nearest = refusal.nearest if isinstance(refusal, NotOpen) else []
        return client_cancelling.show_canceled(request, refusal=refusal, nearest=nearest)
    else:
        messages.success(request, _("Your appointment stands as it was."))
    return redirect(request.way.url("appointment"))
