"""The limit of the stack: the same middleware, sign-in and transaction, the same rows with bodies prepared.

It knows no rule, reads nothing that it does not write, and renders names and times alone.
"""

import uuid
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from appointments import history
from appointments.forms.listing import ListForm
from appointments.models import Appointment, BillingEvent, Cancellation, Fee, HistoryEntry
from appointments.views.listing import A_PAGE, find
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.outbox import Message
from practice.access import ProviderRequest, provider_required

PREPARED: list[Message] = []
REASON_PK: list[int] = []
EVENT: list[BillingEvent] = []


def prepare(mails: list[OutboxMessage], *, event: BillingEvent, reason_pk: int) -> None:
    """Take the bodies of a real cancellation's mails, and what billing was told of it."""
    PREPARED[:] = [
        Message(
            about=mail.about,
            key=mail.key,
            kind=mail.kind,
            recipient=mail.recipient,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            calendar=mail.calendar,
            calendar_method=mail.calendar_method,
            sender_name=mail.sender_name,
        )
        for mail in mails
    ]
    REASON_PK[:] = [reason_pk]
    EVENT[:] = [event]


@provider_required
def cancel(request: ProviderRequest, uid: UUID) -> HttpResponse:
    at = request.now
    with transaction.atomic():
        appointment = request.provider.appointments.select_for_update().get(uid=uid)
        appointment.status, appointment.sequence = "canceled", 1
        appointment.save(update_fields=["status", "sequence"])
        assert appointment.acknowledged_policy_id is not None
        cancellation = Cancellation.objects.create(
            appointment=appointment,
            canceled_at=at,
            told_at=at,
            actor=request.actor.kind,
            user_id=request.actor.user_id,
            reason_id=REASON_PK[0],
            notice=appointment.start - at,
            late=True,
            link_sent=True,
        )
        fee = Fee.objects.create(
            appointment=appointment,
            cancellation=cancellation,
            kind=Fee.Kind.LATE_CANCELLATION,
            created_at=at,
            assessed=Decimal("75.00"),
            amount=Decimal("75.00"),
            agreed=Decimal("75.00"),
            in_force=Decimal("75.00"),
            cap=Decimal("200.00"),
            policy_id=appointment.acknowledged_policy_id,
            status="due",
            decided_by=request.actor.kind,
            decided_by_user_id=request.actor.user_id,
            decided_at=at,
        )
        told = EVENT[0]
        BillingEvent.objects.create(fee=fee, kind=told.kind, at=at, data=told.data, delivery=told.delivery, due_at=at)
        mails = outbox.enqueue(*(replace(mail, key=str(uuid.uuid4())) for mail in PREPARED), at=at)
        history.record(appointment, HistoryEntry.Kind.CANCELED, by=request.actor, at=at, messages=mails)
        facts = history.fee_facts(fee)
        history.record(appointment, HistoryEntry.Kind.FEE_DECIDED, by=request.actor, at=at, facts=facts)
    return redirect("appointments:canceled", uid=uid)


@provider_required
def listing(request: ProviderRequest) -> HttpResponse:
    form = ListForm(request.GET, today=request.now.date())
    page = Paginator(find(request.provider, form.wanted, at=request.now), A_PAGE).get_page(1)
    rows: list[Appointment] = list(page)
    return render(request, "bench/list.html", {"rows": rows, "zone": request.provider.time_zone})
