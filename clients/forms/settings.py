"""What a client sets about themselves, as they type it."""

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.models import Client
from clients.preferences import Preferences
from practice.names import one_line
from practice.zone_choices import ZoneSelect, grouped


class PreferencesForm(forms.Form):
    preferred_name = forms.CharField(required=False, max_length=60, validators=[one_line])
    time_zone = forms.ChoiceField(widget=ZoneSelect)
    language = forms.ChoiceField(choices=settings.LANGUAGES, widget=forms.RadioSelect)
    phone = forms.CharField(required=False, max_length=30, validators=[one_line])
    phone_use = forms.ChoiceField(widget=forms.RadioSelect)
    discreet = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, *, client: Client) -> None:
        super().__init__(data, initial={name: getattr(client, name) for name in self.base_fields})
        labels = {
            "preferred_name": _("Preferred first name"),
            "time_zone": _("Time zone"),
            "language": _("Language"),
            "phone": _("Phone"),
            "phone_use": _("When we need to call"),
            "discreet": _("Discreet mail"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["preferred_name"].help_text = _("used everywhere in place of %(name)s") % {
            "name": client.first_name
        }
        self.fields["time_zone"].choices = grouped(client.time_zone)  # type: ignore[attr-defined]
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel"}
        self.fields["phone"].widget.input_type = "tel"
        self.fields["phone_use"].choices = [  # type: ignore[attr-defined]
            (Client.PhoneUse.CALL, _("Call, and leave a message")),
            (Client.PhoneUse.NO_MESSAGE, _("Call, but leave no message")),
            (Client.PhoneUse.NEVER, _("Do not call")),
        ]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and sum(letter.isdecimal() for letter in phone) < 3:
            raise forms.ValidationError(_("Enter a phone number such as (212) 555-0100, or nothing."))
        return phone

    @property
    def preferences(self) -> Preferences:
        given = self.cleaned_data
        return Preferences(
            preferred_name=given["preferred_name"],
            time_zone=given["time_zone"],
            language=given["language"],
            phone=given["phone"],
            phone_use=given["phone_use"],
            discreet=given["discreet"],
        )


class AddressForm(forms.Form):
    """Where mail goes from now on."""

    email = forms.EmailField(max_length=254)

    def __init__(self, data: QueryDict | None = None, *, client: Client) -> None:
        super().__init__(data)
        self.client = client
        self.fields["email"].label = _("New address")
        self.fields["email"].widget.attrs |= {"autocomplete": "email"}
        self.fields["email"].error_messages |= {
            "required": _("Enter an address such as name@example.com."),
            "invalid": _("Enter an address such as name@example.com."),
        }

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() == self.client.email.lower():
            raise forms.ValidationError(_("Mail goes to this address already."))
        return email
