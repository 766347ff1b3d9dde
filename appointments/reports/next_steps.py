"""Clients who canceled and have no next step: the list to call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from appointments.models import Appointment, Cancellation
from appointments.reports.cancellations import reason_words
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.reports.tables import Column, Kind, Table
from clients.models import CareRelationship, Client
from practice.models import Provider
from practice.zones import local


@dataclass(frozen=True)
class ToCall:
    """``days`` since they were last seen; None: never. ``missed`` is the start of what was canceled."""

    care: CareRelationship
    days: int | None
    seen_at: datetime | None
    missed: datetime
    canceled_at: datetime
    reason: str

    @property
    def client(self) -> Client:
        return self.care.client

    @property
    def provider(self) -> Provider:
        return self.care.provider


def find(scope: Scope, period: Period, *, at: datetime) -> QuerySet[CareRelationship]:
    """In care, canceled in the period, not seen since that time and nothing booked; longest unseen first."""
    theirs = Appointment.objects.filter(provider=OuterRef("provider"), client=OuterRef("client"))
    canceled = Cancellation.objects.live().filter(
        appointment__provider=OuterRef("provider"),
        appointment__client=OuterRef("client"),
        canceled_at__gte=period.begin,
        canceled_at__lt=period.end,
    )
    last = canceled.order_by("-appointment__start")
    return (
        scope.cares()
        .active()
        .filter(Exists(canceled))
        .annotate(
            seen_at=Subquery(theirs.seen(at=at).latest_first().values("start")[:1]),
            missed=Subquery(last.values("appointment__start")[:1]),
            canceled_at=Subquery(last.values("canceled_at")[:1]),
            reason=Subquery(last.values("reason__provider_words")[:1]),
        )
        .filter(Q(seen_at__isnull=True) | Q(seen_at__lt=F("missed")))
        .exclude(Exists(theirs.next_booked(at=at)))
        .with_people()
        .order_by(F("seen_at").asc(nulls_last=True), "missed", "pk")
    )


def rows(found: Iterable[CareRelationship], *, at: datetime) -> list[ToCall]:
    """Of what ``find`` found."""
    return [_row(care, vars(care), at=at) for care in found]


def _row(care: CareRelationship, annotated: dict[str, object], *, at: datetime) -> ToCall:
    seen_at, missed, canceled_at = annotated["seen_at"], annotated["missed"], annotated["canceled_at"]
    assert isinstance(missed, datetime)
    assert isinstance(canceled_at, datetime)
    assert seen_at is None or isinstance(seen_at, datetime)
    zone = care.provider.time_zone
    days = (local(at, zone).date() - local(seen_at, zone).date()).days if seen_at else None
    return ToCall(care, days, seen_at, missed, canceled_at, reason_words(str(annotated["reason"])))


def table(scope: Scope, period: Period, *, at: datetime) -> Table:
    """All of them, for a spreadsheet."""
    found = rows(find(scope, period, at=at), at=at)
    return Table(
        title="Clients without a next step",
        says="",
        columns=[
            Column(title, Kind.WORDS)
            for title in ("Client", "Provider", "Days since last seen", "Last seen", "Canceled appointment",
                          "Canceled on", "Reason", "Phone", "Calls", "E-mail")
        ],
        rows=[
            (
                one.client.name,
                one.provider.display_name,
                one.days,
                local(one.seen_at, one.provider.time_zone).date() if one.seen_at else None,
                local(one.missed, one.provider.time_zone).isoformat(),
                local(one.canceled_at, one.provider.time_zone).date(),
                one.reason,
                one.client.phone,
                one.client.get_phone_use_display(),
                one.client.email,
            )
            for one in found
        ],
        empty="",
    )  # fmt: skip
