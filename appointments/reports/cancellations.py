"""How many appointments are canceled: over time, for which reasons, caused by whom, at what notice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db.models import Case, Count, Q, Value, When

from appointments.assessments import Cause
from appointments.models import CancellationReason
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.reports.tables import Column, Kind, Table, share
from appointments.rules import Status

NOTHING = "Nothing was canceled in this time."
CAUSES: Final[dict[str, str]] = {Cause.CLIENT: "The client", Cause.PROVIDER: "The provider", Cause.NEITHER: "Neither"}

# Each band from its shortest notice on; the first has none.
BANDS: Final[list[tuple[timedelta | None, str]]] = [
    (None, "After the start"),
    (timedelta(0), "Under 4 hours"),
    (timedelta(hours=4), "4 to 24 hours"),
    (timedelta(hours=24), "1 to 3 days"),
    (timedelta(days=3), "3 to 7 days"),
    (timedelta(days=7), "7 days or more"),
]
LATE: Final = Count("pk", filter=Q(late=True))


def band() -> Case:
    """The number of a cancellation's band, in the database."""
    longest_first = [(number, least) for number, (least, _) in enumerate(BANDS) if least is not None][::-1]
    return Case(*(When(notice__gte=least, then=Value(number)) for number, least in longest_first), default=Value(0))


def over_time(scope: Scope, period: Period) -> Table:
    due = scope.appointments().starting(period.begin, period.end).order_by()
    counted = due.annotate(step=period.stepped("start")).values_list("step")
    canceled = Count("pk", filter=Q(status=Status.CANCELED))
    found = {step: (many, gone) for step, many, gone in counted.annotate(many=Count("pk"), gone=canceled)}
    rows = [(step, *found.get(step, (0, 0))) for step in period.steps]
    due_in_all, canceled_in_all = sum(row[1] for row in rows), sum(row[2] for row in rows)
    weekly = period.step == "week"
    return Table(
        title="Rate over time",
        says="The share of all appointments that were due in a "
        + ("week, from Monday on," if weekly else "month")
        + " and were canceled. The first and the last are cut by the dates.",
        columns=[
            Column("Week from", Kind.WEEK) if weekly else Column("Month", Kind.MONTH),
            Column("Due"),
            Column("Canceled"),
            Column("Share", Kind.SHARE),
        ],
        rows=[(*row, share(row[2], row[1])) for row in rows] if due_in_all else [],
        total=["All", due_in_all, canceled_in_all, share(canceled_in_all, due_in_all)],
        charted=3,
        empty="No appointment was due in this time.",
    )


def by_reason(scope: Scope, period: Period) -> Table:
    counted = scope.cancellations(period).order_by().values_list("reason").annotate(many=Count("pk"), was_late=LATE)
    found = sorted(counted, key=lambda row: (-row[1], row[0]))
    reasons = CancellationReason.objects.in_bulk([pk for pk, *_ in found])
    many = sum(row[1] for row in found)
    return Table(
        title="By reason",
        says="The reason that was chosen when it was canceled.",
        columns=[
            Column("Reason", Kind.WORDS),
            Column("Caused by", Kind.WORDS, on_phones=False),
            Column("Canceled"),
            Column("Share", Kind.SHARE),
            Column("Late"),
        ],
        rows=[
            (str(reasons[pk]), CAUSES[reasons[pk].caused_by], count, share(count, many), late)
            for pk, count, late in found
        ],
        total=["All", "", many, share(many, many), sum(row[2] for row in found)],
        charted=2,
        empty=NOTHING,
    )


def by_cause(scope: Scope, period: Period) -> Table:
    counted = scope.cancellations(period).order_by().values_list("reason__caused_by")
    found = {cause: (many, late) for cause, many, late in counted.annotate(many=Count("pk"), was_late=LATE)}
    return _split(
        [(words, *found.get(cause, (0, 0))) for cause, words in CAUSES.items()],
        title="By who caused it",
        says="Whose reason it was, whoever pressed the button: a client may call and the provider cancel for them.",
        first="Caused by",
    )


def by_notice(scope: Scope, period: Period) -> Table:
    counted = scope.cancellations(period).order_by().annotate(band=band()).values_list("band")
    found = {number: (many, late) for number, many, late in counted.annotate(many=Count("pk"), was_late=LATE)}
    return _split(
        [(words, *found.get(number, (0, 0))) for number, (_, words) in enumerate(BANDS)],
        title="By notice",
        says="From when it was told to the start, in elapsed hours; exactly 24 hours count as 1 to 3 days. "
        "Late is what came after its deadline.",
        first="Notice",
    )


def _split(rows: list[tuple[str, int, int]], *, title: str, says: str, first: str) -> Table:
    """All cancellations, each in one of a few rows that are always there."""
    many = sum(row[1] for row in rows)
    return Table(
        title=title,
        says=says,
        columns=[Column(first, Kind.WORDS), Column("Canceled"), Column("Share", Kind.SHARE), Column("Late")],
        rows=[(words, count, share(count, many), late) for words, count, late in rows] if many else [],
        total=["All", many, share(many, many), sum(row[2] for row in rows)],
        charted=1,
        empty=NOTHING,
    )


TABLES: Final[dict[str, Callable[[Scope, Period], Table]]] = {
    "cancellations-over-time": over_time,
    "cancellations-by-reason": by_reason,
    "cancellations-by-cause": by_cause,
    "cancellations-by-notice": by_notice,
}
