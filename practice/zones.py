"""Instants as people read them: in their own zone, with the zone named by the offset of that date.

Every function takes aware instants and a zone's IANA name, and words them in the language spoken at the
moment: English, or Spanish as it is written in the United States. Dates and times are kept on one line
by no-break spaces and hyphens; ``plain`` gives the same text with ordinary ones, for subjects and text mail.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names, get_timezone_location
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\N{NO-BREAK SPACE}"
HYPHEN = "\N{NON-BREAKING HYPHEN}"
# Monday is 0, January is 1.
DIAS, DIAS_CORTOS = get_day_names("wide", locale="es_US"), get_day_names("abbreviated", locale="es_US")
MESES, MESES_CORTOS = get_month_names("wide", locale="es_US"), get_month_names("abbreviated", locale="es_US")


def in_spanish() -> bool:
    return get_language() == "es"


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace(HYPHEN, "-")


def local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def abbreviation(instant: datetime, zone: str) -> str:
    """``EST``; zones that have only numbers read ``GMT-3``."""
    wall = local(instant, zone)
    name = wall.tzname() or ""
    if name.isalpha():
        return name
    offset = wall.utcoffset() or timedelta(0)
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = HYPHEN if offset < timedelta(0) else "+"
    return f"GMT{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def clock(instant: datetime, zone: str) -> str:
    """``2:00 PM``"""
    return wall_clock(local(instant, zone))


def wall_clock(wall: datetime | time) -> str:
    """``2:00 PM``, of a clock's own reading."""
    half = ("a.m." if wall.hour < 12 else "p.m.") if in_spanish() else ("AM" if wall.hour < 12 else "PM")
    return f"{wall.hour % 12 or 12}:{wall.minute:02}{NBSP}{half}"


def same_half(start: datetime, end: datetime, zone: str) -> bool:
    """Both before noon or both after it, on one day, by one offset: the range names its half once."""
    first, last = local(start, zone), local(end, zone)
    return (first.hour < 12) == (last.hour < 12) and first.date() == last.date() and one_offset(start, end, zone)


def one_offset(start: datetime, end: datetime, zone: str) -> bool:
    """No clock change in between."""
    return local(start, zone).utcoffset() == local(end, zone).utcoffset()


def span(start: datetime, end: datetime, zone: str) -> str:
    """``2:00–2:50 PM``, ``11:30 AM–12:20 PM``; over a clock change ``1:30 AM EST–3:20 AM EDT``"""
    begins = clock(start, zone)
    if same_half(start, end, zone):
        begins = begins.partition(NBSP)[0]
    elif not one_offset(start, end, zone):
        begins = f"{begins}{NBSP}{abbreviation(start, zone)}"
    return f"{begins}–{end_clock(start, end, zone)}"


def span_named(start: datetime, end: datetime, zone: str) -> str:
    """``2:00–2:50 PM EST``"""
    times = span(start, end, zone)
    return f"{times}{NBSP}{abbreviation(start, zone)}" if one_offset(start, end, zone) else times


def end_clock(start: datetime, end: datetime, zone: str) -> str:
    """``2:50 PM``; after a clock change its zone stands with it."""
    ends = clock(end, zone)
    return ends if one_offset(start, end, zone) else f"{ends}{NBSP}{abbreviation(end, zone)}"


def short_date(day: date) -> str:
    """``Tue, Mar 3``; ``mar, 3 de mar``"""
    if in_spanish():
        return f"{DIAS_CORTOS[day.weekday()]},{NBSP}{day.day}{NBSP}de{NBSP}{MESES_CORTOS[day.month]}"
    return f"{day:%a},{NBSP}{day:%b}{NBSP}{day.day}"


def long_date(day: date) -> str:
    """``Tuesday, March 3``; ``martes, 3 de marzo``"""
    return f"{weekday(day)},{NBSP}{month_day(day)}"


def weekday(day: date) -> str:
    """``Tuesday``; ``martes``"""
    return DIAS[day.weekday()] if in_spanish() else f"{day:%A}"


def month_day(day: date) -> str:
    """``March 3``; ``3 de marzo``"""
    return f"{day.day}{NBSP}de{NBSP}{MESES[day.month]}" if in_spanish() else f"{day:%B}{NBSP}{day.day}"


def month_year(day: date) -> str:
    """``March 2026``; ``marzo de 2026``"""
    return f"{MESES[day.month]}{NBSP}de{NBSP}{day.year}" if in_spanish() else f"{day:%B}{NBSP}{day.year}"


def day(instant: datetime, zone: str) -> str:
    return short_date(local(instant, zone).date())


def long_day(instant: datetime, zone: str) -> str:
    return long_date(local(instant, zone).date())


def other_year(day: date, *, today: date) -> str:
    """``, 2027`` to follow a date, where that is another year than today's."""
    if day.year == today.year:
        return ""
    return f"{NBSP}de{NBSP}{day.year}" if in_spanish() else f",{NBSP}{day.year}"


