"""The terms of a fee policy, as a provider types them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from appointments.forms.fees import AmountField
from practice import discretion
from practice.amounts import money
from practice.fee_terms import Terms, over_cap
from practice.models import FeePolicy, Practice


class PolicyForm(forms.Form):
    """Starts from ``current``; ``cap`` is the practice's limit for both fees."""

    notice_hours = forms.IntegerField(
        label="Notice",
        help_text="hours ahead until which canceling is free, 1 to 168",
        min_value=1,
        max_value=168,
        error_messages={
            "required": "Say how many hours.",
            "invalid": "Enter whole hours, such as 24.",
            "min_value": "At least 1 hour.",
            "max_value": "At most 168 hours, which is a week.",
        },
    )
    late_fee = AmountField(label="Late-cancellation fee")
    no_show_fee = AmountField(label="No-show fee")
    grace_minutes = forms.IntegerField(
        label="No-show grace",
        help_text="minutes to wait after the start, 5 to 60",
        min_value=5,
        max_value=60,
        error_messages={
            "required": "Say how many minutes.",
            "invalid": "Enter whole minutes, such as 15.",
            "min_value": "At least 5 minutes.",
            "max_value": "At most 60 minutes.",
        },
    )
    words = forms.CharField(
        label="Your words to clients",
        help_text="they stand below the policy when a client books; at most 500 characters",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "At most 500 characters: these are %(show_value)s."},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, current: FeePolicy, practice: Practice) -> None:
        self.in_force, self.current = current, current.terms
        self.cap, self.never_mailed = practice.fee_cap, practice.never_mailed_words
        initial = {name: getattr(self.current, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        for name in ("late_fee", "no_show_fee"):
            self.fields[name].help_text = f"$0.00 to {money(self.cap)}, the practice’s limit"
        for name in ("notice_hours", "grace_minutes"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_late_fee(self) -> Decimal:
        return self._within_limits("late_fee")

    def clean_no_show_fee(self) -> Decimal:
        return self._within_limits("no_show_fee")

    def _within_limits(self, name: str) -> Decimal:
        amount: Decimal | None = self.cleaned_data[name]
        if amount is None:
            raise forms.ValidationError("Enter an amount; $0.00 is no fee.")
        if amount < 0:
            raise forms.ValidationError("At least $0.00.")
        if amount > self.cap:
            raise forms.ValidationError(over_cap(self.cap))
        return amount

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        discretion.check(words, also=self.never_mailed, where=discretion.OPEN_PAGE)
        return words

    @property
    def terms(self) -> Terms:
        """As typed; what is not within its limits is left as it was."""
        typed = getattr(self, "cleaned_data", {})

        def of(name: str) -> Any:
            return typed.get(name, getattr(self.current, name))

        return replace(
            self.current,
            notice_hours=of("notice_hours"),
            late_fee=of("late_fee"),
            no_show_fee=of("no_show_fee"),
            grace_minutes=of("grace_minutes"),
            words=of("words"),
        )
