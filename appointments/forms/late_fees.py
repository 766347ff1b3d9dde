"""A fee policy as it is typed: by a provider for themselves, by the office for one of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict

from appointments.forms import policy_typed
from appointments.forms.fees import AmountField
from appointments.forms.policy_fields import CountField, RateField
from appointments.forms.policy_typed import BUSINESS_DAYS, FREE, FULL, HOURS, PART, STEPS
from practice import discretion, fee_terms, policies
from practice.amounts import money
from practice.fee_terms import Terms, Unclear
from practice.fields import DayField, TimeField, joined
from practice.models import FeePolicy, Practice, Provider
from practice.zones import day_bounds

MOST_HOURS, MOST_DAYS = 168, 5
# What folds away where it is not used.
FOLDS: Final = {
    "steps": [f"{what}_{step}" for step in STEPS for what in ("hours", "fee")],
    "price": ["session_price"],
    "reliefs": [
        "free_passes", "pass_days", "first_session", "first_session_percent", "booking_grace_minutes",
        "free_if_filled", "rebook_days",
    ],
    "begins": ["begins_day", "begins_time"],
}  # fmt: skip
TOGETHER: Final = [
    ["notice", "notice_in"], FOLDS["steps"], ["free_passes", "pass_days"], ["first_session", "first_session_percent"]
]  # fmt: skip
UNUSED: Final = ("", None, False, "False", 0, "0", FULL)


class PolicyForm(forms.Form):
    """Begins with ``policy``, the one in force unless told otherwise, and with ``begins`` where one is replaced."""

    notice = forms.IntegerField(
        label="Notice",
        help_text="until when canceling is free: 1 to 168 hours ahead, or 1 to 5 business days",
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Say how many.", "invalid": "Enter a whole number, such as 24."},
    )
    notice_in = forms.ChoiceField(
        label="Counted in",
        choices=[(HOURS, "hours"), (BUSINESS_DAYS, "business days")],
        required=False,
        help_text="business days step over weekends and holidays",
    )
    late_fee = RateField("Late-cancellation fee")
    no_show_fee = RateField("No-show fee")
    grace_minutes = CountField(
        "No-show grace", "minute", "minutes", least=5, most=60, help_text="minutes to wait after the start, 5 to 60"
    )
    words = forms.CharField(
        label="Your words to clients",
        help_text="they stand below the policy when a client books; at most 500 characters",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "At most 500 characters: these are %(show_value)s."},
    )
    hours_1, hours_2, hours_3 = (
        CountField(
            f"Step {step}: inside", "hour", "hours", least=1, most=167, required=False, help_text="hours of the start"
        )
        for step in STEPS
    )
    fee_1, fee_2, fee_3 = (RateField(f"Step {step}: fee", required=False) for step in STEPS)
    session_price = AmountField(label="Session price")
    free_passes = CountField(
        "Free late cancellations",
        "pass",
        "passes",
        least=0,
        most=20,
        required=False,
        help_text="a client, up to 20",
    )
    pass_days = CountField(
        "In any so many days",
        "day",
        "days",
        least=0,
        most=730,
        required=False,
        help_text="up to 730, counted back from a start",
    )
    first_session = forms.ChoiceField(
        label="A first session owes",
        choices=[(FULL, "The whole fee"), (PART, "A part of it"), (FREE, "Nothing")],
        widget=forms.RadioSelect,
        required=False,
    )
    first_session_percent = CountField(
        "Which part", "percent", "percent", least=1, most=99, required=False, help_text="in percent of the fee, 1 to 99"
    )
    booking_grace_minutes = CountField(
        "Grace after booking",
        "minute",
        "minutes",
        least=0,
        most=1440,
        required=False,
        help_text="minutes in which a booking made inside the notice is free to cancel, up to 1440",
        most_is=", which is a day",
    )
    free_if_filled = forms.BooleanField(label="No fee if someone else takes the time", required=False)
    rebook_days = CountField(
        "No fee if they book again and come",
        "day",
        "days",
        least=0,
        most=60,
        required=False,
        help_text="within so many days of the canceled start, up to 60; empty: that does not count",
    )
    begins_day = DayField(label="From", help_text="empty: at once")
    begins_time = TimeField(label="At", help_text="empty: as the day begins")

    def __init__(
        self,
        data: QueryDict | Mapping[str, Any] | None = None,
        *,
        policy: FeePolicy,
        begins: datetime | None = None,
        provider: Provider,
        practice: Practice,
        at: datetime,
    ) -> None:
        self.policy, self.current, self.provider, self.at = policy, policy.terms, provider, at
        self.cap, self.never_mailed = practice.fee_cap, practice.never_mailed_words
        self.begins: datetime | None = None
        super().__init__(data, initial=policy_typed.of(self.current) | policy_typed.begin(begins, provider.time_zone))
        self.fields["session_price"].help_text = "what a share such as 50% is of"
        for name in ("late_fee", "no_show_fee"):
            self.fields[name].help_text = f"$0.00 to {money(self.cap)}, the practice’s limit, or a share such as 50%"

    @property
    def opens(self) -> dict[str, bool]:
        """What folds away is open where it is used, or something in it is wrong."""
        return {
            fold: any(self[name].errors or self[name].value() not in UNUSED for name in names)
            for fold, names in FOLDS.items()
        }

    @property
    def steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"hours_{step}"], self[f"fee_{step}"]) for step in STEPS]

    def clean_notice(self) -> int:
        count: int = self.cleaned_data["notice"]
        in_days = self.data.get("notice_in") == BUSINESS_DAYS
        if count < 1:
            raise forms.ValidationError("At least 1 business day." if in_days else "At least 1 hour.")
        if in_days and count > MOST_DAYS:
            raise forms.ValidationError(f"At most {MOST_DAYS} business days.")
        if count > MOST_HOURS:
            raise forms.ValidationError(f"At most {MOST_HOURS} hours, which is a week.")
        return count

    def clean_session_price(self) -> Decimal | None:
        price: Decimal | None = self.cleaned_data["session_price"]
        if price is not None and price <= 0:
            raise forms.ValidationError("More than $0.00; clear it where no fee is a share.")
        return price

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        discretion.check(words, also=self.never_mailed, where=discretion.OPEN_PAGE)
        return words

    def clean(self) -> None:
        given = self.cleaned_data
        for step in STEPS:
            if f"hours_{step}" in given and f"fee_{step}" in given:
                self._check_step(step)
        if given.get("first_session") != PART:  # what stands in a field that the choice hides is nobody's mistake
            self.errors.pop("first_session_percent", None)
            given["first_session_percent"] = None
        elif given.get("first_session_percent", 0) is None:
            self.add_error("first_session_percent", "Say which part.")
        self._check_begin()
        try:
            fee_terms.check(self.settled, cap=self.cap)
        except Unclear as unclear:
            for name, words in unclear.problems.items():
                self._blame(name, words)

    def _check_step(self, step: int) -> None:
        hours, fee = self.cleaned_data[f"hours_{step}"], self.cleaned_data[f"fee_{step}"]
        if hours is None and fee is not None:
            self.add_error(f"hours_{step}", "Say how many hours before the start this fee begins.")
        elif hours is not None and fee is None:
            self.add_error(f"fee_{step}", "Enter what it costs, or clear the hours.")

    def _check_begin(self) -> None:
        if {"begins_day", "begins_time"} & set(self.errors):
            return
        day: date | None = self.cleaned_data.get("begins_day")
        wall: time | None = self.cleaned_data.get("begins_time")
        if day is None:
            if wall is not None:
                self.add_error("begins_day", "Choose the day as well, or clear the time.")
            return
        zone = self.provider.time_zone
        try:
            begins = day_bounds(day, zone)[0] if wall is None else joined(day, wall, zone)
        except forms.ValidationError as skipped:
            self.add_error("begins_time", skipped)
            return
        if begins < self.at:
            self.add_error("begins_day" if wall is None else "begins_time", str(policies.BackDated(self.at, zone)))
        self.begins = begins

    def _blame(self, name: str, words: str) -> None:
        """At the field that it is about, unless that has its own word already."""
        field = f"fee_{self._wrong_step()}" if name == "tiers" else name
        if field not in self.errors:
            self.add_error(field, words)

    def _wrong_step(self) -> int:
        """The first with which the steps are no longer right."""
        for count, step in enumerate(policy_typed.tiers(self._typed), start=1):
            try:
                fee_terms.check(replace(self.settled, tiers=self.settled.tiers[:count]), cap=self.cap)
            except Unclear as unclear:
                if "tiers" in unclear.problems:
                    return step
        return STEPS[0]

    @property
    def terms(self) -> Terms:
        """As typed; what is not within its limits is left as it was."""
        if not hasattr(self, "cleaned_data"):
            return self.current
        return policy_typed.read(self._typed, was=self.current)

    @property
    def _typed(self) -> dict[str, Any]:
        """What goes together is left as it was together."""
        typed = dict(self.cleaned_data)
        for names in TOGETHER:
            if not set(names) <= set(typed):
                typed = {name: value for name, value in typed.items() if name not in names}
        return policy_typed.of(self.current) | typed

    @property
    def settled(self) -> Terms:
        """As they would be kept. Raises Unclear where a share has no price."""
        return policies.settled(self.terms, provider=self.provider)

    @property
    def readable(self) -> Terms:
        """For an example: where a share has no price, what was before."""
        try:
            return self.settled
        except Unclear:
            return self.current
