"""The link in an appointment's mails, by which its client sees and changes that one appointment without signing in."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from appointments.models import Appointment
from clients.models import Payer, new_token
from practice.actors import Actor

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """``ended``: the appointment is over, and the link with it."""

    appointment: Appointment
    ended: bool


def url(appointment: Appointment, *, page: str = "appointment") -> str:
    return f"{settings.BASE_URL}{reverse(f'appointments:manage_{page}', args=[appointment.manage_token])}"


def is_alive(appointment: Appointment, *, at: datetime) -> bool:
    return at < appointment.end


def find(token: str, *, at: datetime) -> Found | None:
    """Whose link this is, ended or not; None where it was replaced or never was."""
    if not token.isprintable():
        return None  # PostgreSQL takes no NUL into a query
    appointment = Appointment.objects.with_people().with_outcome().filter(manage_token=token).first()
    if appointment is None:
        return None
    if payer := appointment.client.payer:
        # Who pays for somebody's care is nobody's business who holds a link; what they allow is in its words.
        appointment.client.payer = Payer(pk=payer.pk, name="", rule=payer.rule, cap=payer.cap)
    return Found(appointment, ended=not is_alive(appointment, at=at))


@transaction.atomic
def replace(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    """Give the appointment a new link; the old one stops working at once, also in mails already sent."""
    appointment = Appointment.objects.held().get(pk=appointment.pk)
    appointment.manage_token = new_token()
    appointment.save(update_fields=["manage_token"])
    logger.info(
        "manage link of appointment %s replaced by %s %s at %s", appointment.pk, by.kind, by.user_id, at.isoformat()
    )
    return appointment
