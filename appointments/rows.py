"""A provider's appointments as rows of a list, by day: what each row says and in which zone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse

from appointments import days, terms
from appointments.models import Appointment
from appointments.rules import FeeStatus, Status
from notifications.models import MISSED
from practice.models import FeePolicy
from practice.models.provider import Format
from practice.zones import abbreviation, clock, elsewhere, local

ANY = UUID(int=0)
FORMATS: dict[str, str] = {kind.value: str(kind.label) for kind in Format}
ICONS: dict[str, str] = {Format.VIDEO: "video", Format.IN_PERSON: "door"}


@dataclass(frozen=True, slots=True)
class Row:
    """``states`` are kind and state of each pill; ``client_time`` is empty where the client's clock shows the same.

    ``address`` is the client's e-mail where a namesake stands in the same list; ``to_mark``: it is over, and nobody
    has said whether they met.
    """

    url: str
    start: datetime
    end: datetime
    name: str
    address: str
    state: str
    states: list[tuple[str, str]]
    format_icon: str
    format_words: str
    client_time: str
    until: str
    uid: UUID
    to_mark: bool


@dataclass(frozen=True)
class Day:
    """``zone`` is empty where the whole list has one."""

    name: str
    date: str
    zone: str
    rows: list[Row]


def by_day(appointments: Iterable[Appointment], *, policy: FeePolicy, zone: str, at: datetime) -> list[Day]:
    """In the order given; ``policy`` is the one in force, ``zone`` the provider’s; with client and marks."""
    listed = list(appointments)
    today = local(at, zone).date()
    one_zone = len({abbreviation(appointment.start, zone) for appointment in listed}) < 2
    # Looked up once: every row's address differs in its uid alone.
    url = reverse("appointments:detail", args=[ANY])
    teller = _Teller(policy=policy, zone=zone, at=at, url=url, namesakes=_namesakes(listed))
    return [
        Day(
            *days.heading(day, today=today),
            zone="" if one_zone else abbreviation(of_day[0].start, zone),
            rows=[teller.row(appointment) for appointment in of_day],
        )
        for day, group in groupby(listed, key=lambda one: local(one.start, zone).date())
        if (of_day := list(group))
    ]


def _namesakes(listed: list[Appointment]) -> set[str]:
    """Names that more than one client in the list has."""
    clients = {appointment.client_id: appointment.client.name for appointment in listed}
    times = Counter(clients.values())
    return {name for name in times if times[name] > 1}


@dataclass(frozen=True)
class _Teller:
    policy: FeePolicy
    zone: str
    at: datetime
    url: str
    namesakes: set[str]

    def row(self, appointment: Appointment) -> Row:
        client = appointment.client
        theirs = client_time(appointment, self.zone)
        words, stands = FORMATS[appointment.format], appointment.state(at=self.at)
        asks = question(appointment, at=self.at)
        return Row(
            url=self.url.replace(str(ANY), str(appointment.uid)),
            start=appointment.start,
            end=appointment.end,
            name=client.name,
            address=client.email if client.name in self.namesakes else "",
            state=stands,
            states=[("appointment", asks or stands), *_news(appointment)],
            format_icon=ICONS[appointment.format],
            format_words=f"{words}, {theirs}" if theirs else words,
            client_time=theirs,
            until=_until(appointment, self.policy, self.zone, self.at),
            uid=appointment.uid,
            to_mark=appointment.is_booked and appointment.end <= self.at and not asks,
        )


def _news(appointment: Appointment) -> Iterator[tuple[str, str]]:
    """A fee that waits for the provider, a mail that the client did not get."""
    if appointment.fee_status == FeeStatus.TO_DECIDE:
        yield "fee", appointment.fee_status
    if appointment.client_mail in MISSED:
        yield "mail", str(appointment.client_mail)


def question(appointment: Appointment, *, at: datetime) -> str:
    """The state of one with an open question: the client reported that the provider did not come, asked late to
    cancel it, or was asked to pick another time.

    Empty where nothing is asked; ``appointment`` with requests. What was asked late stays a question after the start.
    """
    if appointment.reported and appointment.status != Status.CANCELED:
        return "reported"
    if appointment.asked_late and appointment.is_booked:
        return "asked"
    return "moving" if appointment.asked_to_move and appointment.is_booked and appointment.start > at else ""


def client_time(appointment: Appointment, zone: str) -> str:
    """Empty where the client's clock shows the same as the one of ``zone``."""
    return elsewhere(appointment.start, here=zone, there=appointment.client.time_zone)


def _until(appointment: Appointment, policy: FeePolicy, zone: str, at: datetime) -> str:
    """Until when the client cancels free of charge; the zone is named in the head of the column."""
    if appointment.status != Status.BOOKED or appointment.start <= at:
        return ""
    if appointment.acknowledged_policy is None:
        return "No fee agreed"
    standing = terms.standing(appointment, policy=policy)
    deadline = standing.deadline
    if standing.is_on_time(at):
        return days.near(deadline, zone, at=at)
    passed_today = local(deadline, zone).date() == local(at, zone).date()
    return f"Passed at {clock(deadline, zone)}" if passed_today else "Passed"
