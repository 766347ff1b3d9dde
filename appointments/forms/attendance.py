"""What a provider decides about a no-show's fee, and what both say where the provider is said not to have come."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from appointments import drafts, fee_steps, fee_words, refusals, waiver_requests
from appointments.assessments import NOTHING, Assessment
from appointments.attendance import Answer
from appointments.fees import FeeDecision
from appointments.forms.fees import FeeFields
from appointments.forms.notes import NoteField
from appointments.models import Appointment
from practice.actors import ActorKind


class NoShowForm(FeeFields):
    """``assessment`` is what not coming costs by now; where that is nothing, nothing is to be decided."""

    fee_name = "No-show fee"

    def __init__(self, *args: Any, appointment: Appointment, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment, self.assessment = appointment, assessment
        self.story = fee_words.story_of(appointment, assessment, zone=appointment.provider.time_zone)
        self.why_this_fee = fee_words.for_provider(self.story)
        self.steps = fee_steps.lines(self.story, reader=ActorKind.PROVIDER)

    def clean(self) -> None:
        if self.shown != self.assessment.amount or not self.owes:
            # What was decided about another amount is not held against anybody.
            self.forget("fee", "reduced_to", "why")
        try:
            drafts.check_shown(self.appointment, self.assessment, shown=self.shown)
        except refusals.FeeChanged as refusal:
            self.add_error(None, str(refusal))
            return
        if self.owes:
            self.check_decision(self.story)

    @property
    def approval_words(self) -> str:
        practice = self.appointment.provider.practice
        return waiver_requests.limit_words(practice, assessed=self.assessment.amount)

    @property
    def owes(self) -> bool:
        return self.assessment.amount > NOTHING

    @property
    def said(self) -> FeeDecision | None:
        """Of a valid form."""
        return self.decision if self.owes else None


class ReportForm(forms.Form):
    words = NoteField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = gettext_lazy("What happened")


class AnswerAbsenceForm(forms.Form):
    answer = forms.ChoiceField(
        choices=Answer.choices,
        widget=forms.RadioSelect,
        label="What happened",
        error_messages={"required": "Choose what happened."},
    )
    words = NoteField(label="Words to the client")

    def __init__(self, *args: Any, called: str = "", **kwargs: Any) -> None:
        """Without ``called`` for the office, which answers for several."""
        super().__init__(*args, **kwargs)
        if not called:
            return
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)
        answer.choices = [
            (Answer.CONFIRMED.value, "I did not come"),
            (Answer.MET.value, "We met"),
            (Answer.CLIENT_ABSENT.value, f"{called} did not come"),
        ]
        self.fields["words"].label = f"Words to {called}"
