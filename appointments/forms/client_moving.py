"""What a client chooses when moving an appointment: a time, a format and, where more is asked of them, to agree."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from appointments.forms.booking import ClientBookingForm
from appointments.models import Appointment
from practice.models import FeePolicy
from practice.zones import NBSP


class ClientMoveForm(ClientBookingForm):
    """``asks``: the policy in force asks for more than what was agreed to, so it is agreed to anew."""

    def __init__(self, *args: Any, appointment: Appointment, asks: bool, **kwargs: Any) -> None:
        provider = appointment.provider
        super().__init__(*args, provider=provider, format=appointment.format, **kwargs)
        self.asks = asks
        self.fields["policy"].required = self.fields["agree"].required = asks
        self.fields["agree"].error_messages["required"] = _(
            "To move it, agree to this. To talk about it first, call %(provider)s at %(phone)s."
        ) % {"provider": provider.first_name, "phone": provider.phone.replace(" ", NBSP)}
        formats = self.fields["format"]
        assert isinstance(formats, forms.ChoiceField)
        formats.label = _("Format")

    @property
    def agreed(self) -> FeePolicy | None:
        return self.cleaned_data["policy"] if self.asks and self.cleaned_data["agree"] else None
