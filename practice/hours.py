"""When a provider can be booked: sessions, weekly hours in wall-clock time, time off from instant to instant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from practice.models import Provider, TimeOff, WeeklyHours
from practice.zones import NBSP, abbreviation, clock, day, day_bounds, local, other_year, span_named


@dataclass(frozen=True, order=True)
class Stretch:
    """A part of a weekday (Monday is 0), in the provider's wall-clock time."""

    weekday: int
    begins: time
    ends: time


class Overlap(ValueError):
    """Two stretches of one day share a time."""


def of(provider: Provider) -> list[Stretch]:
    return [Stretch(row.weekday, row.begins, row.ends) for row in provider.weekly_hours.all()]


def overlaps(stretches: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    """Each stretch that begins before an earlier one of its day has ended, with that one first."""
    longest: Stretch | None = None
    for stretch in sorted(stretches):
        if longest is None or longest.weekday != stretch.weekday:
            longest = stretch
            continue
        if stretch.begins < longest.ends:
            yield longest, stretch
        if stretch.ends > longest.ends:
            longest = stretch


@transaction.atomic
def set_weekly(provider: Provider, *, stretches: Sequence[Stretch]) -> bool:
    """Put these in place of all weekly hours; whether that changed any. What is booked stays booked.

    Raises Overlap.
    """
    if next(overlaps(stretches), None):
        raise Overlap
    # Who books holds the provider's row too, and so sees the old hours or the new ones, never half.
    provider = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    if sorted(stretches) == sorted(of(provider)):
        return False
    provider.weekly_hours.all().delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(provider=provider, weekday=stretch.weekday, begins=stretch.begins, ends=stretch.ends)
        for stretch in stretches
    )
    return True


@transaction.atomic
def set_sessions(provider: Provider, *, changed: Sequence[str]) -> None:
    """Keep these fields as they stand on ``provider``. What is booked stays as it is."""
    if changed:
        # Who books holds the provider's row too, and so sees the old settings or the new ones.
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        provider.save(update_fields=changed)


@transaction.atomic
def take_off(provider: Provider, *, begins: datetime, ends: datetime, label: str) -> TimeOff:
    """Keep the provider free of new bookings from ``begins`` to ``ends``. What is booked stays booked."""
    provider = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    kept, _ = provider.time_off.update_or_create(begins=begins, ends=ends, defaults={"label": label})
    return kept


def end_time_off(time_off: TimeOff) -> None:
    """Open the time again."""
    time_off.delete()


def in_a_line(stretches: Sequence[Stretch]) -> str:
    """``45 h on 5 days a week``"""
    if not stretches:
        return "None: nobody can book with you"
    minutes = sum(_minute(stretch.ends) - _minute(stretch.begins) for stretch in stretches)
    days = len({stretch.weekday for stretch in stretches})
    hours = f"{minutes // 60}{NBSP}h" + (f" {minutes % 60}{NBSP}min" if minutes % 60 else "")
    return f"{hours} on {days}{NBSP}day{'' if days == 1 else 's'} a week"


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def time_off_words(begins: datetime, ends: datetime, *, zone: str, at: datetime) -> str:
    """``Mon, Jul 6 to Fri, Jul 10`` for whole days; otherwise with times and zone."""
    last_instant = ends - timedelta(microseconds=1)
    first, last = local(begins, zone).date(), local(last_instant, zone).date()
    if begins == day_bounds(first, zone)[0] and ends == day_bounds(last, zone)[1]:
        return _dated(begins, zone, at) + ("" if first == last else f" to {_dated(last_instant, zone, at)}")
    if first == last and abbreviation(begins, zone) == abbreviation(ends, zone):
        return f"{_dated(begins, zone, at)}, {span_named(begins, ends, zone)}"
    return " to ".join(
        f"{_dated(instant, zone, at)}, {clock(instant, zone)}{NBSP}{abbreviation(instant, zone)}"
        for instant in (begins, ends)
    )


def _dated(instant: datetime, zone: str, at: datetime) -> str:
    return day(instant, zone) + other_year(local(instant, zone).date(), today=local(at, zone).date())
