"""Reads the rows that decide when a provider can be booked, and hands them over as facts: three queries, whatever
the number of rows."""

from dataclasses import replace
from datetime import datetime, timedelta

from appointments.openings import Facts, Hours, Span
from practice.actors import Actor, ActorKind
from practice.models import Provider


def read(provider: Provider, *, begin: datetime, end: datetime, by: Actor) -> Facts:
    """The facts about openings that start in ``[begin, end)``.

    The minimum booking notice binds clients: a provider, or the office, may fill a time that is near.
    """
    ends = end + provider.session_length
    hours = provider.weekly_hours.values_list("weekday", "begins", "ends")
    time_off = provider.time_off.touching(begin, ends).values_list("begins", "ends")
    booked = provider.appointments.booked().touching(begin, ends).values_list("start", "end")
    facts = Facts(
        zone=provider.time_zone,
        hours=tuple(Hours(*row) for row in hours),
        session=provider.session_length,
        increment=timedelta(minutes=provider.start_increment),
        minimum_notice=timedelta(hours=provider.minimum_notice_hours),
        horizon_days=provider.horizon_days,
        time_off=tuple(Span(*row) for row in time_off),
        booked=tuple(Span(*row) for row in booked),
    )
    return facts if by.kind == ActorKind.CLIENT else replace(facts, minimum_notice=timedelta(0))
