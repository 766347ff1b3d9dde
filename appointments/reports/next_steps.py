"""Clients who canceled and have no next step: the list to call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Subquery

from appointments.models import Appointment, Cancellation
from appointments.models.cancellation import CancellationQuerySet
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.reports.tables import Cell, Column, Kind, Table
from clients.models import CareRelationship, Client
from practice.models import Provider
from practice.zones import local


@dataclass(frozen=True)
class ToCall:
    """``days`` since they were last seen; None: never. ``missed`` is the start of what was canceled."""

    client: Client
    provider: Provider
    days: int | None
    seen_at: datetime | None
    missed: datetime
    canceled_at: datetime
    reason: str


def find(scope: Scope, period: Period, *, at: datetime) -> CancellationQuerySet:
    """The last one of each client in care who canceled in the period, was not seen since the time that it freed and
    has nothing booked with that provider. Longest unseen first; annotates ``seen_at``.
    """
    provider, client = OuterRef("appointment__provider"), OuterRef("appointment__client")
    theirs = Appointment.objects.filter(provider=provider, client=client)
    care = CareRelationship.objects.active().filter(provider=provider, client=client)
    start, canceled = OuterRef("appointment__start"), scope.canceled(period)
    later = Q(appointment__start__gt=start) | Q(appointment__start=start, pk__gt=OuterRef("pk"))
    return (
        canceled.filter(Exists(care))
        .exclude(Exists(theirs.next_booked(at=at)))
        .exclude(Exists(theirs.seen(at=at).filter(start__gte=start)))
        .exclude(Exists(canceled.filter(later, appointment__provider=provider, appointment__client=client)))
        .annotate(seen_at=Subquery(theirs.seen(at=at).latest_first().values("start")[:1]))
        .select_related("appointment__client", "appointment__provider", "reason")
        .order_by(F("seen_at").asc(nulls_last=True), "appointment__start", "pk")
    )


def rows(found: Iterable[Cancellation], *, at: datetime) -> list[ToCall]:
    """Of what ``find`` found."""
    return [_row(cancellation, vars(cancellation)["seen_at"], at=at) for cancellation in found]


def _row(cancellation: Cancellation, seen_at: datetime | None, *, at: datetime) -> ToCall:
    appointment = cancellation.appointment
    zone = appointment.provider.time_zone
    return ToCall(
        client=appointment.client,
        provider=appointment.provider,
        days=(local(at, zone).date() - local(seen_at, zone).date()).days if seen_at else None,
        seen_at=seen_at,
        missed=appointment.start,
        canceled_at=cancellation.canceled_at,
        reason=str(cancellation.reason),
    )


HEAD = ("Client", "Provider", "Days since last seen", "Last seen", "Canceled appointment", "Canceled on", "Reason",
        "Phone", "Calls", "E-mail")  # fmt: skip


def table(scope: Scope, period: Period, *, at: datetime) -> Table:
    """All of them, for a spreadsheet."""
    return Table(
        title="Clients without a next step",
        says="",
        columns=[Column(title, Kind.WORDS) for title in HEAD],
        rows=[_cells(one) for one in rows(find(scope, period, at=at), at=at)],
        empty="",
    )


def _cells(one: ToCall) -> Sequence[Cell]:
    client, zone = one.client, one.provider.time_zone
    return (
        client.name,
        one.provider.display_name,
        one.days,
        local(one.seen_at, zone).date() if one.seen_at else None,
        local(one.missed, zone).isoformat(),
        local(one.canceled_at, zone).date(),
        one.reason,
        client.phone,
        client.get_phone_use_display(),
        client.email,
    )
