"""What the client's and the provider's booking pages both show: the openings around a day, and the chosen one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import QueryDict

from appointments import availability, openings, timetable
from appointments.availability import Moving
from appointments.openings import Facts
from appointments.timetable import Page, Tile, Timetable
from practice.actors import Actor
from practice.models import Provider


@dataclass(frozen=True)
class Shown:
    timetable: Timetable
    chosen: Tile | None
    nearest: list[Tile]


def show(
    provider: Provider,
    *,
    by: Actor,
    page: Page,
    chosen: datetime | None,
    nearest: list[datetime],
    moving: Moving | None = None,
) -> Shown:
    """``chosen`` is kept while it is free; ``nearest`` are what an answer offers in its place.

    ``moving``: times to which that appointment can move, instead of times to book.
    """
    end = openings.horizon(at=page.at, zone=provider.time_zone, days=provider.horizon_days)
    facts = availability.read(provider, begin=page.at, end=end, by=by, moving=moving)
    return Shown(
        timetable=timetable.lay_out(facts, page),
        chosen=_chosen(facts, chosen, page=page),
        nearest=[timetable.tile(facts, start, page) for start in nearest],
    )


def _chosen(facts: Facts, start: datetime | None, *, page: Page) -> Tile | None:
    if start is None or not openings.is_open(facts, start, at=page.at):
        return None
    return timetable.tile(facts, start, page)


def first_day(query: QueryDict) -> date | None:
    """The day that ``from`` names; None where it names none."""
    try:
        day = date.fromisoformat(query.get("from", ""))
    except ValueError:
        return None
    # A day that can be counted from.
    return day if date.min + timedelta(days=400) < day < date.max - timedelta(days=400) else None


def query(*, zone: str, own: str, first: date | None) -> str:
    """The query that shows the same page again; empty for where everybody begins."""
    kept = QueryDict(mutable=True)
    if zone != own:
        kept["zone"] = zone
    if first is not None:
        kept["from"] = first.isoformat()
    return f"?{kept.urlencode(safe='/')}" if kept else ""


def steps(shown: Timetable, *, path: str, own: str) -> dict[str, str]:
    """Where the arrows lead; empty where there is nothing earlier or later."""
    return {
        "earlier_url": path + query(zone=shown.zone, own=own, first=shown.earlier) if shown.earlier else "",
        "later_url": path + query(zone=shown.zone, own=own, first=shown.later) if shown.later else "",
    }


def another_clock(shown: Timetable) -> bool:
    """Whether any time on the page reads differently for the other person."""
    return any(tile.elsewhere for day in shown.days for tile in day.tiles)
