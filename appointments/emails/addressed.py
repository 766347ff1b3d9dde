"""A mail about an appointment, addressed: to its client, with what they asked for, or to its provider."""

from datetime import datetime
from typing import Any

from appointments import calendar_part
from appointments.emails.parts import contact
from appointments.models import Appointment
from notifications.outbox import Message
from practice.mailing import compose

Calendar = tuple[calendar_part.Method, datetime]


def for_client(
    template: str,
    context: dict[str, Any],
    appointment: Appointment,
    *,
    key: str,
    kind: str,
    calendar: Calendar | None = None,
) -> Message:
    """In their own zone, and outwardly neutral where they asked for discretion. ``calendar``: a part of that method."""
    client, provider = appointment.client, appointment.provider
    return compose(
        template,
        context | {"appointment": appointment, "zone": client.time_zone, "contact": contact(provider)},
        practice=provider.practice,
        about=f"client:{client.pk}",
        key=key,
        kind=kind,
        recipient=client.email,
        discreet=client.discreet,
        calendar=_part(appointment, calendar, receiver=client.email),
        calendar_method=calendar[0] if calendar else "",
    )


def for_provider(
    template: str,
    context: dict[str, Any],
    appointment: Appointment,
    *,
    key: str,
    kind: str,
    calendar: Calendar | None = None,
) -> Message:
    """In their own zone. ``calendar``: a part of that method."""
    provider = appointment.provider
    return compose(
        template,
        context | {"appointment": appointment, "zone": provider.time_zone},
        practice=provider.practice,
        about=f"provider:{provider.pk}",
        key=key,
        kind=kind,
        recipient=provider.user.email,
        discreet=False,
        calendar=_part(appointment, calendar, receiver=provider.user.email),
        calendar_method=calendar[0] if calendar else "",
    )


def _part(appointment: Appointment, calendar: Calendar | None, *, receiver: str) -> str:
    if calendar is None:
        return ""
    method, at = calendar
    return calendar_part.part(appointment, method=method, receiver=receiver, at=at)
