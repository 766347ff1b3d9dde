"""What a provider sets about their sessions and weekly hours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from practice.fields import TimeField
from practice.hours import Stretch, overlaps
from practice.models import Provider, WeeklyHours
from practice.zone_choices import ZoneSelect, grouped
from practice.zones import NBSP, wall_clock


class SessionsForm(forms.ModelForm[Provider]):
    session_minutes = forms.IntegerField(
        label="Session length",
        help_text="in minutes, 10 to 240",
        min_value=10,
        max_value=240,
        error_messages={"min_value": "At least 10 minutes.", "max_value": "At most 240 minutes."},
    )
    start_increment = forms.TypedChoiceField(
        label="Sessions may start", choices=Provider.Increment.choices, coerce=int, widget=forms.RadioSelect
    )
    minimum_notice_hours = forms.IntegerField(
        label="At least",
        help_text="in hours, 0 to 336",
        min_value=0,
        max_value=336,
        error_messages={"min_value": "At least 0 hours.", "max_value": "At most 336 hours, which is 14 days."},
    )
    horizon_days = forms.IntegerField(
        label="At most",
        help_text="in days, 1 to 365",
        min_value=1,
        max_value=365,
        error_messages={"min_value": "At least 1 day.", "max_value": "At most 365 days."},
    )

    class Meta:
        model = Provider
        fields = [
            "session_minutes", "start_increment", "minimum_notice_hours", "horizon_days",
            "offers_video", "joining", "offers_in_person", "address", "phone", "time_zone",
        ]  # fmt: skip
        labels = {
            "offers_video": "Video",
            "joining": "How to join",
            "offers_in_person": "In person",
            "address": "Address",
            "phone": "Phone",
            "time_zone": "Time zone",
        }
        help_texts = {
            "joining": "one line, for calendars and the client’s pages",
            "address": "of in-person sessions",
            "phone": "clients see it when they can’t cancel themselves",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone", choices=grouped(self.instance.time_zone), widget=ZoneSelect
        )
        self.fields["phone"].widget.input_type = "tel"
        for name in ("session_minutes", "minimum_notice_hours", "horizon_days"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        notice, horizon = given.get("minimum_notice_hours"), given.get("horizon_days")
        if notice is not None and horizon is not None and notice >= horizon * 24:
            days = f"{horizon}{NBSP}day{'' if horizon == 1 else 's'}"
            self.add_error("horizon_days", f"Nobody could book: {notice} hours ahead is not within {days}.")
        return given


@dataclass(frozen=True, eq=False)
class Row:
    """One stretch as it stands in the form, typed or stored, perhaps still empty."""

    weekday: int
    begins: str | time = ""
    ends: str | time = ""


@dataclass(frozen=True)
class DrawnRow:
    index: int
    weekday: int
    begins: forms.BoundField
    ends: forms.BoundField


SIDES = {"begins": "from", "ends": "to"}


class HoursForm(forms.Form):
    """Any number of rows a weekday. A row left empty on both sides is no row."""

    MOST_ROWS = 70

    def __init__(self, rows: Sequence[Row], *, judge: bool = False, new: Row | None = None) -> None:
        """``judge`` the rows as typed, or only show them; ``new`` is the one among them to begin writing in."""
        self.rows = sorted(rows, key=lambda row: row.weekday)
        typed = {f"{side}-{index}": getattr(row, side) for index, row in enumerate(self.rows) for side in SIDES}
        super().__init__(typed if judge else None)
        self.stretches: list[Stretch] = []
        for index, row in enumerate(self.rows):
            day = WeeklyHours.Weekday(row.weekday).label
            for side, word in SIDES.items():
                field = TimeField(label=f"{day}, {word}", initial=getattr(row, side))
                if row is new and side == "begins":
                    field.widget.attrs["autofocus"] = ""
                self.fields[f"{side}-{index}"] = field

    def days(self) -> Iterator[tuple[str, int, list[DrawnRow]]]:
        """Each weekday's name, number and rows, for the page."""
        for weekday in WeeklyHours.Weekday:
            drawn = [
                DrawnRow(index, row.weekday, self[f"begins-{index}"], self[f"ends-{index}"])
                for index, row in enumerate(self.rows)
                if row.weekday == weekday
            ]
            yield str(weekday.label), int(weekday), drawn

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        placed: dict[Stretch, int] = {}
        for index, row in enumerate(self.rows):
            begins, ends = given.get(f"begins-{index}"), given.get(f"ends-{index}")
            if f"begins-{index}" in self.errors or f"ends-{index}" in self.errors or begins is ends is None:
                continue
            if begins is None or ends is None:
                missing = "begins" if begins is None else "ends"
                self.add_error(f"{missing}-{index}", "Fill in both times, or clear both.")
            elif ends <= begins:
                self.add_error(f"ends-{index}", "“To” has to be later than “from”.")
            elif (stretch := Stretch(row.weekday, begins, ends)) in placed:
                self.add_error(f"begins-{index}", "These hours are there already.")
            else:
                placed[stretch] = index
        for earlier, later in overlaps(list(placed)):
            hours = f"{wall_clock(earlier.begins)}–{wall_clock(earlier.ends)}"
            self.add_error(f"begins-{placed[later]}", f"This overlaps with {hours} of the same day.")
        self.stretches = sorted(placed)
        return given


def typed_rows(data: QueryDict) -> list[Row]:
    """The rows as a page sent them. Raises SuspiciousOperation for what no page of ours sends."""
    weekdays = data.getlist("weekday")
    if len(weekdays) > HoursForm.MOST_ROWS or not set(weekdays) <= set("0123456"):
        raise SuspiciousOperation
    return [
        Row(int(weekday), data.get(f"begins-{index}", ""), data.get(f"ends-{index}", ""))
        for index, weekday in enumerate(weekdays)
    ]