def date_with_year(instant: datetime, zone: str) -> str:
    """``Jan 12, 2026``; ``12 de ene de 2026``"""
    return dated(local(instant, zone).date())


def dated(day: date) -> str:
    """``Jan 12, 2026``; ``12 de ene de 2026``"""
    if in_spanish():
        return f"{day.day}{NBSP}de{NBSP}{MESES_CORTOS[day.month]}{NBSP}de{NBSP}{day.year}"
    return f"{day:%b}{NBSP}{day.day},{NBSP}{day.year}"


def day_clock(instant: datetime, zone: str) -> str:
    """``Tue, Mar 3, 2:00 PM``, where the zone stands beside it."""
    return f"{day(instant, zone)}, {clock(instant, zone)}"


def moment(instant: datetime, zone: str) -> str:
    """``Tue, Mar 3, 2:00 PM EST``"""
    return f"{day_clock(instant, zone)}{NBSP}{abbreviation(instant, zone)}"


def dated_moment(instant: datetime, zone: str) -> str:
    """``Tue, Mar 3, 2026, 2:00 PM EST``, for lists of many years."""
    wall = local(instant, zone)
    return f"{short_date(wall.date())},{NBSP}{wall.year}, {clock(instant, zone)}{NBSP}{abbreviation(instant, zone)}"


def city_time(zone: str) -> str:
    """``New York time``, for times of more than one offset."""
    return _("%(city)s time").replace(" ", NBSP) % {"city": city(zone).replace(" ", NBSP)}


def named(instant: datetime, zone: str) -> str:
    """``New York (EST)``"""
    return f"{city(zone)} ({abbreviation(instant, zone)})".replace(" ", NBSP)


def time_named(instant: datetime, zone: str) -> str:
    """``New York time (EST)``"""
    return f"{city_time(zone)}{NBSP}({abbreviation(instant, zone)})"


def elsewhere(instant: datetime, *, here: str, there: str, whole: bool = False) -> str:
    """``1:30 PM PST``, with the date where that differs too or where ``whole`` is asked for.

    Empty where both read the same clock.
    """
    if local(instant, here).utcoffset() == local(instant, there).utcoffset():
        return ""
    if whole or local(instant, here).date() != local(instant, there).date():
        return moment(instant, there)
    return f"{clock(instant, there)}{NBSP}{abbreviation(instant, there)}"


def city(zone: str) -> str:
    """``New York``; ``Nueva York``"""
    name = get_timezone_location(zone, locale="es_US", return_city=True) if in_spanish() else zone.replace("_", " ")
    return name.rsplit("/", 1)[-1]


def length(duration: timedelta) -> str:
    """``22 h 15 min``, ``3 days 2 h``, ``12 min``, ``less than 1 min``; cut to whole minutes."""
    seconds = abs(duration).total_seconds()
    if 0 < seconds < 60:
        return _("less than 1 min")
    minutes = int(seconds) // 60
    days, hours = divmod(minutes // 60, 24)
    if days >= 2:
        return _("%(count)s days").replace(" ", NBSP) % {"count": days} + (f" {hours}{NBSP}h" if hours else "")
    hours, minutes = minutes // 60, minutes % 60
    if not hours:
        return f"{minutes}{NBSP}min"
    return f"{hours}{NBSP}h" + (f" {minutes}{NBSP}min" if minutes else "")


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The day's first instant and the next day's, in UTC: 23 to 25 hours apart."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    following = day + timedelta(days=1)
    return midnight.astimezone(UTC), datetime(
        following.year, following.month, following.day, tzinfo=ZoneInfo(zone)
    ).astimezone(UTC)


class SkippedTime(ValueError):
    """The clock jumps over this wall-clock time on that day."""


def instant_of(wall: datetime, zone: str) -> datetime:
    """The UTC instant of a naive wall-clock time; a doubled autumn hour is its first.

    Raises SkippedTime for a time that a spring change leaves out.
    """
    instant = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if local(instant, zone).replace(tzinfo=None) != wall:
        raise SkippedTime
    return instant


def instant_after_gap(wall: datetime, zone: str) -> datetime:
    """As ``instant_of``; a time that a spring change leaves out moves forward by the gap."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def next_change(begin: datetime, end: datetime, zone: str) -> datetime | None:
    """The first instant in the stretch at which the zone's offset differs from its beginning's; None if none."""
    if local(begin, zone).utcoffset() == local(end, zone).utcoffset():
        return None
    while end - begin > timedelta(minutes=1):
        middle = begin + (end - begin) / 2
        if local(middle, zone).utcoffset() == local(begin, zone).utcoffset():
            begin = middle
        else:
            end = middle
    return end.replace(second=0, microsecond=0)
