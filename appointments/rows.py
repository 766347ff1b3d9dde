"""A provider's appointments as rows of a list, by day: what each row says and in which zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse

from appointments import days, terms
from appointments.models import Appointment
from appointments.rules import FeeStatus, Status
from notifications.models import Status as MailStatus
from practice.models import FeePolicy
from practice.models.provider import Format
from practice.zones import NBSP, abbreviation, clock, day_clock, local

NEWS = {MailStatus.BOUNCED, MailStatus.FAILED, MailStatus.COMPLAINED}
ANY = UUID(int=0)
FORMATS: dict[str, str] = dict(Format.choices)
ICONS: dict[str, str] = {Format.VIDEO: "video", Format.IN_PERSON: "door"}


@dataclass(frozen=True, slots=True)
class Row:
    """``client_time`` is empty where the client's clock shows the same; ``mail`` where it needs no word."""

    url: str
    start: datetime
    end: datetime
    name: str
    state: str
    fee_to_decide: bool
    mail: str
    format_icon: str
    format_words: str
    client_time: str
    until: str


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
    return [
        Day(
            *days.heading(day, today=today),
            zone="" if one_zone else abbreviation(of_day[0].start, zone),
            rows=[_row(one, policy, zone, at=at, url=url.replace(str(ANY), str(one.uid))) for one in of_day],
        )
        for day, group in groupby(listed, key=lambda one: local(one.start, zone).date())
        if (of_day := list(group))
    ]


def _row(appointment: Appointment, policy: FeePolicy, zone: str, *, at: datetime, url: str) -> Row:
    mail = getattr(appointment, "client_mail", None)
    theirs = client_time(appointment, zone)
    words = FORMATS[appointment.format]
    return Row(
        url=url,
        start=appointment.start,
        end=appointment.end,
        name=appointment.client.name,
        state=state(appointment, at=at),
        fee_to_decide=getattr(appointment, "fee_status", None) == FeeStatus.TO_DECIDE,
        mail=mail if mail in NEWS else "",
        format_icon=ICONS[appointment.format],
        format_words=f"{words}, {theirs}" if theirs else words,
        client_time=theirs,
        until=_until(appointment, policy, zone, at),
    )


def state(appointment: Appointment, *, at: datetime) -> str:
    """As ``{% state %}`` draws it: a booked one whose end has passed reads Past."""
    is_past = appointment.status == Status.BOOKED and appointment.end <= at
    return "past" if is_past else appointment.status


def client_time(appointment: Appointment, zone: str) -> str:
    """``1:30 PM PST``, with the date where that differs too; empty where the client's clock shows the same."""
    theirs, start = appointment.client.time_zone, appointment.start
    here, there = local(start, zone), local(start, theirs)
    if here.utcoffset() == there.utcoffset():
        return ""
    words = clock(start, theirs) if here.date() == there.date() else day_clock(start, theirs)
    return f"{words}{NBSP}{abbreviation(start, theirs)}"


def _until(appointment: Appointment, policy: FeePolicy, zone: str, at: datetime) -> str:
    """Until when the client cancels free of charge; the zone is named in the head of the column."""
    if appointment.status != Status.BOOKED or appointment.start <= at:
        return ""
    if appointment.acknowledged_policy is None:
        return "No fee agreed"
    deadline = terms.standing(appointment, policy=policy).deadline
    if at <= deadline:
        return days.near(deadline, zone, at=at)
    passed_today = local(deadline, zone).date() == local(at, zone).date()
    return f"Passed at {clock(deadline, zone)}" if passed_today else "Passed"
