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
    PROVIDER_ABSENT = "provider_absent", "Provider did not come"


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
    (Status.BOOKED, "mark_completed"): Status.COMPLETED,
    (Status.BOOKED, "mark_no_show"): Status.NO_SHOW,
    (Status.NO_SHOW, "mark_completed"): Status.COMPLETED,
    (Status.COMPLETED, "mark_no_show"): Status.NO_SHOW,
    (Status.BOOKED, "confirm_absence"): Status.PROVIDER_ABSENT,
    (Status.COMPLETED, "confirm_absence"): Status.PROVIDER_ABSENT,
    (Status.NO_SHOW, "confirm_absence"): Status.PROVIDER_ABSENT,
}
FEE_MOVES: Final[dict[tuple[FeeStatus, str], FeeStatus]] = {
    (FeeStatus.TO_DECIDE, "charge"): FeeStatus.DUE,
    (FeeStatus.TO_DECIDE, "reduce"): FeeStatus.DUE,
    (FeeStatus.TO_DECIDE, "waive"): FeeStatus.WAIVED,
    # Charged under a policy by which it may still come to nothing: it waits until it melts or ripens.
    (FeeStatus.DUE, "wait"): FeeStatus.PENDING,
    (FeeStatus.PENDING, "melt"): FeeStatus.VOID,
    (FeeStatus.TO_DECIDE, "melt"): FeeStatus.VOID,
    (FeeStatus.DUE, "melt"): FeeStatus.VOID,
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
# From the start: so long a client may report that the provider did not come.
ABSENCE_WINDOW: Final = timedelta(days=14)


@dataclass(frozen=True)
class Standing:
    """What the rule needs to know of an appointment. ``asked_late``: before the start its client asked to cancel it,
    and that was not approved."""

    status: Status
    start: datetime
    cutoff: Cutoff
    asked_late: bool = False

    @property
    def deadline(self) -> datetime:
        """The last instant, itself included, at which a client cancels on time."""
        return self.cutoff.at

    def is_on_time(self, told_at: datetime) -> bool:
        return told_at <= self.deadline


@dataclass(frozen=True)
class Session:
    """What the rules of attendance need to know.

    ``grace`` is how long the two wait for each other: the longest that a policy gives that counts. ``asked_late``
    as in Standing; ``is_reported``: the client says that the provider did not come, and has no answer yet.
    """

    status: Status
    start: datetime
    grace: timedelta
    asked_late: bool = False
    is_reported: bool = False

    @property
    def waited_until(self) -> datetime:
        """From then on, itself included, who is not there did not come."""
        return self.start + self.grace

    @property
    def report_until(self) -> datetime:
        """The last instant, itself included, at which the client may report that the provider did not come."""
        return self.start + ABSENCE_WINDOW


class NotAllowed(Exception):
    """The rule says no. ``appointments.refusals`` turns it into words for the person who asked."""


class IsCanceled(NotAllowed):
    pass


class IsOver(NotAllowed):
    """It took place, or one of the two did not come: nothing is left to cancel."""


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


class IsMarked(NotAllowed):
    """It is marked so already, or it is settled that the provider did not come."""


class IsTooSoon(NotAllowed):
    """Nobody can know yet."""


class IsTooLong(NotAllowed):
    """It is too long ago."""


class AskedLate(NotAllowed):
    """The client asked to cancel before the start: it is a late cancellation, and no no-show."""


class IsReported(NotAllowed):
    """The client reported that the provider did not come: that is answered first."""


def check_may_cancel(standing: Standing, *, by: ActorKind, at: datetime) -> None:
    """Raises the NotAllowed that applies; ``at`` is when the request reached us.

    A client may until the deadline, a provider until the start and afterwards what the client asked for before it,
    the office also afterwards.
    """
    _check_stands(standing, "cancel", by=by, at=at)
    if by == ActorKind.CLIENT and not standing.is_on_time(at):
        raise IsPastDeadline


def _check_stands(standing: Standing, act: str, *, by: ActorKind, at: datetime) -> None:
    """Booked still and, but for the office and what was asked for before the start, not begun."""
    if standing.status == Status.CANCELED:
        raise IsCanceled
    if (standing.status, act) not in MOVES:
        raise IsOver
    approves = act == "cancel" and by == ActorKind.PROVIDER and standing.asked_late
    if by != ActorKind.ADMIN and at >= standing.start and not approves:
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


def check_may_mark_completed(session: Session, *, at: datetime) -> None:
    """Raises the NotAllowed that applies: from the start on, also what was marked as a no-show by mistake."""
    _check_markable(session, "mark_completed", since=session.start, at=at)


def may_mark_completed(session: Session, *, at: datetime) -> NotAllowed | None:
    """None where it may be marked as attended, otherwise why not."""
    try:
        check_may_mark_completed(session, at=at)
    except NotAllowed as refusal:
        return refusal
    return None


def check_may_mark_no_show(session: Session, *, at: datetime) -> None:
    """Raises the NotAllowed that applies: from start and grace on, unless the client had asked to cancel."""
    _check_markable(session, "mark_no_show", since=session.waited_until, at=at)
    if session.asked_late:
        raise AskedLate


def may_mark_no_show(session: Session, *, at: datetime) -> NotAllowed | None:
    """None where it may be marked as a no-show, otherwise why not."""
    try:
        check_may_mark_no_show(session, at=at)
    except NotAllowed as refusal:
        return refusal
    return None


def check_may_report(session: Session, *, at: datetime) -> None:
    """Raises the NotAllowed that applies to a client who reports that the provider did not come."""
    _check_markable(session, "confirm_absence", since=session.waited_until, at=at)
    if at > session.report_until:
        raise IsTooLong


def may_report(session: Session, *, at: datetime) -> NotAllowed | None:
    """None where a client may report it, otherwise why not."""
    try:
        check_may_report(session, at=at)
    except NotAllowed as refusal:
        return refusal
    return None


def _check_markable(session: Session, act: str, *, since: datetime, at: datetime) -> None:
    if session.status == Status.CANCELED:
        raise IsCanceled
    if (session.status, act) not in MOVES:
        raise IsMarked
    if at < since:
        raise IsTooSoon
    if session.is_reported:
        raise IsReported
