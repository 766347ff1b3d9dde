"""The demo practice: the same people on every load, their appointments around the day it is loaded.

Cancellations and decisions come to be by the acts, at instants in the past. Bookings are written as
their act leaves them, because times that lie behind are no openings any more.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from appointments import (
    cancellation,
    defaults,
    demo_attendance,
    demo_fees,
    demo_late,
    demo_messages,
    demo_moves,
    demo_past,
    fees,
    history,
)
from appointments.demo_people import CLIENTS, PASSWORD, PROVIDERS
from appointments.drafts import Notes
from appointments.emails import booked
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason, HistoryEntry
from appointments.models.settlement import Method
from appointments.payments import Payment
from appointments.rules import Status
from clients.models import CareRelationship, Client, Payer
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import Actor
from practice.models import Holiday, Practice, Provider, TimeOff, User, WeeklyHours
from practice.policies import supersede
from practice.zones import instant_of, local

ADMIN: Final = "admin@example.com"


class HasRealUsers(Exception):
    """The database belongs to a real practice."""


@transaction.atomic
def load(*, at: datetime) -> bool:
    """Fill an empty database; False where the demo practice is there already. Raises HasRealUsers."""
    practice = defaults.load()
    if practice.demo:
        return False
    if User.objects.exists():
        raise HasRealUsers
    _Demo(practice, at).load()
    return True


@dataclass
class _Demo:
    practice: Practice
    at: datetime

    def load(self) -> None:
        self._practice()
        self._holidays()
        self._providers()
        self._clients()
        self._todays_and_coming()
        self._weekly_run()
        self._past()
        demo_past.make(self.maya, self.sam, office=self.admin, at=self.at)
        self._canceled()
        demo_attendance.make(self.maya, at=self.at)
        demo_fees.make(self.maya, at=self.at)
        demo_messages.write(self.maya, at=self.at)
        self._mail_of_the_past()
        demo_moves.make(self.maya, at=self.at)  # what it finds has been mailed by then
        demo_late.make(self.maya, at=self.at)
        self._mail_of_the_past()

    def _practice(self) -> None:
        practice = self.practice
        practice.name = "Alder Street"
        practice.contact_email = "office@alderstreet.example"
        practice.phone = "(212) 555-0100"
        practice.demo = True
        practice.save()
        self.password = make_password(PASSWORD)  # once: it is slow by design
        admin = User.objects.create(email=ADMIN, password=self.password, is_staff=True)
        admin.groups.add(defaults.office_group())
        self.admin = Actor.admin(admin.pk)

    def _holidays(self) -> None:
        for year in (self.at.year, self.at.year + 1):
            thanksgiving = date(year, 11, 22)  # the fourth Thursday is one of the seven days from here
            thanksgiving += timedelta(days=(3 - thanksgiving.weekday()) % 7)
            for day, name in (
                (date(year, 1, 1), "New Year’s Day"),
                (thanksgiving, "Thanksgiving"),
                (date(year, 12, 25), "Christmas Day"),
            ):
                Holiday.objects.create(day=day, name=name)

    def _providers(self) -> None:
        for email, fields, fee_history in PROVIDERS:
            user = User.objects.create(email=email, password=self.password)
            provider = Provider.objects.create(user=user, practice=self.practice, **fields)
            for days_ago, terms in fee_history.items():
                supersede(provider, terms=terms, by=Actor.provider(user.pk), at=self.at - timedelta(days=days_ago))
            for weekday in range(5):
                WeeklyHours.objects.create(provider=provider, weekday=weekday, begins=time(9), ends=time(12))
                WeeklyHours.objects.create(provider=provider, weekday=weekday, begins=time(13), ends=time(19))
        self.maya, self.sam = Provider.objects.select_related("user", "practice").order_by("pk")
        self.today = local(self.at, self.maya.time_zone).date()
        away = self.today + timedelta(days=24 - self.today.weekday())
        TimeOff.objects.create(
            provider=self.maya,
            begins=self._wall(away, time(0)),
            ends=self._wall(away + timedelta(days=5), time(0)),
            label="Away with the family",
        )

    def _clients(self) -> None:
        self.people: dict[str, Client] = {}
        payers = {payer.name: payer for payer in Payer.objects.all()}
        for person in CLIENTS:
            user = User.objects.create(email=person.email, password=self.password) if person.signs_in else None
            client = Client.objects.create(
                first_name=person.first,
                last_name=person.last,
                preferred_name=person.preferred,
                email=person.email,
                phone=person.phone,
                time_zone=person.zone,
                payer=payers.get(person.payer),
                phone_use=person.phone_use,
                discreet=person.discreet,
                user=user,
            )
            self.people[person.email.split("@")[0]] = client
            CareRelationship.objects.create(
                provider=self.sam if person.with_sam else self.maya,
                client=client,
                ended_at=self.at - timedelta(days=30) if person.ended else None,
            )

    def _todays_and_coming(self) -> None:
        self._book("theo.lindqvist", self._day(0, time(16)), "in_person")
        self._book("amara.nwosu", self._day(0, time(18, 30)), booked_days_ago=400)
        self._book("jordan.lee", self._inside_24_hours())
        self._book("daniel.okafor", self._day(1, time(9)), "in_person", agrees=False)
        self._book("priya.natarajan", self._day(3, time(16, 30)))
        self._book("hannah.weiss", self._day(2, time(13)), "in_person")
        self._book("rosa.delgado", self._day(2, time(15)))
        self._book("sofia.marino", self._day(3, time(9, 30)))
        self._book("elodie.muller", self._day(3, time(11)))
        self._book("marguerite.obrien", self._day(4, time(14)), "in_person")
        self._book("alex.kim", self._day(5, time(10)))
        self._book("alex.kim.2", self._day(5, time(11)), agrees=False)
        self._book("kenji.watanabe", self._day(6, time(15)))
        self._book("beatriz.santos", self._day(8, time(10)))
        self._book("lucia.fernandez", self._day(7, time(9)))
        for days, person in enumerate(["noah.cohen", "grace.adeyemi", "owen.murphy", "leila.haddad"]):
            self._book(person, self._day(days, time(10)), provider=self.sam)
            self._book(person, self._day(days + 7, time(10)), provider=self.sam)

    def _weekly_run(self) -> None:
        for week in range(1, 9):
            self._book("jordan.lee", self._weekday(2, week, time(14)))
            self._book("tomas.novak", self._weekday(3, week, time(17)), "in_person")
            self._book("mei.chen", self._weekday(1, week, time(11)))

    def _past(self) -> None:
        self._set(self._book("daniel.okafor", self._day(0, time(9)), "in_person", agrees=False), Status.COMPLETED)
        self._set(self._book("priya.natarajan", self._day(0, time(13))), Status.COMPLETED)
        everyone = [
            name for name, client in self.people.items() if client.care_relationships.get().provider == self.maya
        ]
        weekdays = [day for days in range(1, 40) if (day := self.today - timedelta(days=days)).weekday() < 5]
        for number, day in enumerate(weekdays):
            for hour in (9, 11, 15):
                person = everyone[((self.today - day).days * 3 + hour) % len(everyone)]
                session = self._book(person, self._wall(day, time(hour)))
                # Those of the last day, and one of a week ago, are told by their acts.
                if number > 0 and (number, hour) != (5, 15):
                    self._set(session, Status.COMPLETED)

    def _canceled(self) -> None:
        marcus = self._book("marcus.bell", self._day(0, time(10, 30)))
        self._cancel(marcus, self.admin, "client-asked", hours_ahead=16, private="Called the office line.")
        elena = self._book("elena.petrova", self._day(2, time(11)))
        self._cancel(elena, Actor.provider(self.maya.user_id), "provider-not-available", hours_ago=20,
                     note="I am sorry, Elena. Any time next week works for me.")  # fmt: skip
        yuki = self._book("yuki.tanaka", self._day(1, time(16)))
        self._cancel(yuki, Actor.client(self.people["yuki.tanaka"].user_id), "other-time", hours_ahead=30)
        rosa = self._book("rosa.delgado", self._day(-6, time(13)))
        self._cancel(rosa, Actor.provider(self.maya.user_id), "client-asked", hours_ahead=5)
        for person, days, choice, reduced, why in [
            ("hannah.weiss", -5, FeeChoice.CHARGE, None, ""),
            ("jordan.lee", -12, FeeChoice.REDUCE, "40.00", "First time late"),
            ("sofia.marino", -9, FeeChoice.WAIVE, None, "Child was ill"),
            ("amara.nwosu", -20, FeeChoice.CHARGE, None, ""),
            ("marguerite.obrien", -7, FeeChoice.CHARGE, None, ""),
        ]:
            appointment = self._book(person, self._day(days, time(17)))
            decision = FeeDecision(choice, Decimal("75.00"), Decimal(reduced) if reduced else None, why)
            self._cancel(appointment, Actor.provider(self.maya.user_id), "client-asked", hours_ahead=6, fee=decision)
            if person == "amara.nwosu":
                fee = appointment.fees.get()
                at = self.at - timedelta(days=11)
                check = Payment(fee.amount, Method.CHECK, local(at, self.maya.time_zone).date(), "1042")
                fees.settle(fee, payment=check, by=self.admin, at=at)
        kept = self._book("lucia.fernandez", self._day(0, time(20)))
        charged = FeeDecision(FeeChoice.CHARGE, Decimal("75.00"))
        self._cancel(kept, Actor.provider(self.maya.user_id), "client-asked", hours_ahead=23, fee=charged)
        self._take_back(kept)
        waits = self._book("owen.murphy", self._inside_24_hours(), provider=self.sam)
        unless_filled = FeeDecision(FeeChoice.CHARGE, Decimal("70.00"))
        self._cancel(waits, Actor.provider(self.sam.user_id), "client-asked", hours_ahead=6, fee=unless_filled)
        office = self._book("grace.adeyemi", self._day(1, time(14)), provider=self.sam)
        self._cancel(office, self.admin, "technical", hours_ago=3)

    def _mail_of_the_past(self) -> None:
        """What was written long ago has long been sent; the newest goes out as soon as a worker runs."""
        left, told = F("queued_at") + timedelta(seconds=20), F("queued_at") + timedelta(minutes=1)
        fates: dict[str, dict[str, Any]] = {
            "elena.petrova": {"status": MailStatus.BOUNCED, "bounced_at": told},
            "beatriz.santos": {"status": MailStatus.COMPLAINED, "complained_at": told},
            "alex.kim.2": {"status": MailStatus.FAILED, "failed_at": told, "sent_at": None},
            "tomas.novak": {"status": MailStatus.SENT},
        }
        kept = OutboxMessage.objects.exclude(status=MailStatus.DROPPED)
        old = kept.filter(queued_at__lt=self.at - timedelta(hours=12))
        old.update(status=MailStatus.DELIVERED, attempts=1, sent_at=left, delivered_at=told)
        for person, fate in fates.items():
            old.filter(recipient__startswith=f"{person}@").update(delivered_at=None, **fate)

    # --- How rows come to be ---

    def _book(
        self,
        person: str,
        start: datetime,
        kind: str = "video",
        *,
        provider: Provider | None = None,
        agrees: bool = True,
        booked_days_ago: int = 50,
    ) -> Appointment:
        client, provider = self.people[person], provider or self.maya
        while provider.appointments.booked().touching(start, start + provider.session_length).exists():
            start += timedelta(minutes=30)
        booked_at = min(self.at, start) - timedelta(days=booked_days_ago, hours=3, minutes=12)
        in_force = provider.fee_policies.in_force(at=booked_at)
        policy = in_force if agrees else None
        appointment = Appointment.objects.create(
            provider=provider,
            client=client,
            booked_at=booked_at,
            start=start,
            end=start + provider.session_length,
            format=kind,
            organizer=self.practice.contact_email,
            acknowledged_policy=policy,
            acknowledged_at=booked_at if policy else None,
        )
        by = Actor.client(client.user_id) if agrees else Actor.provider(provider.user_id)
        mails = []
        if start > self.at:
            told = [
                say(appointment, by=by, policy=in_force, at=booked_at) for say in (booked.to_client, booked.to_provider)
            ]
            mails = outbox.enqueue(*told, at=booked_at)
        history.record(appointment, HistoryEntry.Kind.BOOKED, by=by, at=booked_at, messages=mails)
        return appointment

    def _cancel(
        self,
        appointment: Appointment,
        by: Actor,
        key: str,
        *,
        hours_ahead: int | None = None,
        hours_ago: int = 0,
        note: str = "",
        private: str = "",
        fee: FeeDecision | None = None,
    ) -> None:
        at = self.at - timedelta(hours=hours_ago)
        if hours_ahead is not None:
            at = min(appointment.start - timedelta(hours=hours_ahead), self.at)
        reason = CancellationReason.objects.get(key=key)
        cancellation.cancel(
            appointment,
            by=by,
            reason=reason,
            told_at=None,
            notes=Notes(to_client=note, private=private),
            send_link=reason.sends_link,
            fee=fee,
            at=at,
        )

    def _take_back(self, appointment: Appointment) -> None:
        """Ten minutes later, when both had been told."""
        done = appointment.cancellations.get()
        mails = OutboxMessage.objects.filter(key__startswith=f"cancellation:{done.pk}:")
        mails.update(status=MailStatus.SENT, sent_at=done.canceled_at)
        by = Actor.provider(self.maya.user_id)
        cancellation.restore(appointment, by=by, at=done.canceled_at + timedelta(minutes=10))

    def _set(self, appointment: Appointment, status: Status) -> None:
        """As attendance would; a session of today that has not ended yet stays booked."""
        if appointment.end <= self.at:
            appointment.status = status
            appointment.save(update_fields=["status"])

    # --- When ---

    def _wall(self, day: date, wall: time) -> datetime:
        return instant_of(datetime.combine(day, wall), self.maya.time_zone)

    def _day(self, days: int, wall: time) -> datetime:
        """That many days from today; beyond tomorrow a weekend's day becomes Monday."""
        day = self.today + timedelta(days=days)
        if days > 1 and day.weekday() >= 5:
            day += timedelta(days=7 - day.weekday())
        return self._wall(day, wall)

    def _weekday(self, weekday: int, week: int, wall: time) -> datetime:
        monday = self.today - timedelta(days=self.today.weekday())
        return self._wall(monday + timedelta(days=weekday, weeks=week), wall)

    def _inside_24_hours(self) -> datetime:
        """The latest half hour between 8:00 and 19:00 that is at most 22 hours ahead: late, whenever it is loaded."""
        latest = (self.at + timedelta(hours=22)).replace(second=0, microsecond=0)
        start = latest - timedelta(minutes=latest.minute % 30)
        while not time(8) <= local(start, self.maya.time_zone).time() <= time(19):
            start -= timedelta(minutes=30)
        return start.astimezone(UTC)
