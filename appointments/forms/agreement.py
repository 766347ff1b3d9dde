"""A client's agreement to the policy of an appointment that somebody else booked for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from practice.models import FeePolicy, Provider
from practice.zones import NBSP


class AgreementForm(forms.Form):
    """``policy`` is the one that was shown."""

    policy = forms.ModelChoiceField(queryset=FeePolicy.objects.none(), widget=forms.HiddenInput)
    agree = forms.BooleanField()

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policies = self.fields["policy"]
        assert isinstance(policies, forms.ModelChoiceField)
        policies.queryset = provider.fee_policies.all()
        self.fields["policy"].label = self.fields["agree"].label = _("Agreement")
        self.fields["agree"].error_messages["required"] = _(
            "Nothing was agreed to: the box is empty. To talk about it first, call %(provider)s at %(phone)s."
        ) % {"provider": provider.first_name, "phone": provider.phone.replace(" ", NBSP)}
