"""What is chosen when an appointment is booked: a time, a format and, by a client, the agreement to the policy."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from practice.models import FeePolicy, Provider
from practice.models.provider import Format
from practice.zones import NBSP

CHOOSE = later("Choose a time.")


class BookingForm(forms.Form):
    """``start`` is one of the tiles; ``format`` is asked only of a provider who has two."""

    start = forms.CharField(
        label=later("Time"),
        max_length=40,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "max_length": CHOOSE},
    )
    format = forms.ChoiceField(
        label=later("Format"),
        choices=Format.choices,
        widget=forms.RadioSelect,
        error_messages={"required": later("Choose video or in person.")},
    )

    def __init__(self, *args: Any, provider: Provider, format: str = "", **kwargs: Any) -> None:  # noqa: A002
        """``format`` is the one chosen to begin with, if it is offered."""
        super().__init__(*args, **kwargs)
        self.formats = provider.formats
        self.fields["format"].required = self.asks_format
        self.fields["format"].initial = format if format in self.formats else self.formats[0].value

    @property
    def asks_format(self) -> bool:
        return len(self.formats) > 1

    def clean_start(self) -> datetime:
        try:
            start = datetime.fromisoformat(self.cleaned_data["start"])
        except ValueError:
            start = None
        # Far from any calendar's end, where adding a session would leave it.
        if start is None or start.tzinfo is None or not 2000 < start.year < 9000:
            raise forms.ValidationError(CHOOSE)
        return start.astimezone(UTC)

    @property
    def chosen(self) -> datetime | None:
        """The time that was sent, if it is one."""
        return getattr(self, "cleaned_data", {}).get("start")

    @property
    def chosen_format(self) -> Format:
        """Also one that is not offered any more: the act refuses it, and books no other instead."""
        return Format(self.cleaned_data["format"] or self.formats[0])


class ClientBookingForm(BookingForm):
    """``policy`` is the one that was shown; ``near`` the time of which the page has said that it can't be canceled."""

    policy = forms.ModelChoiceField(
        label=later("Agreement"), queryset=FeePolicy.objects.none(), widget=forms.HiddenInput
    )
    near = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    agree = forms.BooleanField(label=later("Agreement"))

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, provider=provider, **kwargs)
        policies = self.fields["policy"]
        assert isinstance(policies, forms.ModelChoiceField)
        policies.queryset = provider.fee_policies.all()
        self.fields["agree"].error_messages["required"] = _(
            "To book, agree to this. To talk about it first, call %(provider)s at %(phone)s."
        ) % {"provider": provider.first_name, "phone": provider.phone.replace(" ", NBSP)}

    @property
    def knows_it_is_near(self) -> bool:
        return bool(self.cleaned_data["near"] == self.data["start"])

    def agrees_to(self, policy: FeePolicy) -> bool:
        """Whether what was sent agrees to this one: a tick set under another does not count for it."""
        sent = getattr(self, "cleaned_data", {})
        return bool(sent.get("agree")) and sent.get("policy") == policy
