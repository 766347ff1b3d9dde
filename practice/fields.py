"""Days and times as people type them, by the wall clock of their own zone."""

from datetime import date, datetime, time
from typing import Any

from django import forms

from practice.zones import SkippedTime, instant_of, short_date, wall_clock

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class DayField(forms.DateField):
    """A day within reason: the ends of the calendar have no instants in every zone."""

    def __init__(self, *, label: str, required: bool = False, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            input_formats=["%Y-%m-%d", "%m/%d/%Y"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": "Choose a day."},
        )

    def to_python(self, value: Any) -> date | None:
        try:
            day: date | None = super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(f"“{value}” is not a date. Write it like 2026-03-05.") from None
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError("Choose a day between 2000 and 2100.")
        return day


class TimeField(forms.TimeField):
    """A whole minute; some browsers send its seconds too."""

    def __init__(self, *, label: str, help_text: str = "", **options: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            help_text=help_text,
            input_formats=["%H:%M", "%H:%M:00", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p"],
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": "Write the time like 9:00 AM."},
            **options,
        )


def joined(day: date, at: time, zone: str) -> datetime:
    """The instant of a wall-clock time. Raises ValidationError for one that the clock jumps over on that day."""
    try:
        return instant_of(datetime.combine(day, at), zone)
    except SkippedTime:
        raise forms.ValidationError(
            f"There is no {wall_clock(at)} on {short_date(day)}: clocks go forward over it. Choose another time."
        ) from None
