"""Appointments as they were some weeks ago, and what became of them, by the acts."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from appointments import cancellation
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason
from appointments.reports.period import Period
from appointments.rules import Status
from appointments.tests.factories import booked
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider
from practice.zones import instant_of

NEW_YORK = "America/New_York"
# The week from Monday, February 2, 2026.
WEEK = Period(date(2026, 2, 2), date(2026, 2, 8), NEW_YORK)
TEN = datetime(2026, 2, 3, 10)  # Tuesday of it, by the provider's clock


def held(
    provider: Provider, client: Client, wall: datetime = TEN, *, minutes: int = 50, status: Status = Status.COMPLETED
) -> Appointment:
    start = instant_of(wall, provider.time_zone)
    return booked(provider, client, start=start, end=start + timedelta(minutes=minutes), status=status)


def canceled(
    provider: Provider,
    client: Client,
    wall: datetime = TEN,
    *,
    why: str = "technical",
    notice: timedelta = timedelta(days=2),
    by: Actor | None = None,
    fee: FeeDecision | None = None,
    minutes: int = 50,
) -> Cancellation:
    """``notice`` before its start; by its provider unless told otherwise."""
    appointment = held(provider, client, wall, minutes=minutes, status=Status.BOOKED)
    return cancellation.cancel(
        appointment,
        by=by or Actor.provider(provider.user_id),
        reason=CancellationReason.objects.get(key=why),
        told_at=None,
        notes=Notes(),
        send_link=False,
        fee=fee,
        at=appointment.start - notice,
    )


def charged(reduced_to: str = "", *, waived: bool = False) -> FeeDecision:
    """Of the $75.00 that everybody has agreed to."""
    choice = FeeChoice.WAIVE if waived else FeeChoice.REDUCE if reduced_to else FeeChoice.CHARGE
    return FeeDecision(choice, Decimal("75.00"), Decimal(reduced_to) if reduced_to else None, "First time")


def late(
    provider: Provider, client: Client, wall: datetime = TEN, *, fee: FeeDecision | None, by: Actor | None = None
) -> Cancellation:
    """At five hours' notice, by the client's own doing; without a decision the office entered it."""
    return canceled(
        provider, client, wall, why="client-asked", notice=timedelta(hours=5), fee=fee, by=by or _enters(provider, fee)
    )


def _enters(provider: Provider, fee: FeeDecision | None) -> Actor:
    return Actor.provider(provider.user_id) if fee else Actor.admin(provider.user_id)
