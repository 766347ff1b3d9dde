"""What was worked out to be owed: an amount, and the ordered steps that led to it, each with its source.

Pure, and kept as JSON with fees and cancellations: what an older version has written must be read for ever.
``fee_rules`` makes them.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as later

from practice.amounts import share
from practice.fee_terms import WHOLE

NOTHING = Decimal("0.00")


class Cause(models.TextChoices):
    CLIENT = "client", "Client"
    PROVIDER = "provider", "Provider"
    NEITHER = "neither", "Neither"


class FeeKind(models.TextChoices):
    LATE_CANCELLATION = "late_cancellation", later("Late cancellation")
    NO_SHOW = "no_show", later("No-show")


class NoFee(StrEnum):
    """Why nothing is owed; the first that applies, in this order."""

    PROVIDER_CAUSED = "provider_caused"
    NOBODY_CAUSED = "nobody_caused"
    REASON = "reason"
    ON_TIME = "on_time"
    NEVER_AGREED = "never_agreed"
    PAYER_FORBIDS = "payer_forbids"
    SET_TO_ZERO = "set_to_zero"
    FIRST_SESSION = "first_session"
    COVERED = "covered"
    FILLED = "filled"
    REBOOKED = "rebooked"


class Bound(StrEnum):
    """Which limit made the amount what it is; of equal ones the first in this order."""

    AGREED = "agreed"
    IN_FORCE = "in_force"
    CAP = "cap"
    PAYER = "payer"


class Source(StrEnum):
    """Where a step takes what it says from: the act, a policy, the practice, the payer, a pass, a later event."""

    CAUSE = "cause"
    NOTICE = "notice"
    AGREED = Bound.AGREED.value
    IN_FORCE = Bound.IN_FORCE.value
    CAP = Bound.CAP.value
    PAYER = Bound.PAYER.value
    RELIEF = "relief"
    SINCE = "since"


@dataclass(frozen=True)
class Step:
    """One step, and what is owed after it: ``amount`` None while nothing has been asked yet, ``no_fee`` where it ends.

    ``facts``: what the step rests on, as JSON has it: amounts as text, instants in ISO 8601 and UTC. Of a policy or
    a limit, ``alone`` is what it would allow by itself.
    """

    source: Source
    facts: dict[str, Any]
    amount: Decimal | None = None
    no_fee: NoFee | None = None

    @property
    def alone(self) -> Decimal | None:
        if "limit" in self.facts:
            return Decimal(self.facts["limit"])
        if "fee" not in self.facts:
            return None
        return share(Decimal(self.facts["fee"]), self.facts.get("first_session", WHOLE))


@dataclass(frozen=True)
class Assessment:
    """An amount and the ordered steps that led to it; the last step has the last word."""

    steps: tuple[Step, ...]

    @property
    def amount(self) -> Decimal:
        return self.steps[-1].amount or NOTHING

    @property
    def no_fee(self) -> NoFee | None:
        return self.steps[-1].no_fee

    @property
    def bound(self) -> Bound | None:
        """The step that lowered the amount last; None where nothing is owed."""
        if self.no_fee is not None:
            return None
        priced = [step for step in self.steps if step.amount is not None]
        lowest = next(step for step in priced if step.amount == self.amount)
        return Bound(lowest.source.value)

    @property
    def bounds(self) -> dict[Bound, Decimal]:
        """What each limit alone allows; without the payer's where there is none."""
        alone = {bound: step.alone for bound in Bound if (step := self.of(Source(bound.value))) is not None}
        return {bound: limit for bound, limit in alone.items() if limit is not None}

    @property
    def free_if_filled(self) -> bool:
        """One of the policies asks nothing once someone else takes the time."""
        return any(step.facts.get("free_if_filled") for step in self.steps)

    @property
    def rebook_days(self) -> int:
        """Within how many days of the start coming back makes it free by one of the policies; 0: it does not."""
        return max(int(step.facts.get("rebook_days", 0)) for step in self.steps)

    @property
    def uses_pass(self) -> bool:
        return self.no_fee == NoFee.COVERED

    @property
    def is_no_show(self) -> bool:
        return bool(self.steps[0].facts["kind"] == FeeKind.NO_SHOW)

    @property
    def without_pass(self) -> "Assessment":
        """What would be owed if the pass were kept."""
        return Assessment(self.steps[:-1]) if self.uses_pass else self

    def of(self, source: Source) -> Step | None:
        return next((step for step in self.steps if step.source == source), None)

    def melted(self, why: NoFee) -> "Assessment":
        """What is owed once the time is filled, or the client has come back."""
        return Assessment((*self.steps, Step(Source.SINCE, {}, NOTHING, why)))

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "source": step.source.value,
                "facts": step.facts,
                "amount": None if step.amount is None else str(step.amount),
                "no_fee": step.no_fee and step.no_fee.value,
            }
            for step in self.steps
        ]

    @classmethod
    def from_json(cls, kept: list[dict[str, Any]]) -> "Assessment":
        return cls(
            tuple(
                Step(
                    Source(step["source"]),
                    step["facts"],
                    None if step["amount"] is None else Decimal(step["amount"]),
                    step["no_fee"] and NoFee(step["no_fee"]),
                )
                for step in kept
            )
        )
