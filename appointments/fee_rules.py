"""What a late cancellation costs, and which fact decided. Pure; amounts are in the practice's currency.

A fee is never more than the client agreed to at booking, than the policy in force asks, than the
practice's cap, nor than the payer allows. It is nothing where the provider or nobody caused the
cancellation, where notice was given in time, where nothing was ever agreed, or where the payer forbids it.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import models

NOTHING = Decimal("0.00")


class Cause(models.TextChoices):
    CLIENT = "client", "Client"
    PROVIDER = "provider", "Provider"
    NEITHER = "neither", "Neither"


class NoFee(StrEnum):
    """Why nothing is owed; the first that applies, in this order."""

    PROVIDER_CAUSED = "provider_caused"
    NOBODY_CAUSED = "nobody_caused"
    REASON = "reason"
    ON_TIME = "on_time"
    NEVER_AGREED = "never_agreed"
    PAYER_FORBIDS = "payer_forbids"
    SET_TO_ZERO = "set_to_zero"


class Bound(StrEnum):
    """Which limit made the amount what it is; of equal ones the first in this order."""

    AGREED = "agreed"
    IN_FORCE = "in_force"
    CAP = "cap"
    PAYER = "payer"


@dataclass(frozen=True)
class Terms:
    """The part of a fee policy that a late cancellation is measured by."""

    notice: timedelta
    fee: Decimal


@dataclass(frozen=True)
class Facts:
    """``notice`` runs from when the client told to the start; ``payer_limit`` None is none, 0 forbids."""

    cause: Cause
    reason_may_owe: bool
    notice: timedelta
    agreed: Terms | None
    in_force: Terms
    cap: Decimal
    payer_limit: Decimal | None


@dataclass(frozen=True)
class Assessment:
    amount: Decimal
    no_fee: NoFee | None = None
    bound: Bound | None = None


def notice_asked(*, agreed: Terms | None, in_force: Terms) -> timedelta:
    """The shorter of what the client agreed to and what is in force: a longer one never reaches back."""
    return in_force.notice if agreed is None else min(agreed.notice, in_force.notice)


def assess(facts: Facts) -> Assessment:
    if why := _no_fee(facts):
        return Assessment(NOTHING, no_fee=why)
    assert facts.agreed is not None
    limits = {
        Bound.AGREED: facts.agreed.fee,
        Bound.IN_FORCE: facts.in_force.fee,
        Bound.CAP: facts.cap,
    }
    if facts.payer_limit is not None:
        limits[Bound.PAYER] = facts.payer_limit
    bound = min(limits, key=lambda name: limits[name])
    if limits[bound] <= NOTHING:
        return Assessment(NOTHING, no_fee=NoFee.SET_TO_ZERO)
    return Assessment(limits[bound], bound=bound)


def _no_fee(facts: Facts) -> NoFee | None:
    if facts.cause == Cause.PROVIDER:
        return NoFee.PROVIDER_CAUSED
    if facts.cause == Cause.NEITHER:
        return NoFee.NOBODY_CAUSED
    if not facts.reason_may_owe:
        return NoFee.REASON
    if facts.notice >= notice_asked(agreed=facts.agreed, in_force=facts.in_force):
        return NoFee.ON_TIME
    if facts.agreed is None:
        return NoFee.NEVER_AGREED
    if facts.payer_limit is not None and facts.payer_limit <= NOTHING:
        return NoFee.PAYER_FORBIDS
    return None
