"""What a client writes against a fee, and what they are answered."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from appointments.assessments import NOTHING
from appointments.fees import Answer
from appointments.forms.fees import AmountField
from appointments.forms.notes import NoteField
from appointments.models.objection import WORDS_LENGTH
from practice.amounts import money


class ObjectForm(forms.Form):
    words = NoteField(length=WORDS_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = self.fields["words"]
        words.label = gettext_lazy("What seems wrong")
        words.required = True
        words.error_messages["required"] = gettext_lazy("Write in a few words what seems wrong.")


class AnswerForm(forms.Form):
    """``owed`` is the amount objected to; None where several are answered alike, and the act alone judges amounts."""

    owed: Decimal | None = None
    answer = forms.ChoiceField(
        choices=[(Answer.UPHELD.value, "Keep it"), (Answer.REDUCED.value, "Reduce to"), (Answer.WAIVED.value, "Waive")],
        widget=forms.RadioSelect,
        label="Answer",
        error_messages={"required": "Choose whether to keep, reduce or waive it."},
    )
    reduced_to = AmountField(label="New amount")
    words = NoteField(
        label="Words to the client", help_text="Shown with the fee, to you both. Not mailed.", length=WORDS_LENGTH
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = True
        self.fields["words"].error_messages["required"] = "Write a few words: your client waits for an answer."

    def clean(self) -> None:
        if self.cleaned_data.get("answer") != Answer.REDUCED:
            # What stands in a field that the choice hides is nobody's mistake.
            self.errors.pop("reduced_to", None)
        elif "reduced_to" not in self.errors and (wrong := self._wrong_amount()):
            self.add_error("reduced_to", wrong)

    def _wrong_amount(self) -> str:
        amount = self.cleaned_data.get("reduced_to")
        if amount is None:
            return "Enter the new amount."
        if amount <= NOTHING:
            return "More than $0.00. To ask for nothing, choose Waive."
        if self.owed is not None and amount >= self.owed:
            return f"Less than {money(self.owed)}. To leave it as it is, choose Keep."
        return ""

    @property
    def new_amount(self) -> Decimal | None:
        return self.cleaned_data.get("reduced_to") if self.cleaned_data["answer"] == Answer.REDUCED else None


class AnswerOneForm(AnswerForm):
    def __init__(self, *args: Any, owed: Decimal, called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed = owed
        answer, words = self.fields["answer"], self.fields["words"]
        assert isinstance(answer, forms.ChoiceField)
        answer.choices = [
            (Answer.UPHELD.value, f"Keep {money(owed)}"),
            (Answer.REDUCED.value, "Reduce to"),
            (Answer.WAIVED.value, "Waive"),
        ]
        words.label, words.help_text = f"Words to {called}", ""
        words.error_messages["required"] = f"Write a few words: {called} waits for an answer."
