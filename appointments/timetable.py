"""Openings as a person reads them: five days a page, each in their own zone with the zone named by that date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from appointments import clock_changes, openings
from appointments.openings import A_MOMENT, ONE_DAY, Facts
from practice.fee_terms import Notice
from practice.zones import NBSP, abbreviation, clock, day_bounds, elsewhere, local, next_change, short_date

DAYS_SHOWN = 5


@dataclass(frozen=True)
class Tile:
    """``label`` names the zone where the day has two; ``elsewhere`` is the other's time where it differs.

    ``is_near``: booked now, it could not be canceled free of charge any more.
    """

    start: datetime
    end: datetime
    label: str
    elsewhere: str = ""
    deadline: datetime | None = None
    is_near: bool = False

    @property
    def value(self) -> str:
        """What a form sends for it: ``2026-03-06T15:00:00Z``"""
        return self.start.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Day:
    """A day on which the provider offers times; without tiles all of them are booked."""

    date: date
    label: str
    zone_named: str
    tiles: list[Tile]


@dataclass(frozen=True)
class Timetable:
    """``earlier`` and ``later`` are the days at which the pages before and after begin."""

    zone: str
    days: list[Day]
    earlier: date | None
    later: date | None
    clock_change: str


@dataclass(frozen=True)
class Page:
    """How one reader looks at the openings.

    ``notice`` is what the policy asks, None where nobody agrees to one; ``other_zone`` is the other person's.
    """

    zone: str
    at: datetime
    first: date | None = None
    notice: Notice | None = None
    other_zone: str = ""


def lay_out(facts: Facts, page: Page) -> Timetable:
    """``facts`` cover all that lies ahead, to the horizon."""
    horizon = openings.horizon(at=page.at, zone=facts.zone, days=facts.horizon_days)
    today, last = local(page.at, page.zone).date(), local(horizon - A_MOMENT, page.zone).date()
    first = max(page.first or today, today)
    ahead = _offered_days(facts, page, _forward(first, last))
    shown = [day for day, _ in zip(ahead, range(DAYS_SHOWN), strict=False)]
    if not shown and first > today:
        return lay_out(facts, replace(page, first=None))
    back = _offered_days(facts, page, _backward(shown[0] - ONE_DAY, today)) if shown else iter([])
    before = [day for day, _ in zip(back, range(DAYS_SHOWN), strict=False)]
    return Timetable(
        zone=page.zone,
        days=[_day(facts, page, day) for day in shown],
        earlier=before[-1] if before else None,
        later=next(_offered_days(facts, page, _forward(shown[-1] + ONE_DAY, last)), None) if shown else None,
        clock_change=_clock_change(shown, page.zone),
    )


def tile(facts: Facts, start: datetime, page: Page, *, named: bool = False) -> Tile:
    label = clock(start, page.zone) + (f" {abbreviation(start, page.zone)}" if named else "")
    deadline = None if page.notice is None else page.notice.deadline(start)
    other = elsewhere(start, here=page.zone, there=page.other_zone) if page.other_zone else ""
    return Tile(
        start=start,
        end=start + facts.session,
        label=label,
        elsewhere=" ".join(other.rsplit(NBSP, 1)),  # a tile is narrow: the zone may go below
        deadline=deadline,
        is_near=deadline is not None and page.at > deadline,
    )


def _offered_days(facts: Facts, page: Page, days: Iterator[date]) -> Iterator[date]:
    for day in days:
        begin, end = day_bounds(day, page.zone)
        if openings.offered(facts, begin=begin, end=end, at=page.at):
            yield day


def _forward(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def _backward(first: date, last: date) -> Iterator[date]:
    while first >= last:
        yield first
        first -= ONE_DAY


def _day(facts: Facts, page: Page, day: date) -> Day:
    begin, end = day_bounds(day, page.zone)
    starts = openings.openings(facts, begin=begin, end=end, at=page.at)
    # By this date's offset, not today's; on the day of a change there may be two.
    names = list(dict.fromkeys(abbreviation(start, page.zone) for start in starts or [begin + (end - begin) / 2]))
    named = len(names) > 1
    return Day(
        date=day,
        label=short_date(day),
        zone_named=_(", then ").join(names),
        tiles=[tile(facts, start, page, named=named) for start in starts],
    )


def _clock_change(days: list[date], zone: str) -> str:
    """``Clocks go forward on Sunday, March 8; later times are EDT.``"""
    if not days:
        return ""
    change = next_change(day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1], zone)
    if change is None:
        return ""
    facts = {"change": clock_changes.announcement(change, zone), "zone": abbreviation(change, zone)}
    return _("%(change)s; later times are %(zone)s.") % facts
