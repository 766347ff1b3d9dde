"""What a client says when canceling: a reason and, if they like, a note to the provider."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from appointments.forms.notes import NoteField
from appointments.models import CancellationReason
from appointments.models.cancellation import NOT_SAID
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
    )
    note = NoteField()

    def __init__(self, data: QueryDict | None, *, provider: Provider, written: QueryDict | None = None) -> None:
        """``written`` is what to begin with: it was sent to another form."""
        super().__init__(data)
        reasons = self.fields["reason"]
        assert isinstance(reasons, ReasonField)
        reasons.provider = provider
        reasons.label = _("Reason")
        reasons.error_messages |= {
            "required": _("Choose what fits best, or say that you would rather not."),
            "invalid_choice": _("This reason is no longer offered. Choose another one."),
        }
        # Nobody owes a reason, and this one says nothing: whoever wants to be done presses the button.
        reasons.initial = CancellationReason.objects.for_clients().filter(key=NOT_SAID).first()
        if written:
            reasons.initial = written.get("reason") or reasons.initial
            self.fields["note"].initial = written.get("note", "").strip()
        self.fields["note"].label = _("Note to %(provider)s") % {"provider": provider.first_name}
