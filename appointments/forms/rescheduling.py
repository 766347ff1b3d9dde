"""What a provider says when asking a client to pick another time."""

from datetime import datetime
from typing import Any

from django import forms

from appointments import request_refusals, rules
from appointments.forms.notes import NoteField
from appointments.models import Appointment, CancellationReason
from practice.fields import DayField, TimeField, joined
from practice.zones import local

OPEN, UNTIL = "open", "until"


class AskForm(forms.Form):
    """The instant is entered by the provider's wall clock; ``let_go_at`` is UTC, None while the time is kept."""

    note = NoteField(label="Note", help_text="goes into the mail")
    reason = forms.ChoiceField(
        label="Why", error_messages={"required": "Choose a reason.", "invalid_choice": "Choose a reason of the list."}
    )
    held = forms.ChoiceField(
        label="Keep the time for them",
        choices=[(OPEN, "Until they pick"), (UNTIL, "Until a set time")],
        initial=OPEN,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how long the time is kept."},
    )
    held_day = DayField(label="Day")
    held_time = TimeField(label="Time")
    block = forms.BooleanField(label="Block the old time as time off once it is free", required=False)

    let_go_at: datetime | None = None

    def __init__(self, *args: Any, appointment: Appointment, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment, self.at = appointment, at
        self.zone, called = appointment.provider.time_zone, appointment.client.called
        self.reasons = {str(reason.pk): reason for reason in CancellationReason.objects.of_providers()}
        reason_field, held_field = self.fields["reason"], self.fields["held"]
        assert isinstance(reason_field, forms.ChoiceField)
        assert isinstance(held_field, forms.ChoiceField)
        reason_field.choices = [(pk, reason.for_provider(called)) for pk, reason in self.reasons.items()]
        reason_field.help_text = f"{called} reads it if the time is let go"
        held_field.label = f"Keep the time for {called}"
        held_field.choices = [(OPEN, f"Until {called} picks"), (UNTIL, "Until a set time")]
        self.fields["note"].label = f"Note to {called}"
        days = {"min": local(at, self.zone).date(), "max": local(appointment.start, self.zone).date()}
        self.fields["held_day"].widget.attrs |= {side: day.isoformat() for side, day in days.items()}

    @property
    def picked(self) -> CancellationReason:
        return self.reasons[self.cleaned_data["reason"]]

    def clean(self) -> None:
        if self.cleaned_data.get("held") != UNTIL or "held_day" in self.errors or "held_time" in self.errors:
            return
        day, time = self.cleaned_data.get("held_day"), self.cleaned_data.get("held_time")
        if day is None:
            self.add_error("held_day", "Enter the day until which the time is kept.")
        if time is None:
            self.add_error("held_time", "Enter the time until which it is kept.")
        if day is None or time is None:
            return
        try:
            let_go_at = joined(day, time, self.zone)
        except forms.ValidationError as refusal:
            self.add_error("held_time", refusal)
            return
        if rules.may_let_go(let_go_at, start=self.appointment.start, at=self.at):
            self.let_go_at = let_go_at
        else:
            self.add_error("held_day", str(request_refusals.LetGoImpossible(self.appointment, at=self.at)))
