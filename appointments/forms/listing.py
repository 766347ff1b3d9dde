"""What is looked for in the list of appointments: a name, a state, a stretch of days."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms

from practice.fields import DayField
from practice.zones import short_date


class Show(StrEnum):
    UPCOMING = "upcoming"
    PAST = "past"
    CANCELED = "canceled"
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """``begin`` and ``end`` are the first and the last day, both included, in the provider's zone."""

    name: str
    show: Show
    begin: date | None
    end: date | None

    @property
    def days(self) -> str:
        """``Tue, Mar 3 – Thu, Mar 5``; empty where every day is wanted."""
        if self.begin is None:
            return f"Until {short_date(self.end)}" if self.end else ""
        if self.end is None:
            return f"From {short_date(self.begin)}"
        only = self.begin == self.end
        return short_date(self.begin) if only else f"{short_date(self.begin)} – {short_date(self.end)}"


class ListForm(forms.Form):
    """Read from the address: what can't be read is left out of the search and said."""

    q = forms.CharField(label="Search by client’s name", required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        )

    @property
    def says(self) -> str:
        """What could not be read."""
        return " ".join(str(message) for messages in self.errors.values() for message in messages)
