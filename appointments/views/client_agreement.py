"""A client agrees to the policy of an appointment that somebody else booked for them: by a form they send."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from appointments import agreement, client_words, policy_words, terms
from appointments.forms.agreement import AgreementForm
from appointments.refusals import Refused
from appointments.request_refusals import AnotherPolicy
from appointments.views import ways_in
from appointments.views.ways_in import OwnRequest
from practice.zones import moment


@ways_in.page("GET", "HEAD", "POST")
def agree(request: OwnRequest) -> HttpResponse:
    appointment, client = request.appointment, request.appointment.client
    form = AgreementForm(request.POST if request.method == "POST" else None, provider=appointment.provider)
    if form.is_valid():
        try:
            agreement.give(appointment, policy=form.cleaned_data["policy"], by=request.actor, at=request.now)
        except AnotherPolicy as refusal:
            form.add_error(None, str(refusal))
        except Refused as refusal:
            messages.info(request, str(refusal))
            return redirect(request.way.url("appointment"))
        else:
            messages.success(request, _("You have agreed. This applies to this appointment from now on."))
            return redirect(request.way.url("appointment"))
    if not agreement.is_missing(appointment, at=request.now):
        return redirect(request.way.url("appointment"))
    policy = terms.in_force(appointment, at=request.now)
    limit, zone = terms.payer_limit(client.payer), client.time_zone
    deadline = terms.standing(appointment, policy=policy).deadline
    sentences = policy_words.sentences(policy.terms, start=appointment.start, zone=zone, payer_limit=limit)
    if deadline < request.now:
        sentences = policy_words.inside_notice(policy.terms, payer_limit=limit)
    context = ways_in.context(request) | {
        "form": form,
        "policy": policy,
        "sentences": client_words.emphasized(sentences, moment(deadline, zone)),
    }
    return render(request, "appointments/client_agree.html", context)
