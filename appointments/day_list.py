"""One day of a provider as a list: what was, what comes, what is open again, and where now is."""

from dataclasses import dataclass
from datetime import date, datetime

from appointments import rows, who
from appointments.models import Appointment, Cancellation
from appointments.rules import FeeStatus, Status
from practice.actors import ActorKind
from practice.models import Provider
from practice.zones import day_bounds, instant_after_gap


@dataclass(frozen=True)
class DayRow:
    """``look``: past, canceled, freed or nothing; ``mark`` is what ``{% state %}`` draws: kind, state, words.

    ``after_now`` is True for the first row that is not over: the line where now is stands above it.
    """

    appointment: Appointment
    look: str
    meta: str
    mark: tuple[str, str, str]
    after_now: bool


def of(provider: Provider, day: date, *, at: datetime) -> list[DayRow]:
    """``day`` in the provider's zone. A fixed number of queries, and one more where a time may be open again."""
    begin, end = day_bounds(day, provider.time_zone)
    listed = list(provider.appointments.touching(begin, end).with_client().with_outcome().with_requests().by_start())
    taken = [(one.start, one.end) for one in listed if one.status != Status.CANCELED]
    taken += [(away.begins, away.ends) for away in provider.time_off.touching(begin, end)]
    gone = [one for one in listed if one.status == Status.CANCELED and one.start > at and not _touches(one, taken)]
    worked = _worked(provider, day) if gone else []
    found: list[DayRow] = []
    for appointment in listed:
        freed = appointment in gone and _touches(appointment, worked) and not _touches(appointment, taken)
        if freed:
            taken.append((appointment.start, appointment.end))  # one time is open again once
        after_now = appointment.end > at and not any(row.after_now for row in found)
        found.append(_row(appointment, provider, freed=freed, after_now=after_now, at=at))
    return found


def _touches(appointment: Appointment, stretches: list[tuple[datetime, datetime]]) -> bool:
    return any(begins < appointment.end and ends > appointment.start for begins, ends in stretches)


def _worked(provider: Provider, day: date) -> list[tuple[datetime, datetime]]:
    """The provider's hours on that day; outside of them no time is open again."""
    stretches = provider.weekly_hours.filter(weekday=day.weekday()).values_list("begins", "ends")
    zone = provider.time_zone
    return [
        (instant_after_gap(datetime.combine(day, begins), zone), instant_after_gap(datetime.combine(day, ends), zone))
        for begins, ends in stretches
    ]


def _row(appointment: Appointment, provider: Provider, *, freed: bool, after_now: bool, at: datetime) -> DayRow:
    cancellation, fee = appointment.cancellation, appointment.fee
    look = "past" if appointment.end <= at else ""
    meta = ", ".join(
        filter(None, [appointment.get_format_display(), rows.client_time(appointment, provider.time_zone)])
    )
    state = appointment.state(at=at)
    mark = ("appointment", state, "")
    if state == Status.BOOKED and appointment.start <= at:
        mark = ("appointment", state, "Under way")
    if question := rows.question(appointment, at=at):
        mark = ("appointment", question, "")
    if cancellation is not None:
        look = "freed" if freed else "canceled"
        meta = _who_canceled(cancellation) if freed else "Canceled late" if cancellation.late else "Canceled"
        if freed:
            mark = ("appointment", "offered", "Open")
    if fee is not None and fee.status == FeeStatus.TO_DECIDE:
        mark = ("fee", fee.status, "")
    return DayRow(appointment=appointment, look=look, meta=meta, mark=mark, after_now=after_now)


def _who_canceled(cancellation: Cancellation) -> str:
    """Said beside a time that is open again, where the name stands nowhere else."""
    appointment = cancellation.appointment
    client = appointment.client.name
    if cancellation.actor == ActorKind.CLIENT:
        return f"{client} canceled"
    return f"{who.name(cancellation.actor, appointment, reader=ActorKind.PROVIDER)} canceled {client}"
