"""What a client says when canceling: a reason and, if they like, a note to the provider."""

from django import forms
from django.http import QueryDict

from appointments.forms.notes import NoteField
from appointments.models import CancellationReason
from practice.models import Provider


class ReasonField(forms.ModelChoiceField["CancellationReason"]):
    """Each reason in the words that the client reads."""

    provider: Provider

    def label_from_instance(self, reason: CancellationReason) -> str:
        return reason.for_client(self.provider.display_name)


class ClientCancelForm(forms.Form):
    reason = ReasonField(
        queryset=CancellationReason.objects.for_clients(),
        widget=forms.RadioSelect,
        empty_label=None,
        label="Reason",
        error_messages={
            "required": "Choose what fits best, or say that you would rather not.",
            "invalid_choice": "This reason is no longer offered. Choose another one.",
        },
    )
    note = NoteField(label="Note")

    def __init__(self, data: QueryDict | None, *, provider: Provider) -> None:
        super().__init__(data)
        reasons = self.fields["reason"]
        assert isinstance(reasons, ReasonField)
        reasons.provider = provider
        self.fields["note"].label = f"Note to {provider.first_name}"
