"""The provider's form to cancel: its page, the part about the fee, and the mail it would send."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from appointments import cancellation, drafts, late_requests, refusals, rules, terms
from appointments.emails import canceled
from appointments.forms.cancelling import CancelForm
from appointments.models import Appointment
from appointments.refusals import Refused
from practice import mail_frame
from practice.access import ProviderRequest, provider_required
from practice.models import FeePolicy
from practice.zones import city_time, elsewhere


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: ProviderRequest, uid: UUID) -> HttpResponse:
    if request.method == "POST":
        return _submit(request, uid)
    appointment, policy = _load(request, uid)
    if refusal := _refusal(request, appointment, policy):
        return _refused(request, appointment, refusal)
    return _show(request, _form(request, appointment, policy))


@provider_required
@require_POST
def fee_block(request: ProviderRequest, uid: UUID) -> HttpResponse:
    """The fee as the reason and the told-at in the form make it now, for htmx."""
    appointment, policy = _load(request, uid)
    if refusal := _refusal(request, appointment, policy):
        return render(request, "appointments/_fee_refused.html", {"refusal": refusal})
    form = _form(request, appointment, policy)
    if not form.is_valid():
        form.forget("reduced_to", "why")  # not yet asked for
    return render(request, "appointments/_fee_answer.html", {"form": form} | _page(appointment))


@provider_required
@never_cache
@require_POST
def preview(request: ProviderRequest, uid: UUID) -> HttpResponse:
    """The mail to the client, byte for byte as canceling with this form now would send it; nothing is kept."""
    appointment, policy = _load(request, uid)
    if refusal := _refusal(request, appointment, policy):
        return mail_frame.framed(_no_mail([str(refusal)], ever=False))
    form = _form(request, appointment, policy)
    if not form.is_valid() and form.missing_for_the_mail:
        return mail_frame.framed(_no_mail(form.missing_for_the_mail))
    try:
        answers = form.answers(form.previewed_decision)
        plan = drafts.draft(
            appointment,
            answers,
            by=request.actor,
            assessment=form.assessment,
            at=request.now,
            policy=policy,
            care=form.care,
        )
    except Refused as refusal:
        return mail_frame.framed(_no_mail([str(refusal)]))
    message = canceled.to_client(plan)
    if request.POST.get("show") == "text":
        response = mail_frame.framed(message.text)
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        return response
    return mail_frame.framed(message.html)


def _submit(request: ProviderRequest, uid: UUID) -> HttpResponse:
    with transaction.atomic():
        # One reading under the lock for form and act: what the one finds right, the other does.
        appointment = get_object_or_404(request.provider.appointments.held(), uid=uid)
        policy = terms.read_anew(appointment, at=request.now)
        refusal = _refusal(request, appointment, policy)
        form = _form(request, appointment, policy)
        if refusal is None and form.is_valid():
            cancellation.cancel_held(
                appointment, form.said, by=request.actor, at=request.now, policy=policy, care=form.care
            )
            return redirect("appointments:canceled", uid=uid)
    return _refused(request, appointment, refusal) if refusal else _show(request, form)


def _show(request: ProviderRequest, form: CancelForm) -> HttpResponse:
    subject = canceled.subject_to_client(form.appointment)
    return render(request, "appointments/cancel.html", {"form": form, "subject": subject} | _page(form.appointment))


def _load(request: ProviderRequest, uid: UUID) -> tuple[Appointment, FeePolicy]:
    theirs = request.provider.appointments.with_client().select_related("client__payer")
    appointment = get_object_or_404(theirs, uid=uid)
    return appointment, terms.in_force(appointment, at=request.now)


def _refusal(request: ProviderRequest, appointment: Appointment, policy: FeePolicy) -> Refused | None:
    asked = late_requests.to_approve(appointment, at=request.now)
    standing = terms.standing(appointment, policy=policy, asked_late=asked is not None)
    refusal = rules.may_cancel(standing, by=request.actor.kind, at=request.now)
    if refusal is None:
        return None
    return refusals.of(refusal, appointment, policy=policy, by=request.actor, at=request.now)


def _form(request: ProviderRequest, appointment: Appointment, policy: FeePolicy) -> CancelForm:
    if request.method == "POST":
        return CancelForm(request.POST, appointment=appointment, policy=policy, at=request.now)
    if (asked := late_requests.to_approve(appointment, at=request.now)) is not None:
        asked.appointment = appointment
        return CancelForm.approving(asked, policy=policy, at=request.now)
    return CancelForm(appointment=appointment, policy=policy, at=request.now)


def _page(appointment: Appointment) -> dict[str, object]:
    zone, theirs = appointment.provider.time_zone, appointment.client.time_zone
    return {
        "appointment": appointment,
        "client": appointment.client,
        "zone": zone,
        "told_zone": city_time(zone),
        "other_time": elsewhere(appointment.start, here=zone, there=theirs, whole=True),
    }


def _refused(request: ProviderRequest, appointment: Appointment, refusal: Refused) -> HttpResponse:
    """Why there is nothing to cancel; who pressed twice lands where the first press led."""
    first = refusal.cancellation if isinstance(refusal, refusals.AlreadyCanceled) else None
    if first is not None and request.method == "POST" and first.user_id == request.actor.user_id:
        messages.info(request, str(refusal))
        return redirect("appointments:canceled", uid=appointment.uid)
    context = {
        "refusal": refusal,
        "is_canceled": first is not None,
        "has_started": isinstance(refusal, refusals.Started),
        "office": appointment.provider.practice,
    }
    return render(request, "appointments/cancel_refused.html", context | _page(appointment))


def _no_mail(why: list[str], *, ever: bool = True) -> str:
    """``ever``: there will be one to see once what is missing is there."""
    return render_to_string("appointments/_no_mail.html", {"why": why, "ever": ever})
