"""Whose booking link to show."""

from collections.abc import Iterable

from django import forms


class BookingLinkForm(forms.Form):
    """Only drawn: what it sends back is looked up among the provider's own clients."""

    client = forms.ChoiceField(required=False, widget=forms.Select(attrs={"data-combobox": True}))

    def __init__(self, *, clients: Iterable[tuple[int, str]], chosen: int | None) -> None:
        super().__init__(initial={"client": chosen})
        field = self.fields["client"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a client"), *clients]
