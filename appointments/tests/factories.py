"""Appointments by situation. Rows as the acts leave them; times relative to NOW unless told otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

from appointments.models import Appointment, HistoryEntry
from clients.models import Client
from notifications import outbox
from notifications.models import OutboxMessage, Status
from notifications.tests.factories import message
from practice.models import FeePolicy, Provider

# Tuesday, March 3, 2026, 10:44 AM in New York (EST).
NOW = datetime(2026, 3, 3, 15, 44, tzinfo=UTC)
BOOKED_AT = datetime(2026, 1, 13, 0, 6, tzinfo=UTC)


def booked(
    provider: Provider,
    client: Client,
    *,
    start: datetime = NOW + timedelta(hours=72),
    acknowledged: FeePolicy | bool | None = True,
    **fields: Any,
) -> Appointment:
    """``acknowledged`` True: the policy in force at booking; None or False: never asked."""
    booked_at = fields.pop("booked_at", BOOKED_AT)
    policy = provider.fee_policies.in_force(at=booked_at) if acknowledged is True else acknowledged or None
    appointment = Appointment.objects.create(
        provider=provider,
        client=client,
        booked_at=booked_at,
        start=start,
        end=fields.pop("end", start + provider.session_length),
        organizer=provider.practice.contact_email,
        acknowledged_policy=policy,
        acknowledged_at=booked_at if policy else None,
        **fields,
    )
    HistoryEntry.objects.create(
        appointment=appointment, at=booked_at, kind=HistoryEntry.Kind.BOOKED, actor="client", user_id=client.user_id
    )
    return appointment


def on_time(provider: Provider, client: Client, **fields: Any) -> Appointment:
    """More than 24 hours ahead of NOW."""
    return booked(provider, client, start=NOW + timedelta(hours=26), **fields)


def late(provider: Provider, client: Client, **fields: Any) -> Appointment:
    """22 h 15 min ahead of NOW: inside the notice."""
    return booked(provider, client, start=NOW + timedelta(hours=22, minutes=15), **fields)


def with_a_failed_mail(appointment: Appointment) -> Appointment:
    """What told the client of the booking never left."""
    about = f"client:{appointment.client_id}"
    provider = appointment.provider
    words = f"It is booked. {appointment.place} Call {provider.phone} or write to {provider.user.email}.\n"
    told = message(about=about, kind="booked", recipient=appointment.client.email, text=words)
    rows = outbox.enqueue(told, at=appointment.booked_at)
    OutboxMessage.objects.filter(pk=rows[0].pk).update(status=Status.FAILED, failed_at=appointment.booked_at)
    appointment.history.get().messages.add(*rows)
    return appointment
