"""What a report is asked about: days, a state of fees, and in the office a provider. Read from the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.http import urlencode

from appointments.reports.period import LONGEST, Period
from appointments.reports.scope import Scope
from appointments.rules import FeeStatus
from practice.fields import DayField
from practice.models import Provider
from practice.zones import local

PRESETS = (30, 90, 365)
DAYS = 90


@dataclass(frozen=True)
class Asked:
    scope: Scope
    period: Period
    state: str = ""

    @property
    def query(self) -> str:
        """For addresses that have to mean the same tomorrow."""
        named = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        if self.scope.is_office and self.scope.provider:
            named["provider"] = str(self.scope.provider.pk)
        if self.state:
            named["state"] = self.state
        return urlencode(named)


class ReportForm(forms.Form):
    """What can't be read is said, and nothing is counted instead: a number of other days would mislead."""

    days = forms.ChoiceField(
        choices=[(str(days), f"Last {days} days") for days in PRESETS],
        required=False,
        error_messages={"invalid_choice": "“%(value)s” days can’t be chosen, but 30, 90 and 365 can."},
    )
    provider = forms.ModelChoiceField(
        Provider.objects.order_by("display_name"),
        label="Provider",
        empty_label="All providers",
        required=False,
        error_messages={"invalid_choice": "There is no such provider."},
    )
    state = forms.ChoiceField(
        choices=[("", "All"), *FeeStatus.choices],
        label="State",
        required=False,
        error_messages={"invalid_choice": "There is no such state."},
    )

    def __init__(self, data: Mapping[str, Any], *, own: Provider | None, at: datetime) -> None:
        """``own``: the provider who asks, and then is asked about; None in the office."""
        super().__init__(data)
        self.own, self.at = own, at
        # “from” can't be the name of an attribute.
        self.fields |= {"from": DayField(label="From"), "to": DayField(label="To")}
        if own is not None:
            del self.fields["provider"]

    def clean(self) -> None:
        if self.errors:
            return
        scope = Scope.own(self.own) if self.own else Scope.of_office(self.cleaned_data["provider"])
        begin, end = self.cleaned_data["from"], self.cleaned_data["to"]
        end = end or max(local(self.at, scope.zone).date(), begin or local(self.at, scope.zone).date())
        period = Period(begin, end, scope.zone) if begin else Period.until(end, days=self._days, zone=scope.zone)
        if period.last < period.first:
            self.add_error("to", "“To” is before “From”.")
        elif period.days > LONGEST:
            self.add_error("to", "At most three years at a time.")
        else:
            self.cleaned_data["asked"] = Asked(scope, period, self.cleaned_data["state"])

    @property
    def _days(self) -> int:
        return int(self.cleaned_data["days"] or DAYS)

    @property
    def asked(self) -> Asked | None:
        """None where something could not be read: ``says`` says what."""
        self.is_valid()
        return self.cleaned_data.get("asked") if not self.errors else None

    @property
    def preset(self) -> int | None:
        """Of the choices of days the one that counts."""
        chosen = not self.errors and not self.cleaned_data.get("from") and not self.cleaned_data.get("to")
        return self._days if chosen else None

    @property
    def says(self) -> str:
        return " ".join(str(message) for messages in self.errors.values() for message in messages)
