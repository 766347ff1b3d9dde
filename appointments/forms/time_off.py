"""Time off as a provider types it: days and times by the clock of their own zone."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from practice.zones import NBSP, SkippedTime, day_bounds, instant_of, short_date

AT_MOST = timedelta(days=366)


def day_field(label: str, hint: str = "", **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the date like 2026-03-06.", "required": "Choose a day."},
        **options,
    )


def time_field(label: str, hint: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p"],
        error_messages={"invalid": "Write the time like 9:00 AM."},
    )


class TimeOffForm(forms.Form):
    """``begins`` and ``ends`` are UTC. ``known`` names the booked sessions that the page has shown to lie in it."""

    from_day = day_field("From")
    from_time = time_field("At", "empty: the whole day")
    to_day = day_field("To", "empty: the same day", required=False)
    to_time = time_field("Until", "empty: the end of that day")
    label = forms.CharField(
        label="What for",
        help_text="only you see it",
        required=False,
        max_length=80,
        error_messages={"max_length": "At most 80 characters: this has %(show_value)s."},
    )
    known = forms.CharField(required=False, widget=forms.HiddenInput)

    begins: datetime
    ends: datetime

    def __init__(self, data: Mapping[str, Any] | None = None, *, zone: str, at: datetime) -> None:
        self.zone, self.at = zone, at
        super().__init__(data)

    def clean(self) -> None:
        given = self.cleaned_data
        first, last = given.get("from_day"), given.get("to_day") or given.get("from_day")
        if self.errors or first is None or last is None:
            return
        if not (self._is_near(first, "from_day") and self._is_near(last, "to_day")):
            return
        begins = self._begin(first, given.get("from_time"))
        ends = self._end(last, given.get("to_time"))
        if begins is None or ends is None:
            return
        wrong = self._wrong(begins, ends)
        if wrong:
            self.add_error("to_day" if given.get("to_day") else "to_time", wrong)
        self.begins, self.ends = begins, ends

    def _is_near(self, day: date, name: str) -> bool:
        """The ends of the calendar have no instants in every zone."""
        if abs(day - self.at.date()) <= 10 * AT_MOST:
            return True
        self.add_error(name, "Choose a day within the next ten years.")
        return False

    def _begin(self, day: date, at: time | None) -> datetime | None:
        return day_bounds(day, self.zone)[0] if at is None else self._instant("from_time", day, at)

    def _end(self, day: date, at: time | None) -> datetime | None:
        return day_bounds(day, self.zone)[1] if at is None else self._instant("to_time", day, at)

    def _instant(self, name: str, day: date, at: time) -> datetime | None:
        try:
            return instant_of(datetime.combine(day, at), self.zone)
        except SkippedTime:
            clock = f"{at.hour % 12 or 12}:{at:%M}{NBSP}{at:%p}"
            self.add_error(
                name, f"There is no {clock} on {short_date(day)}: clocks go forward over it. Choose another time."
            )
            return None

    def _wrong(self, begins: datetime, ends: datetime) -> str:
        if ends <= begins:
            return "It has to end after it begins."
        if ends <= self.at:
            return "That is over already."
        if ends - begins > AT_MOST:
            return "At most a year at once."
        return ""
