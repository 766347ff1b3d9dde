"""Sessions that took place, by their true date of service: what a claim is made of.

Canceled and missed ones are never in it, nor those whose attendance nobody has marked yet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.reports.period import Period
from appointments.reports.refilled import MINUTE
from appointments.reports.scope import Scope
from appointments.reports.tables import Cell, Column, Kind, Table
from practice.models.provider import Format
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


HEAD: Final = ("Session", "Date of service", "Start", "End", "Minutes", "Provider", "Client’s legal name", "Payer",
               "Format")  # fmt: skip
FORMATS: Final = {kind.value: str(kind.label) for kind in Format}


class Session(NamedTuple):
    """What is read of each: a practice may export tens of thousands."""

    uid: UUID
    start: datetime
    end: datetime
    provider: str
    zone: str
    first_name: str
    last_name: str
    payer: str | None
    format: str


READ: Final = ("uid", "start", "end", "provider__display_name", "provider__time_zone", "client__first_name",
               "client__last_name", "client__payer__name", "format")  # fmt: skip


def table(scope: Scope, period: Period) -> Table:
    """All of them, for a spreadsheet or a billing system."""
    return Table(
        title="Sessions",
        says="",
        columns=[Column(title, Kind.WORDS) for title in HEAD],
        rows=[_cells(Session(*row)) for row in sessions(scope, period).values_list(*READ)],
        empty="",
    )


def _cells(session: Session) -> Sequence[Cell]:
    start, end = local(session.start, session.zone), local(session.end, session.zone)
    return (
        str(session.uid),
        start.date().isoformat(),
        start.isoformat(),
        end.isoformat(),
        (session.end - session.start) // MINUTE,
        session.provider,
        f"{session.first_name} {session.last_name}",
        session.payer or SELF_PAY,
        FORMATS[session.format],
    )
