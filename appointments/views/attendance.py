"""A provider says whether the two met: attended, a no-show with its fee, or what a client reported."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from appointments import (
    absences,
    attendance,
    attendance_refusals,
    fee_standing,
    rules,
    terms,
    waiver_requests,
)
from appointments.attendance import Answer
from appointments.forms.attendance import AnswerAbsenceForm, NoShowForm
from appointments.models import Appointment
from appointments.refusals import FeeChanged, Refused
from appointments.rules import Status
from practice.access import ProviderRequest, provider_required
from practice.actors import ActorKind
from practice.zones import moment


@provider_required
@require_POST
def attended(request: ProviderRequest, uid: UUID) -> HttpResponse:
    """From a row of the list back to the list as it was, else to the appointment."""
    appointment = get_object_or_404(request.provider.appointments.with_people(), uid=uid)
    try:
        attendance.mark_completed(appointment, by=request.actor, at=request.now)
    except attendance_refusals.ReportFirst as refusal:
        messages.info(request, str(refusal))
        return redirect("appointments:answer_absence", uid=uid)
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        when = moment(appointment.start, request.provider.time_zone)
        messages.success(request, f"Attended: {appointment.client.name}, {when}.")
    if "list" in request.POST:
        rest = QueryDict(request.POST["list"]).urlencode()
        return redirect(f"{reverse('appointments:list')}?{rest}")
    return redirect("appointments:detail", uid=uid)


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def no_show(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment, form = _load(request, uid)
    refusal = _refusal(request, appointment)
    if refusal is None and form.is_valid():
        try:
            done = attendance.mark_no_show(appointment, by=request.actor, fee=form.said, at=request.now)
        except FeeChanged:
            appointment, form = _load(request, uid)  # as it is now, which the form then says
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _marked(done))
            return redirect("appointments:detail", uid=uid)
    if isinstance(refusal, attendance_refusals.MarkedAlready):
        messages.info(request, str(refusal))
        return redirect("appointments:detail", uid=uid)
    context = {
        "form": form,
        "refusal": refusal,
        "to_cancel": isinstance(refusal, attendance_refusals.ToCancelInstead) and appointment.is_booked,
        "to_answer": isinstance(refusal, attendance_refusals.ReportFirst),
    }
    return render(request, "appointments/no_show.html", context | _page(request, appointment))


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_absence(request: ProviderRequest, uid: UUID) -> HttpResponse:
    appointment = get_object_or_404(request.provider.appointments.with_people(), uid=uid)
    report, called = appointment.absence, appointment.client.called
    if report is None:
        raise Http404
    report.appointment = appointment
    form = AnswerAbsenceForm(request.POST if request.method == "POST" else None, called=called)
    refusal: Refused | None = None
    if form.is_valid():
        answer = Answer(form.cleaned_data["answer"])
        try:
            done = attendance.answer_absence(
                report, by=request.actor, answer=answer, words=form.cleaned_data["words"], at=request.now
            )
        except attendance_refusals.ReportNotOpen as refused:
            messages.info(request, str(refused))
            return redirect("appointments:detail", uid=uid)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, f"Answered. {called} gets a mail that says so.")
            to_mark = answer == Answer.CLIENT_ABSENT and done.appointment.status != Status.NO_SHOW
            return redirect("appointments:no_show" if to_mark else "appointments:detail", uid=uid)
    if not report.is_open:
        return redirect("appointments:detail", uid=uid)
    context = {
        "form": form,
        "refusal": refusal,
        "record": absences.record(report, reader=ActorKind.PROVIDER),
        "gives_pass": request.provider.practice.gives_passes,
    }
    return render(request, "appointments/answer_absence.html", context | _page(request, appointment))


def _load(request: ProviderRequest, uid: UUID) -> tuple[Appointment, NoShowForm]:
    appointment = get_object_or_404(request.provider.appointments.with_people(), uid=uid)
    posted = request.POST if request.method == "POST" else None
    return appointment, NoShowForm(
        posted, appointment=appointment, assessment=attendance.owed(appointment, at=request.now)
    )


def _refusal(request: ProviderRequest, appointment: Appointment) -> Refused | None:
    session = terms.session(appointment, policy=terms.in_force(appointment, at=appointment.start))
    no = rules.may_mark_no_show(session, at=request.now)
    if no is None:
        return None
    return attendance_refusals.of(no, appointment, session, no_show=True, by=request.actor, at=request.now)


def _marked(appointment: Appointment) -> str:
    fee = appointment.fee
    if fee is None:
        return "Marked as a no-show. No fee applies."
    if (waiting := fee.waiver_request) is not None:
        return f"Marked as a no-show. {waiver_requests.said(waiting)}"
    decided = fee_standing.decided(fee, reader=ActorKind.PROVIDER)
    return f"Marked as a no-show. {decided}. {appointment.client.called} gets a mail that says so."


def _page(request: ProviderRequest, appointment: Appointment) -> dict[str, object]:
    return {"appointment": appointment, "client": appointment.client, "zone": request.provider.time_zone}
