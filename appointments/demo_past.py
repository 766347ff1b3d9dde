"""The months before the demo practice's own weeks: what its reports are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Final

from appointments import cancellation, fees, history
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason, Fee, HistoryEntry
from appointments.models.settlement import Method
from appointments.payments import Payment
from appointments.rules import FeeStatus, Status
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider
from practice.zones import instant_of, local

# The demo's own weeks, which are told one by one, begin so many days ago.
NEWEST, OLDEST = 40, 112
A_MONTH: Final = timedelta(days=30)
CHARGE, WAIVE = FeeDecision(FeeChoice.CHARGE, Decimal("75.00")), FeeDecision(FeeChoice.WAIVE, Decimal("75.00"))
ALL = FeeDecision(FeeChoice.CHARGE, Decimal("140.00"))
HALF = FeeDecision(FeeChoice.REDUCE, Decimal("75.00"), Decimal("37.50"), "Told us as soon as it was clear")


@dataclass(frozen=True)
class Gone:
    """A canceled hour: how many days ago, told how many hours before; ``taken_by`` had it afterwards."""

    days_ago: int
    hour: int
    client: str
    why: str
    hours_before: int
    by_client: bool = False
    fee: FeeDecision | None = None
    taken_by: str = ""


MAYAS: Final = [
    Gone(108, 10, "theo.lindqvist", "client-other-time", 96, taken_by="alex.kim"),
    Gone(106, 14, "hannah.weiss", "client-asked", 20, fee=CHARGE),
    Gone(101, 16, "beatriz.santos", "work-or-family", 50, by_client=True, taken_by="tomas.novak"),
    Gone(99, 10, "sofia.marino", "client-emergency", 3, fee=WAIVE),
    Gone(95, 14, "kenji.watanabe", "other-time", 120, by_client=True, taken_by="mei.chen"),
    Gone(92, 10, "theo.lindqvist", "provider-unwell", 4),
    Gone(92, 14, "elodie.muller", "provider-unwell", 8),
    Gone(92, 16, "daniel.okafor", "provider-unwell", 10),
    Gone(87, 16, "alex.kim", "client-asked", 9, fee=CHARGE, taken_by="hannah.weiss"),
    Gone(84, 10, "beatriz.santos", "not-well", 26, by_client=True),
    Gone(80, 14, "lucia.fernandez", "technical", 1),
    Gone(77, 16, "tomas.novak", "client-other-time", 190, taken_by="sofia.marino"),
    Gone(73, 10, "hannah.weiss", "client-asked", 14, fee=HALF),
    Gone(71, 14, "theo.lindqvist", "cost", 80, by_client=True),
    Gone(66, 16, "mei.chen", "client-emergency", 2, fee=WAIVE),
    Gone(63, 10, "alex.kim", "work-or-family", 33, by_client=True, taken_by="kenji.watanabe"),
    Gone(59, 14, "daniel.okafor", "provider-time-off", 400),
    Gone(59, 16, "mei.chen", "provider-time-off", 400),
    Gone(52, 10, "sofia.marino", "client-asked", 21, fee=CHARGE, taken_by="beatriz.santos"),
    Gone(49, 14, "lucia.fernandez", "not-said", 49, by_client=True),
    Gone(45, 16, "beatriz.santos", "client-asked", 6, fee=CHARGE),
    Gone(43, 10, "tomas.novak", "not-well", 28, by_client=True, taken_by="theo.lindqvist"),
]
SAMS: Final = [
    Gone(98, 14, "noah.cohen", "work-or-family", 60, by_client=True),
    Gone(74, 14, "owen.murphy", "client-other-time", 100, taken_by="leila.haddad"),
    Gone(60, 14, "grace.adeyemi", "provider-not-available", 30),
    Gone(38, 14, "leila.haddad", "by-mistake", 200),
    Gone(24, 14, "owen.murphy", "not-well", 25, by_client=True, taken_by="noah.cohen"),
    Gone(17, 14, "owen.murphy", "client-asked", 6),  # covered by his free pass
    Gone(10, 14, "owen.murphy", "client-asked", 3, fee=ALL),
]


def make(maya: Provider, sam: Provider, *, office: Actor, at: datetime) -> None:
    """Sessions that were held, hours that were canceled by the acts, and fees that were paid since."""
    mayas, sams = _Past(maya, at), _Past(sam, at)
    mayas.hold(hours=(9, 11, 15), newest=NEWEST)
    sams.hold(hours=(10,), newest=1)
    mayas.lose(MAYAS)
    sams.lose(SAMS)
    mayas.collect(office)


class _Past:
    def __init__(self, provider: Provider, at: datetime) -> None:
        self.provider, self.at = provider, at
        # The one that all of these were booked under.
        self.policy = provider.fee_policies.in_force(at=at - timedelta(days=OLDEST) - A_MONTH)
        self.today = local(at, provider.time_zone).date()
        theirs = Client.objects.filter(care_relationships__provider=provider, care_relationships__ended_at=None)
        self.clients = {client.email.partition("@")[0]: client for client in theirs.order_by("pk")}

    def hold(self, *, hours: Iterable[int], newest: int) -> None:
        turn = cycle(self.clients.values())
        days = [self.today - timedelta(days=ago) for ago in range(newest, OLDEST)]
        starts = [self._start(day, hour) for day in days if day.weekday() < 5 for hour in hours]
        held = Appointment.objects.bulk_create(
            self._appointment(next(turn), start, Status.COMPLETED, ahead=A_MONTH) for start in starts
        )
        for appointment in held:
            _keep_booked(appointment)

    def lose(self, gone: Iterable[Gone]) -> None:
        for one in gone:
            day = self.today - timedelta(days=one.days_ago)
            day -= timedelta(days=max(0, day.weekday() - 4))  # a weekend's becomes Friday's
            start, client = self._start(day, one.hour), self.clients[one.client]
            self._cancel(self._book(client, start, Status.BOOKED, ahead=A_MONTH), one)
            if one.taken_by:
                since = timedelta(hours=one.hours_before * 0.9)
                self._book(self.clients[one.taken_by], start, Status.COMPLETED, ahead=since)

    def collect(self, office: Actor) -> None:
        """All that was charged before the demo's own weeks is paid."""
        for fee in Fee.objects.owed_to(self.provider).filter(status=FeeStatus.DUE).with_appointment():
            paid_at = fee.appointment.start + timedelta(days=14)
            if fee.appointment.start < self.at - timedelta(days=NEWEST):
                day = local(paid_at, self.provider.time_zone).date()
                fees.settle(fee, payment=Payment(fee.amount, Method.CARD, day), by=office, at=paid_at)

    def _book(self, client: Client, start: datetime, status: Status, *, ahead: timedelta) -> Appointment:
        appointment = self._appointment(client, start, status, ahead=ahead)
        appointment.save()
        _keep_booked(appointment)
        return appointment

    def _appointment(self, client: Client, start: datetime, status: Status, *, ahead: timedelta) -> Appointment:
        return Appointment(
            provider=self.provider,
            client=client,
            booked_at=start - ahead,
            start=start,
            end=start + self.provider.session_length,
            status=status,
            organizer=self.provider.practice.contact_email,
            acknowledged_policy=self.policy,
            acknowledged_at=start - ahead,
        )

    def _cancel(self, appointment: Appointment, gone: Gone) -> None:
        reason = CancellationReason.objects.get(key=gone.why)
        client = appointment.client
        cancellation.cancel(
            appointment,
            by=Actor.client(client.user_id) if gone.by_client else Actor.provider(self.provider.user_id),
            reason=reason,
            told_at=None,
            notes=Notes(),
            send_link=reason.sends_link,
            fee=gone.fee,
            at=appointment.start - timedelta(hours=gone.hours_before),
        )

    def _start(self, day: date, hour: int) -> datetime:
        return instant_of(datetime.combine(day, time(hour)), self.provider.time_zone)


def _keep_booked(appointment: Appointment) -> None:
    by = Actor.client(appointment.client.user_id)
    history.record(appointment, HistoryEntry.Kind.BOOKED, by=by, at=appointment.booked_at)
