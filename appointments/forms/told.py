"""When the client told, in the provider's wall-clock time: now, or a day and a whole minute before."""

from datetime import datetime

from django import forms

from appointments import drafts, refusals
from appointments.models import Appointment
from practice.fields import DayField, TimeField, joined

NOW, EARLIER = "now", "earlier"


class ToldFields(forms.Form):
    told = forms.ChoiceField(
        choices=[(NOW, "Now"), (EARLIER, "Earlier")], required=False, initial=NOW, widget=forms.RadioSelect
    )
    told_date = DayField(label="Day")
    told_time = TimeField(label="Time")

    def told_then(self, appointment: Appointment, *, at: datetime) -> datetime | None:
        """The instant that was entered; None means now, also where it can't have been then and the field says so."""
        if self.cleaned_data.get("told") != EARLIER or "told_date" in self.errors or "told_time" in self.errors:
            return None
        date, time = self.cleaned_data.get("told_date"), self.cleaned_data.get("told_time")
        if date is None:
            self.add_error("told_date", "Enter the day, or choose Now.")
        if time is None:
            self.add_error("told_time", "Enter the time, or choose Now.")
        if date is None or time is None:
            return None
        try:
            told_at = joined(date, time, appointment.provider.time_zone)
            drafts.check_told_at(appointment, told_at=told_at, at=at)
        except forms.ValidationError as refusal:
            self.add_error("told_time", refusal)
        except refusals.ToldAtImpossible as refusal:
            self.add_error("told_date", str(refusal))
        else:
            return told_at
        return None
