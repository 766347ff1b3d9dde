"""How a fee was paid, as whoever took the payment types it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from appointments.forms.fees import AmountField, WhyField
from appointments.models import Fee
from appointments.models.settlement import REFERENCE_LENGTH, Method
from appointments.payments import Payment
from practice.fields import DayField
from practice.zones import local


class SettleForm(forms.Form):
    amount = AmountField(label="Amount paid")
    method = forms.ChoiceField(
        label="How it was paid",
        choices=Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it was paid."},
    )
    reference = forms.CharField(
        label="Reference",
        required=False,
        max_length=REFERENCE_LENGTH,
        help_text="optional, stands on the receipt: a check’s number, for example",
        error_messages={"max_length": f"At most {REFERENCE_LENGTH} characters: this has %(show_value)s."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    paid_on = DayField(label="Paid on", required=True)

    def __init__(self, data: Mapping[str, Any] | None = None, *, fee: Fee | None = None, at: datetime) -> None:
        """Without a fee nothing is filled in."""
        super().__init__(data)
        self.fields["amount"].required = True
        self.fields["amount"].error_messages["required"] = "Enter what was paid."
        if fee is not None:
            zone = fee.appointment.provider.time_zone
            self.initial = {"amount": f"{fee.amount:.2f}", "paid_on": local(at, zone).date()}

    @property
    def payment(self) -> Payment:
        """Of a valid form."""
        given = self.cleaned_data
        return Payment(
            amount=given["amount"],
            method=Method(given["method"]),
            paid_on=given["paid_on"],
            reference=given["reference"],
        )


class TakeBackForm(forms.Form):
    why = WhyField(required=True, help_text="Kept with the payment.")
