"""A client's own fees: what is owed, and each in the words its client reads."""

from dataclasses import dataclass

from appointments import fee_words
from appointments.models import Fee
from appointments.models.fee import FeeQuerySet
from appointments.rules import FeeStatus
from clients.models import Client
from practice.amounts import money


@dataclass(frozen=True)
class FeeLine:
    """``words`` is what is owed, ``why`` the facts behind it; what the provider noted about it stays theirs."""

    fee: Fee
    amount: str
    state: str
    words: str
    why: str


def owned_by(client: Client) -> FeeQuerySet:
    return Fee.objects.of(client).live()


def line(fee: Fee) -> FeeLine:
    """The fee's appointment with its people, its cancellation and its policy are read."""
    zone = fee.appointment.client.time_zone
    shown = fee.amount if fee.status in (FeeStatus.DUE, FeeStatus.PAID) else fee.assessed
    return FeeLine(
        fee=fee,
        amount=money(shown),
        state=_STATES[FeeStatus(fee.status)],
        words=_words(fee),
        why=fee_words.for_client(fee_words.story_of_fee(fee, zone=zone)),
    )


_STATES = {
    FeeStatus.TO_DECIDE: "Not decided yet",
    FeeStatus.DUE: "Due",
    FeeStatus.WAIVED: "Waived",
    FeeStatus.PAID: "Paid",
    FeeStatus.VOID: "Void",
}


def _words(fee: Fee) -> str:
    provider = fee.appointment.provider.first_name
    reduced = f" {provider} reduced it from {money(fee.assessed)}." if fee.is_reduced else ""
    if fee.status == FeeStatus.TO_DECIDE:
        return f"{provider} decides whether it applies, and you get a mail."
    if fee.status == FeeStatus.WAIVED:
        return "You owe nothing."
    if fee.status == FeeStatus.PAID:
        return f"Nothing is left to pay.{reduced}"
    return f"You owe {money(fee.amount)}.{reduced}"
