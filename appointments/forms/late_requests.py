"""With what words a provider declines a client's late request."""

from typing import Any

from django import forms

from appointments.forms.notes import NoteField


class DeclineForm(forms.Form):
    words = NoteField()

    def __init__(self, *args: Any, called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = True
        self.fields["words"].label = f"What you say to {called}"
        self.fields["words"].error_messages["required"] = f"Write a few words: {called} waits for an answer."
