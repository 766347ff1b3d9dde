"""Time off as a provider types it: days and times by the clock of their own zone."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from practice.fields import DayField, TimeField, joined
from practice.zones import day_bounds

AT_MOST = timedelta(days=366)


class TimeOffForm(forms.Form):
    """``begins`` and ``ends`` are UTC. ``known`` names the booked sessions that the page has shown to lie in it."""

    from_day = DayField(label="From", required=True)
    from_time = TimeField(label="At", help_text="empty: the whole day")
    to_day = DayField(label="To", help_text="empty: the same day")
    to_time = TimeField(label="Until", help_text="empty: the end of that day")
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
        begins = self._begin(first, given.get("from_time"))
        ends = self._end(last, given.get("to_time"))
        if begins is None or ends is None:
            return
        wrong = self._wrong(begins, ends)
        if wrong:
            self.add_error("to_day" if given.get("to_day") else "to_time", wrong)
        self.begins, self.ends = begins, ends

    def _begin(self, day: date, at: time | None) -> datetime | None:
        return day_bounds(day, self.zone)[0] if at is None else self._instant("from_time", day, at)

    def _end(self, day: date, at: time | None) -> datetime | None:
        return day_bounds(day, self.zone)[1] if at is None else self._instant("to_time", day, at)

    def _instant(self, name: str, day: date, at: time) -> datetime | None:
        try:
            return joined(day, at, self.zone)
        except forms.ValidationError as refusal:
            self.add_error(name, refusal)
            return None

    def _wrong(self, begins: datetime, ends: datetime) -> str:
        if ends <= begins:
            return "It has to end after it begins."
        if ends <= self.at:
            return "That is over already."
        if ends - begins > AT_MOST:
            return "At most a year at once."
        return ""
