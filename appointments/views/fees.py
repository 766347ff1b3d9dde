"""Deciding a fee that a cancellation left open, and waiving one that is due already."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from appointments import fee_standing, fees, objections, passes, refusals, waiver_requests, who
from appointments.fees import FeeChoice
from appointments.forms.fees import DecideForm
from appointments.models import Fee
from appointments.refusals import Refused
from appointments.rules import FeeStatus
from practice.access import ProviderRequest, provider_required
from practice.actors import ActorKind


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: ProviderRequest, uid: UUID) -> HttpResponse:
    fee = load(request, uid)
    zone = request.provider.time_zone
    form = DecideForm(request.POST if request.method == "POST" else None, fee=fee, zone=zone)
    refusal: Refused | None = None
    if form.is_bound and (form.is_stale or not form.may_waive):
        refusal = refusals.FeeNotOpen(refusals.fee_is(fee))
    elif form.is_valid():
        try:
            done = _act(request, fee, form)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _said(done))
            return redirect("appointments:detail", uid=uid)
    if refusal is not None:
        # Somebody was first: the fee as it is now, and whatever can still be done about it.
        fee = load(request, uid)
        form = DecideForm(fee=fee, zone=zone)
    return render(request, "appointments/decide_fee.html", _context(request, fee, form) | {"refusal": refusal})


@provider_required
@require_POST
def give_pass_back(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = get_object_or_404(request.provider.appointments, uid=uid)
    called = appointment.client.called
    try:
        passes.give_back(appointment, by=request.actor, at=request.now)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"The free pass is {called}’s again, and no fee is owed for this.")
    return redirect("appointments:detail", uid=uid)


def _said(done: Fee) -> str:
    called, waiting = done.appointment.client.called, done.waiver_request
    if waiting is not None:
        return waiver_requests.said(waiting)
    return f"{fee_standing.decided(done, reader=ActorKind.PROVIDER)}. {called} gets a mail that says so."


def load(request: ProviderRequest, uid: UUID) -> Fee:
    appointment = get_object_or_404(request.provider.appointments, uid=uid)
    fee = appointment.fees.live().with_appointment().first()
    if fee is None:
        raise Http404
    return fee


def _act(request: ProviderRequest, fee: Fee, form: DecideForm) -> Fee:
    if fee.status != FeeStatus.TO_DECIDE and form.choice == FeeChoice.WAIVE:
        return fees.waive(fee, why=form.decision.why, by=request.actor, at=request.now)
    return fees.decide(fee, decision=form.decision, by=request.actor, at=request.now)


def _context(request: ProviderRequest, fee: Fee, form: DecideForm) -> dict[str, object]:
    cancellation, waiting = fee.cancellation, fee.waiver_request
    return {
        "form": form,
        "fee": fee,
        "fee_name": fee_standing.named(fee.kind),
        "appointment": fee.appointment,
        "client": fee.appointment.client,
        "zone": request.provider.time_zone,
        "cancellation": cancellation,
        "reason": cancellation.reason.for_provider(fee.appointment.client.called) if cancellation else "",
        "canceled_by": who.name(cancellation.actor, fee.appointment, reader=ActorKind.PROVIDER) if cancellation else "",
        "waiting": waiting and f"{waiver_requests.asked(waiting)} {waiting.why}",
        "waiting_title": waiting and waiver_requests.waits(waiting),
        "record": objections.record(fee, reader=ActorKind.PROVIDER),
        "waits_for_answer": objections.waits(fee),
        "outcome": fee_standing.decided(fee, reader=ActorKind.PROVIDER),
        "decided_by": who.name(fee.decided_by, fee.appointment, reader=ActorKind.PROVIDER) if fee.decided_at else "",
    }
