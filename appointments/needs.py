"""What waits for the provider: late requests, fees, clients whom a mail did not reach; and for what they wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from appointments import days, fee_words, resending, waiver_requests, who
from appointments.models import (
    AbsenceReport,
    Appointment,
    Fee,
    LateRequest,
    Objection,
    RescheduleRequest,
    WaiverRequest,
)
from appointments.resending import Step
from notifications.models import BODY, OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import ActorKind
from practice.amounts import money
from practice.models import Provider
from practice.zones import clock, length, local, moment


@dataclass(frozen=True)
class Need:
    """``kind`` and ``state`` choose the glyph; ``act`` is the button's verb, ``for_whom`` completes it for readers."""

    kind: str
    state: str
    title: str
    reason: str
    act: str
    for_whom: str
    url: str
    other_act: str = ""
    other_url: str = ""


def of(provider: Provider, *, at: datetime) -> list[Need]:
    """Who waits for an answer first, then mails, since someone may come to a closed door, both by their
    appointments; then fees, the oldest first."""
    return [*_late_requests(provider, at), *_absences(provider), *_mails(provider, at), *_fees(provider, at)]


def awaited(provider: Provider, *, at: datetime) -> list[Need]:
    """What was asked of clients, soonest first, and of the office, and has no answer yet: it needs nothing so far."""
    asked = RescheduleRequest.objects.waiting(provider, at=at).select_related("appointment__client")
    approvals = WaiverRequest.objects.open().about(provider).select_related("fee__appointment__client")
    return [
        *(_awaited(request, provider.time_zone) for request in asked.order_by("appointment__start", "id")),
        *(_approval(request, provider.time_zone) for request in approvals),
    ]


def _approval(request: WaiverRequest, zone: str) -> Need:
    appointment = request.appointment
    return Need(
        kind="fee",
        state=request.fee.status,
        title=f"The office’s approval, for {appointment.client.name}",
        reason=f"{waiver_requests.wish_of(request).capitalize()}, asked {moment(request.asked_at, zone)}.",
        act="See it",
        for_whom=f": {appointment.client.name}’s fee",
        url=reverse("appointments:decide_fee", args=[appointment.uid]),
    )


def _awaited(request: RescheduleRequest, zone: str) -> Need:
    appointment = request.appointment
    kept = f"until {moment(request.let_go_at, zone)}, then it is let go" if request.let_go_at else "until then"
    return Need(
        kind="appointment",
        state="moving",
        title=f"{appointment.client.name}, {moment(appointment.start, zone)}",
        reason=f"{appointment.client.called} has yet to pick another time. This one is kept {kept}.",
        act="See it",
        for_whom=f": {appointment.client.name}",
        url=reverse("appointments:detail", args=[appointment.uid]),
    )


def _late_requests(provider: Provider, at: datetime) -> Iterator[Need]:
    """Also after the start: until it is answered, when it was asked is what a no-show is judged by."""
    zone = provider.time_zone
    for request in LateRequest.objects.to_answer(provider).with_client().order_by("appointment__start", "id"):
        appointment = request.appointment
        name, called = appointment.client.name, appointment.client.called
        asked = fee_words.before_start(appointment.start - request.first_asked_at)
        first = "first asked" if request.is_repeated else "asked"
        has_started = appointment.start <= at
        start = moment(appointment.start, zone)
        yield Need(
            kind="appointment",
            state="asked",
            title=f"{name} asked to cancel, and has no answer" if has_started else f"{name} asks to cancel",
            reason=f"{start}: {called} {first} {asked}. That counts, and it is no no-show."
            if has_started
            else f"For {_whose(appointment, zone, at)}, {first} {asked}.",
            act="Approve",
            for_whom=f"{name}’s request",
            url=reverse("appointments:cancel", args=[appointment.uid]),
            other_act="Decline",
            other_url=reverse("appointments:decline_late", args=[appointment.uid]),
        )


def _absences(provider: Provider) -> Iterator[Need]:
    for report in AbsenceReport.objects.to_answer(provider).with_client().order_by("reported_at", "id"):
        appointment, zone = report.appointment, provider.time_zone
        name = appointment.client.name
        yield Need(
            kind="appointment",
            state="reported",
            title=f"{name} reported that you did not come",
            reason=f"For {moment(appointment.start, zone)}, reported {moment(report.reported_at, zone)}.",
            act="Answer",
            for_whom=f"{name}’s report",
            url=reverse("appointments:answer_absence", args=[appointment.uid]),
        )


