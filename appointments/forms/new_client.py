"""A new client, as a provider types them."""

from collections.abc import Mapping
from typing import Any

from django import forms

from clients.care import Person
from clients.models import Client, Payer
from practice.names import one_line
from practice.zone_choices import ZoneSelect, grouped

LONG = {"max_length": "At most %(limit_value)d characters: this has %(show_value)s."}


class NewClientForm(forms.Form):
    """``person`` is what was typed, once the form is valid."""

    first_name = forms.CharField(
        label="Legal first name",
        max_length=60,
        validators=[one_line],
        error_messages=LONG | {"required": "Enter the legal first name."},
    )
    last_name = forms.CharField(
        label="Legal last name",
        max_length=60,
        validators=[one_line],
        error_messages=LONG | {"required": "Enter the legal last name."},
    )
    preferred_name = forms.CharField(
        label="Preferred first name",
        help_text="used everywhere in place of the legal one",
        max_length=60,
        required=False,
        validators=[one_line],
        error_messages=LONG,
    )
    email = forms.EmailField(
        label="E-mail",
        help_text="where all mail goes, and how they sign in",
        error_messages={"required": "Enter the e-mail.", "invalid": "Enter an e-mail, such as name@example.com."},
    )
    phone = forms.CharField(label="Phone", max_length=30, required=False, validators=[one_line], error_messages=LONG)
    time_zone = forms.ChoiceField(label="Time zone", widget=ZoneSelect, help_text="theirs: they see every time in it")
    language = forms.ChoiceField(label="Language", choices=Client.Language.choices, widget=forms.RadioSelect)
    payer = forms.ModelChoiceField(Payer.objects.none(), label="Payer", required=False, empty_label="Self-pay")

    def __init__(self, data: Mapping[str, Any] | None = None, *, zone: str) -> None:
        super().__init__(data, initial={"time_zone": zone, "language": Client.Language.ENGLISH})
        choice, payer = self.fields["time_zone"], self.fields["payer"]
        assert isinstance(choice, forms.ChoiceField)
        assert isinstance(payer, forms.ModelChoiceField)
        choice.choices = grouped(zone)
        payer.queryset = Payer.objects.all()
        for name, kind in (("email", "email"), ("phone", "tel")):
            self.fields[name].widget.input_type = kind
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # another person's, never the provider's own

    @property
    def person(self) -> Person:
        typed = self.cleaned_data
        return Person(
            first_name=typed["first_name"],
            last_name=typed["last_name"],
            preferred_name=typed["preferred_name"],
            email=typed["email"],
            phone=typed["phone"],
            time_zone=typed["time_zone"],
            language=typed["language"],
            payer=typed["payer"],
        )
