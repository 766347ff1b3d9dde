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


class Canceled(NamedTuple):
    """``number`` is higher for what was canceled later."""

    provider: int
    start: datetime
    end: datetime
    number: int
    notice: timedelta


class Taken(NamedTuple):
    """A time that stands now where some of the canceled one of this number was."""

    number: int
    start: datetime
    end: datetime


class Freed(NamedTuple):
    """A canceled time: how long of it no later cancellation freed once more, and how long of that is taken now."""

    start: datetime
    notice: timedelta
    time: timedelta
    refilled: timedelta


Stretch = tuple[datetime, datetime]


def freed(canceled: Iterable[Canceled], taken: Iterable[Taken]) -> Iterator[Freed]:
    """Time that was freed twice counts once, for its last cancellation."""
    of_provider: dict[int, list[Canceled]] = defaultdict(list)
    for one in sorted(canceled, key=attrgetter("start")):
        of_provider[one.provider].append(one)
    again: dict[int, list[Stretch]] = defaultdict(list)
    for number, start, end in taken:
        again[number].append((start, end))
    for theirs in of_provider.values():
        for one in theirs:
            left = _without([(one.start, one.end)], _freed_later(theirs, one))
            still_free = _without(left, again[one.number])
            yield Freed(one.start, one.notice, _length(left), _length(left) - _length(still_free))


def _freed_later(by_start: Sequence[Canceled], one: Canceled) -> list[Stretch]:
    begin = bisect_left(by_start, one.start - A_DAY, key=attrgetter("start"))
    end = bisect_left(by_start, one.end, key=attrgetter("start"))
    return [(other.start, other.end) for other in by_start[begin:end] if other.number > one.number]


def _without(left: list[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """What is left of the stretches."""
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
    gone = scope.cancellations(period).order_by()
    canceled = gone.values_list("appointment__provider", "appointment__start", "appointment__end", "pk", "notice")
    return list(freed((Canceled(*row) for row in canceled), (Taken(*row) for row in gone.taken_again())))


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
