"""How near a day is to the reader's own today, as pages say it: Today, Tomorrow, Thursday, Tue, Mar 10."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from practice.zones import clock, local, long_date, month_day, other_year, short_date, weekday

ONE = timedelta(days=1)


def name(day: date, *, today: date) -> str:
    """``Today``, ``Tomorrow``, ``Yesterday``; empty for any other day."""
    return {today: _("Today"), today + ONE: _("Tomorrow"), today - ONE: _("Yesterday")}.get(day, "")


def heading(day: date, *, today: date) -> tuple[str, str]:
    """``Today`` and ``Tuesday, March 3``; ``Thursday`` and ``March 5``, the year with it where it is another."""
    near = name(day, today=today)
    year = other_year(day, today=today)
    if near:
        return near, f"{long_date(day)}{year}"
    return weekday(day), f"{month_day(day)}{year}"


def short(day: date, *, today: date) -> str:
    """``Tue, Mar 3``, the year with it where it is another."""
    return f"{short_date(day)}{other_year(day, today=today)}"


def long(instant: datetime, zone: str, *, at: datetime) -> str:
    """``Tuesday, March 3``, the year with it where it is another."""
    day, today = local(instant, zone).date(), local(at, zone).date()
    return f"{long_date(day)}{other_year(day, today=today)}"


def near(instant: datetime, zone: str, *, at: datetime) -> str:
    """``Today, 3:45 PM``, ``Thursday, 9:30 AM`` in the week to come, else ``Mon, Jan 12, 7:06 PM``.

    For places where the zone stands beside it.
    """
    day, today = local(instant, zone).date(), local(at, zone).date()
    if word := name(day, today=today):
        return f"{word}, {clock(instant, zone)}"
    if ONE < day - today < 7 * ONE:
        return f"{weekday(day)}, {clock(instant, zone)}"
    return f"{short(day, today=today)}, {clock(instant, zone)}"


def beside(instant: datetime, zone: str, *, at: datetime) -> str:
    """``3:45 PM`` on the day of ``at``, else ``Mon, Jan 12, 7:06 PM``, the year with it where it is another."""
    day, today = local(instant, zone).date(), local(at, zone).date()
    return clock(instant, zone) if day == today else f"{short(day, today=today)}, {clock(instant, zone)}"
