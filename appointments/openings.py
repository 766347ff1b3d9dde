"""Free times: weekly hours minus time off, booked times and notice, within the horizon. Pure: no database, no clock.

Hours are the provider's wall-clock times, a session's length is elapsed time: over a daylight-saving change
hours stay where the clock on the wall says, and fifty minutes stay fifty minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from practice.zones import SkippedTime, day_bounds, instant_of, local, next_change

ONE_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """``[begins, ends)``, in UTC: a session may begin when the one before it ends."""

    begins: datetime
    ends: datetime

    def touches(self, begins: datetime, ends: datetime) -> bool:
        return self.begins < ends and begins < self.ends


@dataclass(frozen=True)
class Hours:
    """One stretch of one weekday (Monday is 0), in the provider's wall-clock time."""

    weekday: int
    begins: time
    ends: time


@dataclass(frozen=True)
class Facts:
    """All that decides when one provider can be booked.

    ``minimum_notice`` is elapsed time before the start; ``horizon_days`` counts the provider's days after today.
    ``moving_from`` is when the appointment to be moved starts now: no time to move it to.
    """

    zone: str
    hours: tuple[Hours, ...]
    session: timedelta
    increment: timedelta
    minimum_notice: timedelta
    horizon_days: int
    time_off: tuple[Span, ...] = ()
    booked: tuple[Span, ...] = ()
    moving_from: datetime | None = None


def horizon(*, at: datetime, zone: str, days: int) -> datetime:
    """The first instant that can't be booked any more, in UTC: the last day counts to its end."""
    return day_bounds(local(at, zone).date() + timedelta(days=days), zone)[1]


def offered(facts: Facts, *, begin: datetime, end: datetime, at: datetime) -> list[datetime]:
    """Starts in ``[begin, end)`` that the provider offers, whether booked by now or not; in order, in UTC."""
    # A session that is starting now has started: even without any notice the start lies ahead.
    begin = max(begin, at + max(facts.minimum_notice, A_MOMENT))
    end = min(end, horizon(at=at, zone=facts.zone, days=facts.horizon_days))
    if begin >= end:
        return []
    time_off = _near(facts.time_off, begin, end + facts.session)
    found = {
        start
        for day in _days(local(begin, facts.zone).date(), local(end, facts.zone).date())
        for start in _starts(facts, day)
        if begin <= start < end and not _taken(time_off, start, facts.session)
    }
    return sorted(found)


def openings(facts: Facts, *, begin: datetime, end: datetime, at: datetime) -> list[datetime]:
    """Starts in ``[begin, end)`` that are offered and free; in order, in UTC."""
    booked = _near(facts.booked, begin, end + facts.session)
    starts = offered(facts, begin=begin, end=end, at=at)
    return [start for start in starts if start != facts.moving_from and not _taken(booked, start, facts.session)]


def is_open(facts: Facts, start: datetime, *, at: datetime) -> bool:
    return bool(openings(facts, begin=start, end=start + A_MOMENT, at=at))


def nearest(facts: Facts, wanted: datetime, *, at: datetime, count: int = 3) -> list[datetime]:
    """The openings that lie closest to a time that is not one; soonest first."""
    end = horizon(at=at, zone=facts.zone, days=facts.horizon_days)
    wanted = min(max(wanted, at), end)
    reach = ONE_DAY
    while True:
        found = openings(facts, begin=max(at, wanted - reach), end=min(end, wanted + reach + A_MOMENT), at=at)
        # All within reach are known: none further away can be closer.
        if len(found) >= count or (wanted - reach <= at and wanted + reach >= end):
            return sorted(sorted(found, key=lambda start: (abs(start - wanted), start))[:count])
        reach *= 2


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


def _starts(facts: Facts, day: date) -> Iterator[datetime]:
    """Every start that the day's hours hold, on the increment from where each stretch begins.

    A time that a spring change skips is no start; one that an autumn change doubles is the first of the two.
    """
    today = sorted((hours for hours in facts.hours if hours.weekday == day.weekday()), key=lambda hours: hours.begins)
    for hours in today:
        closes = _first_at(datetime.combine(day, _closing(today, hours)), facts.zone)
        wall = datetime.combine(day, hours.begins)
        while wall.date() == day and wall.time() < hours.ends:
            try:
                start = instant_of(wall, facts.zone)
            except SkippedTime:
                pass
            else:
                if start + facts.session <= closes:
                    yield start
            wall += facts.increment


def _closing(today: list[Hours], hours: Hours) -> time:
    """Where the stretch ends, one that goes on without a gap included. ``today`` is in order."""
    closes = hours.ends
    for other in today:
        if other.begins <= closes < other.ends:
            closes = other.ends
    return closes


def _first_at(wall: datetime, zone: str) -> datetime:
    """The first instant at which the clock on the wall has come to ``wall``: for a skipped time, the change itself."""
    try:
        return instant_of(wall, zone)
    except SkippedTime:
        after, before = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
        change = next_change(before, after, zone)
        assert change is not None
        return change


def _near(spans: tuple[Span, ...], begin: datetime, end: datetime) -> list[Span]:
    return [span for span in spans if span.touches(begin, end)]


def _taken(spans: list[Span], start: datetime, session: timedelta) -> bool:
    return any(span.touches(start, start + session) for span in spans)
