"""A client moves an appointment: the times it can move to, the page that says why not, and the confirmation."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from appointments import booking, booking_pages, client_outlook, client_words, policy_words, refusals, rules, terms
from appointments.availability import Moving
from appointments.forms.client_moving import ClientMoveForm
from appointments.models import HistoryEntry, RescheduleRequest
from appointments.refusals import Refused
from appointments.timetable import Page
from appointments.views import client_late, ways_in
from appointments.views.ways_in import OwnRequest
from practice import zone_choices
from practice.models import FeePolicy


@ways_in.page("GET", "HEAD", "POST")
def move(request: OwnRequest) -> HttpResponse:
    appointment = request.appointment
    policy = terms.in_force(appointment, at=request.now)
    asked = appointment.reschedule_requests.open().first()
    if no := rules.may_move(
        terms.standing(appointment, policy=policy), by=request.actor.kind, at=request.now, asked=asked is not None
    ):
        refusal = refusals.of(no, appointment, policy=policy, by=request.actor, at=request.now, moving=True)
        outlook = client_outlook.outlook(appointment, policy=policy, by=request.actor, at=request.now)
        return client_late.refuse(request, no, refusal, outlook=outlook, moving=True)
    if ways_in.care_of(appointment) is None:  # nobody is to choose a time in vain
        return client_late.care_ended(request)
    form = ClientMoveForm(
        request.POST if request.method == "POST" else None,
        appointment=appointment,
        asks=terms.asks_for_more(appointment, policy=policy),
    )
    why = None
    if form.is_bound and form.is_valid():
        try:
            booking.reschedule(
                appointment,
                start=form.cleaned_data["start"],
                format=form.chosen_format,
                by=request.actor,
                at=request.now,
                agreed=form.agreed,
                knows_it_is_near=form.knows_it_is_near,
            )
        except refusals.AlreadyThen:
            return redirect(request.way.url("moved"))
        except Refused as refusal:
            why = refusal
        else:
            return redirect(request.way.url("moved"))
    return _choose(request, form, why, policy=policy, asked=asked)


def _choose(
    request: OwnRequest,
    form: ClientMoveForm,
    refusal: Refused | None,
    *,
    policy: FeePolicy,
    asked: RescheduleRequest | None,
) -> HttpResponse:
    """The times, and the panel for the chosen one; ``refusal`` is why nothing was moved."""
    appointment, client = request.appointment, request.appointment.client
    near = refusal if isinstance(refusal, refusals.InsideNotice) else None
    if refusal is not None and near is None:
        form.add_error(None, str(refusal))
    zone, first = ways_in.zone_chosen(request, client), booking_pages.first_day(request.GET)
    shown = booking_pages.show(
        appointment.provider,
        by=request.actor,
        page=Page(zone=zone, at=request.now, first=first, notice=policy.notice),
        chosen=form.chosen,
        nearest=refusal.nearest if isinstance(refusal, refusals.NotOpen) else [],
        moving=Moving(appointment, blocks=asked is not None and asked.block),
    )
    own, here = client.time_zone, request.way.url("move")
    context = ways_in.context(request) | {
        "zone": zone,
        "own_zone": own,
        "form": form,
        "near": near,
        "shown": shown,
        "asked": asked,
        "policy": policy,
        "policy_text": policy.words,
        "words": client_words.policy(policy.terms, client, at=request.now),
        "agreed": form.agrees_to(policy),
        "zones": zone_choices.choices(chosen=zone, own=own, at=request.now),
        "here": here,
        "query": booking_pages.query(zone=zone, own=own, first=first),
        **booking_pages.steps(shown.timetable, path=here, own=own),
    }
    return render(request, "appointments/client_move.html", context)


@ways_in.page("GET", "HEAD")
def moved(request: OwnRequest) -> HttpResponse:
    """What a client's own move has led to: the old time and the new one."""
    appointment, zone = request.appointment, request.appointment.client.time_zone
    entry = appointment.history.filter(kind=HistoryEntry.Kind.MOVED).order_by("-at", "-id").first()
    if entry is None or not appointment.is_booked:
        return redirect(request.way.url("appointment"))
    policy = terms.in_force(appointment, at=request.now)
    plans = policy_words.if_plans_change(appointment, policy=policy, at=request.now, zone=zone)
    context: dict[str, Any] = ways_in.context(request) | {
        "title": client_words.title(appointment, at=request.now),
        "old_start": datetime.fromisoformat(entry.facts["old_start"]),
        "old_end": datetime.fromisoformat(entry.facts["old_end"]),
        "plans": client_words.emphasized(plans),
        "may_cancel": terms.may_cancel_online(appointment, policy=policy, at=request.now),
    }
    return render(request, "appointments/client_moved.html", context)
