"""The fields of a fee policy: whole numbers with their limits in words, and what is asked as an amount or a share."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from appointments.forms.fees import AmountField
from practice.amounts import money
from practice.fee_terms import WHOLE, Rate

SHARE = re.compile(r"(\d{1,6})\s*%", re.ASCII)


class CountField(forms.IntegerField):
    """A whole number of what is counted, ``one`` of it or ``many``; ``most_is`` says what the highest amounts to."""

    def __init__(
        self,
        label: str,
        one: str,
        many: str,
        *,
        least: int,
        most: int,
        help_text: str = "",
        required: bool = True,
        most_is: str = "",
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            min_value=least,
            max_value=most,
            error_messages={
                "required": f"Say how many {many}.",
                "invalid": f"Enter whole {many}, such as {min(most, 15)}.",
                "min_value": f"At least {least} {one if least == 1 else many}.",
                "max_value": f"At most {most} {many}{most_is}.",
            },
        )
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


class RateField(forms.CharField):
    """``$75.00``, or ``50%`` of the session price. Cleaned it is a Rate, a share still to work out, or None."""

    def __init__(self, label: str, *, required: bool = True) -> None:
        super().__init__(label=label, required=False)
        self.asked_for = required
        self.widget.attrs |= {"autocomplete": "off", "maxlength": 12}

    def clean(self, value: object) -> Rate | None:
        typed = str(super().clean(value) or "")
        if not typed:
            if self.asked_for:
                raise forms.ValidationError("Enter an amount; $0.00 is no fee.")
            return None
        if share := SHARE.fullmatch(typed):
            return _of_the_price(int(share[1]))
        try:
            amount = AmountField(label="").clean(typed)
        except forms.ValidationError:
            raise forms.ValidationError("Enter an amount such as 40.00, or a share such as 50%.") from None
        if amount is None or amount < 0:
            raise forms.ValidationError("At least $0.00.")
        return Rate(amount)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Rate):
            return value
        return money(value.fee) if value.percent is None else f"{value.percent}%"


def _of_the_price(percent: int) -> Rate:
    if percent > WHOLE:
        raise forms.ValidationError("A share is from 0% to 100% of the session price.")
    return Rate(Decimal(0), percent=percent)
