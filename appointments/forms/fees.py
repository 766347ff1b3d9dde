"""What a provider decides about a late fee: charge it, reduce it or waive it, the last two with a why."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from appointments import fee_standing, fee_steps, fee_words, waiver_requests
from appointments.assessments import NOTHING, Bound
from appointments.fee_words import Story
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee
from appointments.rules import FEE_MOVES, FeeStatus
from practice.actors import ActorKind
from practice.amounts import money

CHOICES = [
    (FeeChoice.CHARGE.value, "Charge"),
    (FeeChoice.REDUCE.value, "Reduce to"),
    (FeeChoice.WAIVE.value, "Waive"),
    (FeeChoice.COVER.value, "Use the free pass"),
]
WHY_LENGTH = 200
# A comma groups thousands or is refused: read as nothing, the “1,5” of other countries would be fifteen.
AMOUNT = re.compile(r"-?(\d{1,3}(,\d{3})+|\d{1,8})?(\.\d*)?", re.ASCII)


class AmountField(forms.DecimalField):
    """Dollars and cents as people type them: ``40``, ``40.00``, ``$1,040``."""

    def __init__(self, *, label: str) -> None:
        wrong = "Enter an amount such as 40.00."
        messages = dict.fromkeys(
            ["invalid", "max_digits", "max_decimal_places", "max_whole_digits", "min_value"], wrong
        )
        super().__init__(label=label, required=False, max_digits=8, decimal_places=2, error_messages=messages)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 12})

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]  # the stubs follow IntegerField
        text = str(value or "").strip().removeprefix("$")
        if text and not AMOUNT.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text.replace(",", ""))


class WhyField(forms.CharField):
    def __init__(self, *, label: str = "Why", required: bool = False, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=WHY_LENGTH,
            error_messages={"max_length": f"At most {WHY_LENGTH} characters: this has %(show_value)s."},
        )
        self.widget.attrs["autocomplete"] = "off"


class FeeFields(forms.Form):
    """``fee_shown`` is the amount that stood on the page: nobody decides on one they did not see."""

    fee_name = "Late fee"

    fee = forms.ChoiceField(choices=CHOICES, required=False, widget=forms.RadioSelect, label="Late fee")
    reduced_to = AmountField(label="New amount")
    why = WhyField()
    fee_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def preset(self) -> FeeChoice:
        """What the fee is set to where the form doesn't say."""
        return FeeChoice.CHARGE

    @property
    def approval_words(self) -> str:
        """Beforehand, that too much waits for the office; empty where it can't come to that."""
        return ""

    @property
    def shown(self) -> Decimal:
        """Nothing where no fee was on the page; only an amount that a page could have shown is read."""
        try:
            return AmountField(label="").clean(self.data.get("fee_shown")) or NOTHING
        except forms.ValidationError:
            return NOTHING

    @property
    def choice(self) -> FeeChoice:
        posted = getattr(self, "cleaned_data", {}).get("fee")
        return FeeChoice(posted) if posted else self.preset

    @property
    def decision(self) -> FeeDecision:
        """What was decided on the amount shown; of a valid form."""
        return FeeDecision(
            choice=self.choice,
            shown=self.shown,
            reduced_to=self.cleaned_data.get("reduced_to") if self.choice == FeeChoice.REDUCE else None,
            why=self.cleaned_data.get("why", "") if self.choice in {FeeChoice.REDUCE, FeeChoice.WAIVE} else "",
        )

    def check_decision(self, story: Story) -> None:
        """Reduce and Waive ask for a why, Reduce for an amount between nothing and all of it."""
        if self.choice in {FeeChoice.CHARGE, FeeChoice.COVER}:
            self.forget("reduced_to", "why")
            return
        if self.choice == FeeChoice.WAIVE:
            self.forget("reduced_to")
        elif "reduced_to" not in self.errors:
            wrong = wrong_amount(self.cleaned_data.get("reduced_to"), story)
            if wrong:
                self.add_error("reduced_to", wrong)
        if "why" not in self.errors and not self.cleaned_data.get("why"):
            self.add_error("why", "Say why: it is kept with the fee.")

    def forget(self, *names: str) -> None:
        """What stands in a field that the choice hides is nobody's mistake."""
        for name in names:
            self.errors.pop(name, None)


class DecideForm(FeeFields):
    """Decides a fee that is kept: one that waits for it, or one already due that is waived after all.

    ``was`` is the state in which it stood on the page.
    """

    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fee: Fee, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = fee
        self.story = fee_words.story_of_fee(fee, zone=zone)
        self.why_this_fee = fee_words.for_provider(self.story)
        self.fee_name = fee_standing.named(fee.kind).capitalize()
        self.steps = fee_steps.of_fee(fee, reader=ActorKind.PROVIDER, zone=zone)

    def clean(self) -> None:
        self.check_decision(self.story)

    @property
    def preset(self) -> FeeChoice:
        cancellation = self.kept.cancellation
        presets_waive = cancellation is not None and cancellation.reason.waive_preset
        return FeeChoice.WAIVE if presets_waive or not self.is_open else FeeChoice.CHARGE

    @property
    def approval_words(self) -> str:
        practice = self.kept.appointment.provider.practice
        return waiver_requests.limit_words(practice, assessed=self.kept.assessed)

    @property
    def is_open(self) -> bool:
        return self.kept.status == FeeStatus.TO_DECIDE

    @property
    def may_waive(self) -> bool:
        """To an objection it would be the answer, which has words: that has a page of its own."""
        waivable = (FeeStatus(self.kept.status), FeeChoice.WAIVE.value) in FEE_MOVES
        return waivable and self.kept.status != FeeStatus.DISPUTED

    @property
    def is_stale(self) -> bool:
        """Decided, paid or void by now, though the page still asked."""
        return self.data.get("was", "") not in ("", self.kept.status)


def wrong_amount(amount: Decimal | None, story: Story) -> str:
    """What is wrong with a reduced amount, and what to do about it; empty where nothing is."""
    if amount is None:
        return "Enter the new amount."
    if amount <= NOTHING:
        return "More than $0.00. To ask for nothing, choose Waive."
    owed = story.assessment
    if amount == owed.amount:
        return f"{money(amount)} is all of it. To ask for that, choose Charge."
    if amount < owed.amount:
        return ""
    if owed.bound == Bound.AGREED:
        return f"At most {money(owed.amount)}: that is what {story.client} agreed to."
    return f"At most {money(owed.amount)}: more can’t be asked here."
