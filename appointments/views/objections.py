"""The provider answers a client's objection to a fee: keeps it, reduces it or waives it, with words."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from appointments import fee_steps, fee_words, fees, objections, waiver_requests
from appointments.fees import Answer
from appointments.forms.objections import AnswerOneForm
from appointments.refusals import Refused
from appointments.views.fees import load
from practice.access import ProviderRequest, provider_required
from practice.actors import ActorKind


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ProviderRequest, uid: UUID) -> HttpResponse:
    fee = load(request, uid)
    appointment, client = fee.appointment, fee.appointment.client
    form = AnswerOneForm(request.POST if request.method == "POST" else None, owed=fee.amount, called=client.called)
    if form.is_valid():
        try:
            done = fees.answer(
                fee,
                answer=Answer(form.cleaned_data["answer"]),
                reduced_to=form.new_amount,
                words=form.cleaned_data["words"],
                by=request.actor,
                at=request.now,
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            if (waiting := done.waiver_request) is not None:
                said = waiver_requests.said(waiting)
            else:
                said = f"Answered. {client.called} gets a mail that says so."
            messages.success(request, said)
        return redirect("appointments:decide_fee", uid=uid)
    if not objections.waits(fee):
        return redirect("appointments:decide_fee", uid=uid)
    zone = request.provider.time_zone
    context = {
        "appointment": appointment,
        "client": client,
        "zone": zone,
        "fee": fee,
        "steps": fee_steps.of_fee(fee, reader=ActorKind.PROVIDER, zone=zone),
        "why_this_fee": fee_words.for_provider(fee_words.story_of_fee(fee, zone=zone)),
        "approval_words": waiver_requests.limit_words(request.provider.practice, assessed=fee.assessed),
        "record": objections.record(fee, reader=ActorKind.PROVIDER),
        "form": form,
    }
    return render(request, "appointments/answer_objection.html", context)
