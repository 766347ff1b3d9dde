"""What people write to each other or for themselves: plain text, its length counted as the browser counts it."""

from django import forms
from django.utils.translation import gettext_lazy

NOTE_LENGTH = 1000
TOO_LONG = {
    1000: gettext_lazy("At most 1,000 characters: this has %(show_value)s."),
    2000: gettext_lazy("At most 2,000 characters: this has %(show_value)s."),
}


class NoteField(forms.CharField):
    """A line break counts as one character, though browsers send two."""

    widget = forms.Textarea

    def __init__(self, *, label: str = "", help_text: str = "", length: int = NOTE_LENGTH) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=length,
            error_messages={"max_length": TOO_LONG[length]},
        )
        self.widget.attrs |= {"rows": 2}

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")
