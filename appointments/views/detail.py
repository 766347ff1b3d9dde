"""One appointment as its provider sees it: when, by which policy, what happened, and what can be done."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from appointments import (
    agreement,
    days,
    fee_words,
    late_words,
    marking,
    notice_line,
    outcome,
    policy_words,
    resending,
    restoring,
    rows,
    rules,
    terms,
    timeline,
)
from appointments.models import Appointment
from clients.links import booking_url
from practice.access import ProviderRequest, provider_required
from practice.actors import ActorKind
from practice.zones import abbreviation

A_YEAR = timedelta(days=365)


@provider_required
@require_safe
def detail(request: ProviderRequest, uid: UUID) -> HttpResponse:
    provider, at = request.provider, request.now
    appointment = get_object_or_404(provider.appointments.with_people().with_outcome(), uid=uid)
    policy = terms.in_force(appointment, at=at)
    refusal = rules.may_cancel(terms.standing(appointment, policy=policy), by=ActorKind.PROVIDER, at=at)
    history = timeline.items(appointment, reader=ActorKind.PROVIDER, at=at)
    told = timeline.newest(history, to_client=True)
    care = provider.care_relationships.active().filter(client=appointment.client).first()
    payer = appointment.client.payer
    with_client = provider.appointments.of_client(appointment.client)
    became = outcome.of(appointment, at=at)
    context: dict[str, Any] = {
        "appointment": appointment,
        "client": appointment.client,
        "zone": provider.time_zone,
        "state": appointment.state(at=at),
        "day": days.long(appointment.start, provider.time_zone, at=at),
        "zone_words": zone_words(appointment),
        "refusal": refusal,
        "has_started": isinstance(refusal, rules.HasStarted),
        "asked": None if refusal else appointment.reschedule_requests.open().first(),
        "late": _late(appointment),
        "is_over": appointment.end <= at,
        "outcome": became,
        "fee": became.fee if became else outcome.fee_of(appointment),
        "marking": marking.of(appointment, at=at),
        "history": history,
        "told": told,
        "told_words": _told_words(told, appointment, at=at),
        "told_helps": resending.step(told.message, recipient=appointment.client.email) if told else "",
        "may_go_again": _may_go_again(history, appointment),
        "payer_rule": fee_words.payer_rule(payer) if terms.payer_limit(payer) is not None else "",
        "policy_agreed": policy_words.inside(agreed.terms) if (agreed := appointment.acknowledged_policy) else "",
        "agreement_missing": agreement.is_missing(appointment, at=at),
        "next": with_client.next_booked(at=at).after(appointment).first(),
        "late_ones": with_client.canceled_late_by_client(since=at - A_YEAR).count(),
        "link": booking_url(care) if care else "",
    }
    if isinstance(refusal, rules.IsCanceled) and appointment.start > at:
        why_not = restoring.refusal(appointment, by=request.actor, at=at, policy=policy)
        context |= {"may_undo": why_not is None, "undo_refusal": why_not}
    if refusal is None:
        context |= {
            "line": notice_line.draw(appointment, policy=policy, reader=ActorKind.PROVIDER, at=at),
            "notice": notice_line.sentence(appointment, policy=policy, reader=ActorKind.PROVIDER, at=at),
        }
    return render(request, "appointments/detail.html", context)


def _may_go_again(history: list[timeline.Item], appointment: Appointment) -> set[int]:
    """Of the newest mail to each of both, those that did not arrive and can be sent again."""
    people = {True: appointment.client.email, False: appointment.provider.user.email}
    newest = [(timeline.newest(history, to_client=to_client), recipient) for to_client, recipient in people.items()]
    return {
        mail.message.pk
        for mail, recipient in newest
        if mail and resending.step(mail.message, recipient=recipient) == resending.Step.SEND_AGAIN
    }


def _late(appointment: Appointment) -> dict[str, object] | None:
    """What the client asked late and nobody has answered."""
    asked = appointment.late_request if appointment.is_booked else None
    if asked is None:
        return None
    return {
        "asked": asked,
        "said": late_words.asked(asked, appointment),
    }


def zone_words(appointment: Appointment) -> str:
    """``EST, the same for Jordan``, ``EST, 11:00 AM PST for Priya``"""
    zone, called = appointment.provider.time_zone, appointment.client.called
    theirs = rows.client_time(appointment, zone) or "the same"
    return f"{abbreviation(appointment.start, zone)}, {theirs} for {called}"


def _told_words(told: timeline.Mail | None, appointment: Appointment, *, at: datetime) -> str:
    """As the timeline says it, with the date where that is not today."""
    if told is None:
        return ""
    zone, called = appointment.provider.time_zone, appointment.client.called
    return timeline.state_words(told.message, called, zone=zone, beside=at)
