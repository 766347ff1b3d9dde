"""What is looked for in the list of appointments: a name, a state, a stretch of days."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms

from appointments.days import short
from practice.fields import DayField

A_NAME = 100


class Show(StrEnum):
    UPCOMING = "upcoming"
    PAST = "past"
    CANCELED = "canceled"
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """``begin`` and ``end`` are the first and the last day, both included, in the provider's zone, as is ``today``."""

    name: str
    show: Show
    begin: date | None
    end: date | None
    today: date

    @property
    def days(self) -> str:
        """``Tue, Mar 3 – Thu, Mar 5``; empty where every day is wanted."""
        first, last = (short(day, today=self.today) if day else "" for day in (self.begin, self.end))
        if not first:
            return f"Until {last}" if last else ""
        if not last:
            return f"From {first}"
        return first if first == last else f"{first} – {last}"


class ListForm(forms.Form):
    """Read from the address: what can't be read is left out of the search and said."""

    q = forms.CharField(
        label="Search by client’s name",
        required=False,
        max_length=A_NAME,
        error_messages={"max_length": f"A name has at most {A_NAME} characters: this has %(show_value)s."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        # “from” can't be the name of an attribute.
        self.fields |= {"from": DayField(label="From"), "to": DayField(label="To")}

    def clean(self) -> None:
        begin, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if begin and end and end < begin:
            self.add_error("to", "“To” is before “From”.")

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        show = self.data.get("show", "")
        return Wanted(
            name=self.cleaned_data.get("q", ""),
            show=Show(show) if show in list(Show) else Show.UPCOMING,
            begin=self.cleaned_data.get("from"),
            end=self.cleaned_data.get("to"),
            today=self.today,
        )

    @property
    def says(self) -> str:
        """What could not be read."""
        return " ".join(str(message) for messages in self.errors.values() for message in messages)
