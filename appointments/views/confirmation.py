"""After canceling: who has been told and where each mail stands, what happened, what to do next.

A page of its own that only shows: it can be opened again, and it keeps itself up to date while a mail is
on its way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from appointments import days, mail_watch, outcome, resending, restoring, terms, timeline
from appointments.models import Appointment, HistoryEntry
from appointments.timeline import Item, Mail
from notifications import tracking
from notifications.models import MISSED
from notifications.models import Status as MailStatus
from practice.access import ProviderRequest, provider_required
from practice.actors import ActorKind

A_WHILE = timedelta(minutes=1)


@provider_required
@require_safe
def canceled(request: ProviderRequest, uid: UUID) -> HttpResponse:
    provider, at = request.provider, request.now
    appointment = get_object_or_404(provider.appointments.with_people().with_outcome(), uid=uid)
    became = outcome.of(appointment, at=at)
    if became is None:
        return redirect("appointments:detail", uid=uid)
    history = timeline.items(appointment, reader=ActorKind.PROVIDER, at=at)
    act = next(item for item in history if item.kind == HistoryEntry.Kind.CANCELED)
    watch = mail_watch.over(act.mails, age=at - act.at)
    if (unchanged := mail_watch.nothing_new(request, watch)) is not None:
        return unchanged
    newest = next((mail for mail in reversed(act.mails) if mail.to_client), None)
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "zone": provider.time_zone,
        "title": _title(act.mails, appointment.client.called),
        "day": days.long(appointment.start, provider.time_zone, at=at),
        "told": [_told(mail, appointment, is_newest=mail == newest, at=at) for mail in act.mails],
        "delayed": _delayed(act, at=at),
        "watch": watch,
        "outcome": became,
        "happened": outcome.steps(appointment, act, became, at=at),
        "may_undo": _may_undo(request, appointment),
        "in_care": provider.care_relationships.active().filter(client=appointment.client).exists(),
    }
    return render(request, "appointments/canceled.html", context)


def _may_undo(request: ProviderRequest, appointment: Appointment) -> bool:
    policy = terms.in_force(appointment, at=request.now)
    return restoring.refusal(appointment, by=request.actor, at=request.now, policy=policy) is None


def _title(mails: list[Mail], called: str) -> str:
    """States where the client's mail stands."""
    words: dict[str, str] = {
        MailStatus.QUEUED: f"Canceled. {called} is being told",
        MailStatus.SENT: f"Canceled. {called}’s mail has been sent",
        MailStatus.DELIVERED: f"Canceled, and {called} has been told",
        MailStatus.BOUNCED: f"Canceled, but {called}’s mail bounced",
        MailStatus.COMPLAINED: f"Canceled, but {called}’s mail was marked as spam",
        MailStatus.FAILED: f"Canceled, but {called}’s mail failed",
        MailStatus.DROPPED: f"Canceled, but {called}’s mail was not sent",
    }
    return next((words[mail.status] for mail in reversed(mails) if mail.to_client), "Canceled")


@dataclass(frozen=True)
class Told:
    """``missed``: the client whom it did not reach; empty otherwise. ``helps``: what to do about it."""

    name: str
    address: str
    status: str
    words: str
    missed: str
    helps: str
    mail: int


def _told(mail: Mail, appointment: Appointment, *, is_newest: bool, at: datetime) -> Told:
    zone, message, client = appointment.provider.time_zone, mail.message, appointment.client
    words = message.get_status_display()
    if mail.status not in (MailStatus.QUEUED, MailStatus.DROPPED):
        words += f" {days.beside(message.state_at, zone, at=at)}"
    if mail.status == MailStatus.SENT and tracking.reporting():
        words += ", on its way"
    return Told(
        name=client.name if mail.to_client else "You",
        address=message.recipient,
        status=mail.status,
        words=words,
        missed=client.called if is_newest and mail.status in MISSED else "",
        helps=resending.step(message, recipient=client.email),
        mail=message.pk,
    )


def _delayed(act: Item, *, at: datetime) -> int:
    """How many mails have waited for the mail server for longer than usual."""
    waiting = [mail for mail in act.mails if mail.status == MailStatus.QUEUED]
    return len(waiting) if at - act.at > A_WHILE else 0
