"""THE 24-HOUR RULE, who may cancel when, and the table of moves. Pure: no database, no clock.

The cutoff comes from the fee policies that count (``fee_rules.cutoff``); the instant itself is on time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from practice.actors import ActorKind
from practice.fee_terms import Cutoff


class Status(models.TextChoices):
    BOOKED = "booked", "Booked"
    CANCELED = "canceled", "Canceled"
    COMPLETED = "completed", "Completed"
    NO_SHOW = "no_show", "No-show"


class FeeStatus(models.TextChoices):
    TO_DECIDE = "to_decide", "Fee to decide"
    PENDING = "pending", "Fee pending"
    DUE = "due", "Fee due"
    DISPUTED = "disputed", "Objected to"
    WAIVED = "waived", "Waived"
    PAID = "paid", "Paid"
    VOID = "void", "Void"


# From which state which act leads where. docs/states.md is drawn from these two tables.
MOVES: Final[dict[tuple[Status, str], Status]] = {
    (Status.BOOKED, "cancel"): Status.CANCELED,
    (Status.BOOKED, "move"): Status.BOOKED,
    (Status.CANCELED, "restore"): Status.BOOKED,
}
FEE_MOVES: Final[dict[tuple[FeeStatus, str], FeeStatus]] = {
    (FeeStatus.TO_DECIDE, "charge"): FeeStatus.DUE,
    (FeeStatus.TO_DECIDE, "reduce"): FeeStatus.DUE,
    (FeeStatus.TO_DECIDE, "waive"): FeeStatus.WAIVED,
    # Charged under a policy by which it may still come to nothing: it waits until it melts or ripens.
    (FeeStatus.DUE, "wait"): FeeStatus.PENDING,
    (FeeStatus.PENDING, "melt"): FeeStatus.VOID,
    (FeeStatus.TO_DECIDE, "melt"): FeeStatus.VOID,
    (FeeStatus.PENDING, "ripen"): FeeStatus.DUE,
    (FeeStatus.PENDING, "waive"): FeeStatus.WAIVED,
    (FeeStatus.PENDING, "settle"): FeeStatus.PAID,
    (FeeStatus.PENDING, "void"): FeeStatus.VOID,
    (FeeStatus.DUE, "waive"): FeeStatus.WAIVED,
    (FeeStatus.DUE, "settle"): FeeStatus.PAID,
    (FeeStatus.PAID, "unsettle"): FeeStatus.DUE,
    (FeeStatus.DUE, "dispute"): FeeStatus.DISPUTED,
    (FeeStatus.DISPUTED, "uphold"): FeeStatus.DUE,
    (FeeStatus.DISPUTED, "reduce"): FeeStatus.DUE,
    (FeeStatus.DISPUTED, "waive"): FeeStatus.WAIVED,
    (FeeStatus.TO_DECIDE, "void"): FeeStatus.VOID,
    (FeeStatus.DUE, "void"): FeeStatus.VOID,
    (FeeStatus.DISPUTED, "void"): FeeStatus.VOID,
    (FeeStatus.WAIVED, "void"): FeeStatus.VOID,
}

OBJECTION_WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True)
class Standing:
    """What the rule needs to know of an appointment."""

    status: Status
    start: datetime
    cutoff: Cutoff

    @property
    def deadline(self) -> datetime:
        """The last instant, itself included, at which a client cancels on time."""
        return self.cutoff.at

    def is_on_time(self, told_at: datetime) -> bool:
        return told_at <= self.deadline


class NotAllowed(Exception):
    """The rule says no. ``appointments.refusals`` turns it into words for the person who asked."""


class IsCanceled(NotAllowed):
    pass


class IsOver(NotAllowed):
    """Completed or marked as a no-show: nothing is left to cancel."""


class HasStarted(NotAllowed):
    pass


class IsPastDeadline(NotAllowed):
    pass


class IsOnTime(NotAllowed):
    """They can cancel it themselves."""


class IsNotCanceled(NotAllowed):
    """Nothing is left to take back."""


class IsNotTheirs(NotAllowed):
    """A client takes back only what they did themselves."""


def check_may_cancel(standing: Standing, *, by: ActorKind, at: datetime) -> None:
    """Raises the NotAllowed that applies; ``at`` is when the request reached us.

    A client may until the deadline, a provider until the start, the office also afterwards.
    """
    _check_stands(standing, "cancel", by=by, at=at)
    if by == ActorKind.CLIENT and not standing.is_on_time(at):
        raise IsPastDeadline


def _check_stands(standing: Standing, act: str, *, by: ActorKind, at: datetime) -> None:
    """Booked still and, but for the office, not begun."""
    if standing.status == Status.CANCELED:
        raise IsCanceled
    if (standing.status, act) not in MOVES:
        raise IsOver
    if by != ActorKind.ADMIN and at >= standing.start:
        raise HasStarted


def may_cancel(standing: Standing, *, by: ActorKind, at: datetime) -> NotAllowed | None:
    """None where it may be canceled, otherwise why not."""
    try:
        check_may_cancel(standing, by=by, at=at)
    except NotAllowed as refusal:
        return refusal
    return None


def may_let_go(let_go_at: datetime, *, start: datetime, at: datetime) -> bool:
    """A time that its client is asked to move is kept for them from now on, and at most until it starts."""
    return at < let_go_at < start


def check_may_ask(standing: Standing, *, at: datetime) -> None:
    """Raises the NotAllowed that applies to a client who asks the provider to cancel: after the deadline, until the
    start."""
    _check_stands(standing, "cancel", by=ActorKind.CLIENT, at=at)
    if standing.is_on_time(at):
        raise IsOnTime


def may_ask(standing: Standing, *, at: datetime) -> NotAllowed | None:
    """None where a client may ask late, otherwise why not."""
    try:
        check_may_ask(standing, at=at)
    except NotAllowed as refusal:
        return refusal
    return None


def check_may_move(standing: Standing, *, by: ActorKind, at: datetime, asked: bool) -> None:
    """As ``check_may_cancel``, by the same deadline; ``asked``: the provider asked the client to move it.

    Who was asked to is not late.
    """
    _check_stands(standing, "move", by=by, at=at)
    if by == ActorKind.CLIENT and not asked and not standing.is_on_time(at):
        raise IsPastDeadline


def may_move(standing: Standing, *, by: ActorKind, at: datetime, asked: bool) -> NotAllowed | None:
    """None where it may be moved, otherwise why not."""
    try:
        check_may_move(standing, by=by, at=at, asked=asked)
    except NotAllowed as refusal:
        return refusal
    return None


def check_may_restore(standing: Standing, *, canceled_by: ActorKind | None, by: ActorKind, at: datetime) -> None:
    """Raises the NotAllowed that applies to taking a cancellation back; ``canceled_by`` is who made it.

    Until the start, by whoever may cancel: the provider and the office any, a client their own, also inside
    the notice. Whether the time is still free is another question.
    """
    if (standing.status, "restore") not in MOVES:
        raise IsNotCanceled
    if at >= standing.start:
        raise HasStarted
    if by == ActorKind.CLIENT and canceled_by != ActorKind.CLIENT:
        raise IsNotTheirs


def may_restore(standing: Standing, *, canceled_by: ActorKind | None, by: ActorKind, at: datetime) -> NotAllowed | None:
    """None where its cancellation may be taken back, otherwise why not."""
    try:
        check_may_restore(standing, canceled_by=canceled_by, by=by, at=at)
    except NotAllowed as refusal:
        return refusal
    return None
