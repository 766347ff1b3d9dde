"""The page behind an invitation's link: one button, and its reader is in."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practice import invitations, language
from practice.access import TimedRequest, public


@public
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def invitation(request: TimedRequest, token: str) -> HttpResponse:
    """Opening it changes nothing; a second factor is asked for where there is one."""
    user = (invitations.hold if request.method == "POST" else invitations.find)(token, at=request.now)
    if user is None:
        return render(request, "practice/invitation_ended.html", status=404)
    language.speak(request, language.of(user))
    if request.method != "POST":
        return render(request, "practice/invitation.html")
    record_authentication(request, user, method="invitation")
    entered: HttpResponse = perform_login(request, Login(user=user))
    if request.user.is_authenticated:
        messages.success(request, _("You are signed in. Next time, have a code sent to your e-mail address."))
    return entered
