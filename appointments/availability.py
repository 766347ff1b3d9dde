"""Reads the rows that decide when a provider can be booked, and hands them over as facts: three queries, whatever
the number of rows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from appointments.models import Appointment
from appointments.openings import Facts, Hours, Span
from practice.actors import Actor, ActorKind
from practice.models import Provider


@dataclass(frozen=True)
class Moving:
    """The booked appointment for which another time is looked for: it keeps its length.

    Its own time does not count as taken, unless that is to be blocked once it is free.
    """

    appointment: Appointment
    blocks: bool = False


def read(provider: Provider, *, begin: datetime, end: datetime, by: Actor, moving: Moving | None = None) -> Facts:
    """The facts about openings that start in ``[begin, end)``.

    The minimum booking notice binds clients: a provider, or the office, may fill a time that is near.
    """
    session = moving.appointment.end - moving.appointment.start if moving else provider.session_length
    ends = end + session
    hours = provider.weekly_hours.values_list("weekday", "begins", "ends")
    time_off = provider.time_off.touching(begin, ends).values_list("begins", "ends")
    taken = provider.appointments.taking_time().touching(begin, ends)
    if moving and not moving.blocks:
        taken = taken.exclude(pk=moving.appointment.pk)
    # Before the time off: what is freed and blocked by one act meanwhile is seen as one of the two, never as free.
    booked = tuple(Span(*row) for row in taken.values_list("start", "end"))
    facts = Facts(
        zone=provider.time_zone,
        hours=tuple(Hours(*row) for row in hours),
        session=session,
        increment=timedelta(minutes=provider.start_increment),
        minimum_notice=timedelta(hours=provider.minimum_notice_hours),
        horizon_days=provider.horizon_days,
        time_off=tuple(Span(*row) for row in time_off),
        booked=booked,
        moving_from=moving.appointment.start if moving else None,
    )
    return facts if by.kind == ActorKind.CLIENT else replace(facts, minimum_notice=timedelta(0))
