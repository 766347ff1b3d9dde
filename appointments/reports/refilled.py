"""How much of the time that was canceled was booked again."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from appointments.reports.cancellations import BANDS, NOTHING
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.reports.tables import Cell, Column, Kind, Table, share
from practice.zones import local

A_DAY: Final = timedelta(days=1)  # no session is as long
MINUTE: Final = timedelta(minutes=1)


class Taken(NamedTuple):
    provider: int
    start: datetime
    end: datetime


class Canceled(NamedTuple):
    """``number`` is higher for what was canceled later."""

    provider: int
    start: datetime
    end: datetime
    number: int
    notice: timedelta


class Freed(NamedTuple):
    """A canceled time: how long of it no later cancellation freed once more, and how long of that is taken now."""

    start: datetime
    notice: timedelta
    time: timedelta
    refilled: timedelta


Stretch = tuple[datetime, datetime]
Row = TypeVar("Row", Taken, Canceled)


def freed(canceled: Iterable[Canceled], taken: Iterable[Taken]) -> Iterator[Freed]:
    """Time that was freed twice counts once, for its last cancellation."""
    canceled_of, taken_of = _by_provider(canceled), _by_provider(taken)
    for provider, theirs in canceled_of.items():
        for one in theirs:
            later = [(other.start, other.end) for other in _touching(theirs, one) if other.number > one.number]
            left = _without((one.start, one.end), later)
            again = _touching(taken_of[provider], one)
            still_free = [part for stretch in left for part in _without(stretch, [(o.start, o.end) for o in again])]
            yield Freed(one.start, one.notice, _length(left), _length(left) - _length(still_free))


def _by_provider(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Each one's by start."""
    of: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=attrgetter("start")):
        of[row.provider].append(row)
    return of


def _touching(by_start: Sequence[Row], one: Canceled) -> list[Row]:
    begin = bisect_left(by_start, one.start - A_DAY, key=attrgetter("start"))
    end = bisect_left(by_start, one.end, key=attrgetter("start"))
    return [other for other in by_start[begin:end] if other.end > one.start]


def _without(stretch: Stretch, others: Iterable[Stretch]) -> list[Stretch]:
    """What is left of the stretch."""
    left = [stretch]
    for start, end in others:
        left = [
            (begin, until)
            for first, last in left
            for begin, until in ((first, min(last, start)), (max(first, end), last))
            if begin < until
        ]
    return left


def _length(stretches: Iterable[Stretch]) -> timedelta:
    return sum((end - start for start, end in stretches), timedelta(0))


# --- As tables ---


def over_time(scope: Scope, period: Period) -> Table:
    found = _read(scope, period)
    by_step = _sums((period.step_of(local(one.start, period.zone).date()), one) for one in found)
    weekly = period.step == "week"
    return _table(
        [(step, *by_step[step]) for step in period.steps],
        title="Over time",
        says="The share of the canceled time of a "
        + ("week, from Monday on," if weekly else "month")
        + " that another appointment has taken since. Time that was canceled twice counts once.",
        first=Column("Week from", Kind.WEEK) if weekly else Column("Month", Kind.MONTH),
    )


def by_notice(scope: Scope, period: Period) -> Table:
    by_band = _sums((_band(one.notice), one) for one in _read(scope, period))
    return _table(
        [(words, *by_band[number]) for number, (_, words) in enumerate(BANDS)],
        title="By notice",
        says="The same by how long before the start it was told.",
        first=Column("Notice", Kind.WORDS),
    )


def _read(scope: Scope, period: Period) -> list[Freed]:
    cancellations = scope.cancellations(period).order_by()
    at = "appointment__provider", "appointment__start", "appointment__end"
    canceled = [Canceled(*row) for row in cancellations.values_list(*at, "pk", "notice")]
    touching = scope.appointments().touching(period.begin, period.end + A_DAY).starting_from(period.begin - A_DAY)
    taken = touching.standing().order_by().values_list("provider", "start", "end")
    return list(freed(canceled, (Taken(*row) for row in taken)))


def _band(notice: timedelta) -> int:
    return sum(least is not None and notice >= least for least, _ in BANDS)


Key = TypeVar("Key")


def _sums(found: Iterable[tuple[Key, Freed]]) -> dict[Key, tuple[int, int]]:
    """Minutes that were freed and minutes of them that were taken again."""
    sums: dict[Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, one in found:
        time, refilled = sums[key]
        sums[key] = (time + one.time // MINUTE, refilled + one.refilled // MINUTE)
    return sums


def _table(rows: Sequence[tuple[Cell, int, int]], *, title: str, says: str, first: Column) -> Table:
    time, refilled = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return Table(
        title=title,
        says=says,
        columns=[
            first,
            Column("Canceled time", Kind.MINUTES),
            Column("Booked again", Kind.MINUTES),
            Column("Share", Kind.SHARE),
        ],
        rows=[(name, freed, again, share(again, freed)) for name, freed, again in rows] if time else [],
        total=["All", time, refilled, share(refilled, time)],
        charted=3,
        empty=NOTHING,
    )


TABLES: Final[dict[str, Callable[[Scope, Period], Table]]] = {
    "refilled-over-time": over_time,
    "refilled-by-notice": by_notice,
}
