"""Announces clock changes that fall between now and the times on a page, in one sentence each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from practice.zones import abbreviation, clock, local, long_day, next_change


def sentences(now: datetime, starts: Sequence[datetime], zone: str) -> list[str]:
    """One for each change on the way to the last of ``starts``, in order of time."""
    begin, said = now, []
    for start in sorted(starts):
        if start > begin and (change := next_change(begin, start, zone)):
            said.append(f"{announcement(change, zone)}. {_what_that_means(change, starts, zone)}")
        begin = max(begin, start)
    return said


def announcement(change: datetime, zone: str) -> str:
    """``Clocks go forward on Sunday, March 8``"""
    before, after = (local(instant, zone).utcoffset() for instant in (change - timedelta(minutes=1), change))
    assert before is not None
    assert after is not None
    day = {"day": long_day(change, zone)}
    return _("Clocks go forward on %(day)s") % day if after > before else _("Clocks go back on %(day)s") % day


def _what_that_means(change: datetime, starts: Sequence[datetime], zone: str) -> str:
    clocks = {clock(start, zone) for start in starts}
    if len(clocks) == 1 and min(starts) < change:
        return _("Your time stays %(time)s.") % {"time": clocks.pop()}
    return _("Times after that are %(zone)s.") % {"zone": abbreviation(change, zone)}