def _fees(provider: Provider, at: datetime) -> Iterator[Need]:
    theirs = Fee.objects.owed_to(provider).to_answer().not_with_the_office()
    for fee in theirs.with_appointment().order_by("created_at", "id"):
        appointment, cancellation = fee.appointment, fee.cancellation
        if fee.record is not None:
            yield _objection(fee, fee.record)
            continue
        name = appointment.client.name
        yield Need(
            kind="fee",
            state="to_decide",
            title=f"{'No-show' if cancellation is None else 'Late'} fee for {name}, {money(fee.assessed)}",
            reason=_why_late(fee, at),
            act="Decide fee",
            for_whom=f"for {name}",
            url=reverse("appointments:decide_fee", args=[appointment.uid]),
        )


def _objection(fee: Fee, objection: Objection) -> Need:
    client, zone = fee.appointment.client, fee.appointment.provider.time_zone
    start, objected = moment(fee.appointment.start, zone), moment(objection.objected_at, zone)
    return Need(
        kind="fee",
        state=fee.status,
        title=f"{client.name} objects to the fee of {money(objection.amount)}",
        reason=f"For {start}, objected {objected}.",
        act="Answer",
        for_whom=f"{client.name}’s objection",
        url=reverse("appointments:answer_objection", args=[fee.appointment.uid]),
    )


def _why_late(fee: Fee, at: datetime) -> str:
    appointment, cancellation = fee.appointment, fee.cancellation
    zone = appointment.provider.time_zone
    if cancellation is None:
        return f"{appointment.client.called} did not come on {moment(appointment.start, zone)}."
    doer = who.name(cancellation.actor, appointment, reader=ActorKind.PROVIDER)
    after = cancellation.notice < timedelta(0)
    notice = fee_words.before_start(cancellation.notice) if after else f"with {length(cancellation.notice)} notice"
    return f"{doer} canceled {_whose(appointment, zone, at)} {notice}."


def _mails(provider: Provider, at: datetime) -> Iterator[Need]:
    unread = list(provider.appointments.unread(at=at).with_client().by_start())
    mails = OutboxMessage.objects.defer(*BODY).in_bulk([appointment.mail_id for appointment in unread])
    for appointment in unread:
        mail, client = mails[appointment.mail_id], appointment.client
        is_mended = mail.recipient.casefold() != client.email.casefold()
        if is_mended and appointment.start <= at:
            continue
        fate = "was marked as spam" if mail.status == MailStatus.COMPLAINED else str(mail.status)
        yield Need(
            kind="mail",
            state=mail.status,
            title=f"Mail to {client.name} {fate}",
            reason=f"{client.called} may not know {news(mail, appointment, provider.time_zone)}.",
            **_helps(mail, appointment),
        )


def _helps(mail: OutboxMessage, appointment: Appointment) -> dict[str, str]:
    client = appointment.client
    own_page = reverse("appointments:client", args=[client.pk])
    match resending.step(mail, recipient=client.email):
        case Step.MEND:
            return {"act": "Fix address", "for_whom": f"of {client.name}", "url": own_page}
        case Step.SEND_AGAIN:
            url = reverse("appointments:send_again", args=[appointment.uid, mail.pk])
            return {"act": "Send again", "for_whom": f"to {client.name}", "url": url}
        case Step.REACH:
            return {"act": f"Reach {client.called}", "for_whom": "", "url": own_page}


def news(mail: OutboxMessage, appointment: Appointment, zone: str) -> str:
    when = moment(appointment.start, zone)
    if mail.kind == "fee_disputed":
        return f"that {appointment.client.called} objects to the fee for {when}"
    if mail.kind == "waiver_declined":
        return f"what the office answered about the fee for {when}"
    if mail.kind.startswith("fee"):
        return f"what was decided about the fee for {when}"
    if mail.kind == "absence_answered":
        return f"how you answered what was reported about {when}"
    if mail.kind == "absence_reported":
        return f"that {appointment.client.called} reported something about {when}"
    if mail.kind == "late_request":
        return f"that {appointment.client.called} asks you to cancel {when}"
    if mail.kind == "asked_to_reschedule":
        return f"that you asked for another time than {when}"
    return f"that {when} is {'booked' if appointment.is_booked else 'canceled'}"


def _whose(appointment: Appointment, zone: str, at: datetime) -> str:
    """``today’s 10:30 AM``, else the whole instant."""
    word = days.name(local(appointment.start, zone).date(), today=local(at, zone).date())
    return f"{word.lower()}’s {clock(appointment.start, zone)}" if word else moment(appointment.start, zone)
