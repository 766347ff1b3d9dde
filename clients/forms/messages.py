"""What is written in the composer: plain text, its length counted as the browser counts it."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.models import Message


class SeenForm(forms.Form):
    """``seen`` is the newest message that the page showed: what came since is not read yet."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)


class MessageForm(SeenForm):
    text = forms.CharField(widget=forms.Textarea)

    def __init__(self, data: QueryDict | None = None, *, seen: int | None, text: str = "") -> None:
        super().__init__(data, initial={"seen": seen, "text": text})
        words = self.fields["text"]
        words.label = _("Message")
        words.error_messages["required"] = _("Write something first.")
        words.widget.attrs |= {"rows": 4, "data-counts-to": Message.LONGEST}

    def clean_text(self) -> str:
        """A line break counts as one character, though browsers send two."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > Message.LONGEST:
            raise forms.ValidationError(
                _("At most %(limit)s characters: this has %(length)s.")
                % {"limit": f"{Message.LONGEST:,}", "length": f"{len(text):,}"}
            )
        return text


def with_link(text: str, link: str) -> str:
    """The text so far, and the link on a line of its own."""
    return f"{text.rstrip()}\n\n{link}\n" if text.strip() else f"{link}\n"
