"""Sessions that took place, by their true date of service: what a claim is made of.

Canceled and missed ones are never in it, nor those whose attendance nobody has marked yet.
"""

from datetime import datetime
from typing import Final

from django.db.models import Q

from appointments.models import Appointment
from appointments.models.appointment import AppointmentQuerySet
from appointments.reports.period import Period
from appointments.reports.refilled import MINUTE
from appointments.reports.scope import Scope
from appointments.reports.tables import Column, Kind, Table
from practice.zones import local

SELF_PAY: Final = "Self-pay"


def sessions(scope: Scope, period: Period) -> AppointmentQuerySet:
    """By the clock of each one's own provider, earliest first."""
    return _on_days(scope, period).completed().select_related("client__payer", "provider").by_start()


def unmarked(scope: Scope, period: Period, *, at: datetime) -> AppointmentQuerySet:
    """Over, and nobody has said yet whether they took place."""
    return _on_days(scope, period).booked().past(at=at)


def _on_days(scope: Scope, period: Period) -> AppointmentQuerySet:
    days = Q(pk__in=[])
    for zone in scope.zones():
        there = period.in_zone(zone)
        days |= Q(provider__time_zone=zone, start__gte=there.begin, start__lt=there.end)
    return scope.appointments().filter(days)


def table(scope: Scope, period: Period) -> Table:
    """All of them, for a spreadsheet or a billing system."""
    return Table(
        title="Sessions",
        says="",
        columns=[
            Column(title, Kind.WORDS)
            for title in ("Session", "Date of service", "Start", "End", "Minutes", "Provider", "Client’s legal name",
                          "Payer", "Format")
        ],
        rows=[_row(session) for session in sessions(scope, period)],
        empty="",
    )  # fmt: skip


def _row(session: Appointment) -> tuple[str | int, ...]:
    start, end = (local(instant, session.provider.time_zone) for instant in (session.start, session.end))
    client = session.client
    return (
        str(session.uid),
        start.date().isoformat(),
        start.isoformat(),
        end.isoformat(),
        (session.end - session.start) // MINUTE,
        session.provider.display_name,
        f"{client.first_name} {client.last_name}",
        client.payer.name if client.payer else SELF_PAY,
        session.get_format_display(),
    )
