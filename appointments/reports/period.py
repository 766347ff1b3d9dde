"""The stretch of whole days that a report is about, and the weeks or months it falls into."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import DateField
from django.db.models.functions import Trunc

from practice.zones import day_bounds, month_day

ONE = timedelta(days=1)
LONGEST = 3 * 366
# Beyond so many days a row a week is too many to read.
WEEKS_UNTIL = 186

Step = Literal["week", "month"]


@dataclass(frozen=True)
class Period:
    """``first`` and ``last`` are both included, by the clock of ``zone``."""

    first: date
    last: date
    zone: str

    @classmethod
    def until(cls, last: date, *, days: int, zone: str) -> "Period":
        return cls(last - (days - 1) * ONE, last, zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @cached_property
    def begin(self) -> datetime:
        return day_bounds(self.first, self.zone)[0]

    @cached_property
    def end(self) -> datetime:
        """The first instant that is no longer in it."""
        return day_bounds(self.last, self.zone)[1]

    @property
    def step(self) -> Step:
        return "week" if self.days <= WEEKS_UNTIL else "month"

    def step_of(self, day: date) -> date:
        """The Monday, or the first of the month, with which the day's step begins."""
        return day - day.weekday() * ONE if self.step == "week" else day.replace(day=1)

    @property
    def steps(self) -> list[date]:
        """Of every step that it touches, also of those in which nothing was."""
        days = (self.first + ONE * number for number in range(self.days))
        return sorted({self.step_of(day) for day in days})

    def stepped(self, field: str) -> Trunc:
        """The step of an instant, to group rows by in the database."""
        return Trunc(field, self.step, tzinfo=ZoneInfo(self.zone), output_field=DateField())

    def in_zone(self, zone: str) -> "Period":
        """The same days by another clock."""
        return Period(self.first, self.last, zone)

    @property
    def words(self) -> str:
        """``December 4, 2025 – March 3, 2026``"""
        first, last = (f"{month_day(day)}, {day.year}" for day in (self.first, self.last))
        return first if self.first == self.last else f"{first} – {last}"
