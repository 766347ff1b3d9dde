"""What people write to each other or for themselves: plain text, its length counted as the browser counts it."""

from django import forms
from django.utils.translation import gettext_lazy

NOTE_LENGTH = 1000


class NoteField(forms.CharField):
    """A line break counts as one character, though browsers send two."""

    widget = forms.Textarea

    def __init__(self, *, label: str = "", help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=NOTE_LENGTH,
            error_messages={"max_length": gettext_lazy("At most 1,000 characters: this has %(show_value)s.")},
        )
        self.widget.attrs |= {"rows": 2}

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")
