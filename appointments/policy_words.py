"""A fee policy in words: to the client who reads and agrees to it, and to the provider who sets it.

To a client it names no payer: a link or a shared inbox must not tell who pays for someone's care.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from appointments import rules, terms
from appointments.models import Appointment
from practice.amounts import money
from practice.models import FeePolicy
from practice.policies import Terms
from practice.zones import NBSP, SkippedTime, clock, instant_of, local, moment

NOTHING_AGREED = "No fee can follow: you were never asked to agree to one for this appointment."
TWO_PM = time(14)
SATURDAY = 5


def hours(notice: timedelta) -> str:
    count = int(notice.total_seconds()) // 3600
    return f"{count}{NBSP}hour{'' if count == 1 else 's'}"


# --- To the client ---


def sentences(policy: FeePolicy, *, start: datetime | None, zone: str, payer_limit: Decimal | None) -> str:
    """The policy in two sentences, as a client reads it before agreeing. ``start`` None: no time chosen yet."""
    until = f"until {hours(policy.notice)} before the start"
    if start is not None:
        deadline = rules.deadline(start=start, notice=policy.notice)
        until = f"until {moment(deadline, zone)}, {hours(policy.notice)} ahead"
    return f"You can cancel free of charge {until}. {what_may_follow(policy, payer_limit=payer_limit)}"


def what_may_follow(policy: FeePolicy, *, payer_limit: Decimal | None) -> str:
    """The policy's second sentence: what it may cost after the deadline."""
    late, no_show = _at_most(policy, payer_limit)
    if late == no_show == 0:
        return "Later than that, no fee applies either."
    if late == no_show:
        return f"Later than that, or if you do not come, {_may_apply(late)}."
    return f"Later than that {_may_apply(late)}; if you do not come, {_may_apply(no_show)}."


def inside_notice(policy: FeePolicy, *, payer_limit: Decimal | None, notice: timedelta | None = None) -> str:
    """As ``sentences``, for a time so near that its deadline has passed; ``notice`` if not the policy's own."""
    near = too_near(notice or policy.notice)
    late, no_show = _at_most(policy, payer_limit)
    if late == no_show:
        return f"{near} If you cancel or do not come, {_may_apply(late)}."
    return f"{near} If you cancel, {_may_apply(late)}; if you do not come, {_may_apply(no_show)}."


def too_near(notice: timedelta) -> str:
    return f"This is less than {hours(notice)} ahead, so it can’t be canceled online."


def _at_most(policy: FeePolicy, payer_limit: Decimal | None) -> tuple[Decimal, Decimal]:
    """The late fee and the no-show fee, as far as the payer allows them."""
    if payer_limit is None:
        return policy.late_fee, policy.no_show_fee
    return min(policy.late_fee, payer_limit), min(policy.no_show_fee, payer_limit)


def _may_apply(amount: Decimal) -> str:
    return f"a fee of up to {money(amount)} may apply" if amount > 0 else "no fee applies"


def if_plans_change(appointment: Appointment, *, policy: FeePolicy, at: datetime, zone: str) -> str:
    """``policy`` is the one in force. Until when it can be canceled free of charge, and what may follow later."""
    standing = terms.standing(appointment, policy=policy)
    agreed, payer_limit = appointment.acknowledged_policy, terms.payer_limit(appointment.client.payer)
    until = f"until {moment(standing.deadline, zone)}, {hours(standing.notice)} ahead."
    if standing.is_on_time(at):
        if agreed is None:
            return f"You can cancel {until} {NOTHING_AGREED}"
        return f"You can cancel free of charge {until} {what_may_follow(agreed, payer_limit=payer_limit)}"
    if agreed is None:
        return f"{too_near(standing.notice)} {NOTHING_AGREED}"
    return inside_notice(agreed, payer_limit=payer_limit, notice=standing.notice)


def around_the_deadline(policy: FeePolicy, *, at: datetime, payer_limit: Decimal | None) -> tuple[str, str]:
    """The policy's two sentences before and after the words of a deadline, which differ from time to time."""
    words = sentences(policy, start=at, zone="UTC", payer_limit=payer_limit)
    before, _, after = words.partition(moment(rules.deadline(start=at, notice=policy.notice), "UTC"))
    return before, after


# --- To the provider ---


@dataclass(frozen=True)
class Example:
    """What the terms mean for one appointment, every time in the provider's zone."""

    start: str
    deadline: str
    to_clients: str
    words: str
    no_show_from: str


def example(terms: Terms, *, at: datetime, zone: str) -> Example:
    policy = FeePolicy(
        notice_hours=terms.notice_hours,
        late_fee=terms.late_fee,
        no_show_fee=terms.no_show_fee,
        no_show_grace_minutes=terms.grace_minutes,
        words=terms.words,
    )
    start = _a_start(policy.notice, at=at, zone=zone)
    return Example(
        start=moment(start, zone),
        deadline=moment(rules.deadline(start=start, notice=policy.notice), zone),
        to_clients=sentences(policy, start=start, zone=zone, payer_limit=None),
        words=terms.words,
        no_show_from=clock(start + timedelta(minutes=terms.grace_minutes), zone),
    )


def _a_start(notice: timedelta, *, at: datetime, zone: str) -> datetime:
    """The first workday's 2:00 PM of which the deadline is not on a day that has begun."""
    today = local(at, zone).date()
    day = today
    while True:
        day += timedelta(days=1)
        try:
            start = instant_of(datetime.combine(day, TWO_PM), zone)
        except SkippedTime:
            continue
        deadline = rules.deadline(start=start, notice=notice)
        if day.weekday() < SATURDAY and local(deadline, zone).date() > today:
            return start


def inside(policy: FeePolicy) -> str:
    """``$75.00 inside 24 hours``"""
    return f"{money(policy.late_fee)} inside {hours(policy.notice)}"


def in_a_line(policy: FeePolicy) -> str:
    """``$75.00 inside 24 hours; $75.00 for a no-show, from 15 minutes after the start``"""
    grace = f"{policy.no_show_grace_minutes}{NBSP}minutes"
    return f"{inside(policy)}; {money(policy.no_show_fee)} for a no-show, from {grace} after the start"
