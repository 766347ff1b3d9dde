"""A fee policy in words: to the client who reads and agrees to it, and to the provider who sets it.

To a client it names no payer: a link or a shared inbox must not tell who pays for someone's care.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import rules, terms
from appointments.models import Appointment
from practice.amounts import money
from practice.models import FeePolicy
from practice.policies import Terms
from practice.zones import NBSP, SkippedTime, clock, instant_of, local, moment

TWO_PM = time(14)
SATURDAY = 5


def hours(notice: timedelta) -> str:
    count = int(notice.total_seconds()) // 3600
    return (ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}).replace(" ", NBSP)


# --- To the client ---


def sentences(policy: FeePolicy, *, start: datetime | None, zone: str, payer_limit: Decimal | None) -> str:
    """The policy in two sentences, as a client reads it before agreeing. ``start`` None: no time chosen yet."""
    if start is None:
        until = _("You can cancel free of charge until %(hours)s before the start.") % {"hours": hours(policy.notice)}
    else:
        until = free_until(rules.deadline(start=start, notice=policy.notice), notice=policy.notice, zone=zone)
    return f"{until} {what_may_follow(policy, payer_limit=payer_limit)}"


def free_until(deadline: datetime, *, notice: timedelta, zone: str) -> str:
    """``You can cancel free of charge until Tue, Mar 3, 2:00 PM EST, 24 hours ahead.``"""
    facts = {"deadline": moment(deadline, zone), "hours": hours(notice)}
    return _("You can cancel free of charge until %(deadline)s, %(hours)s ahead.") % facts


def nothing_agreed() -> str:
    return _("No fee can follow: you have not agreed to one for this appointment.")


def what_may_follow(policy: FeePolicy, *, payer_limit: Decimal | None) -> str:
    """The policy's second sentence: what it may cost after the deadline."""
    late, no_show = _at_most(policy, payer_limit)
    if late == no_show == 0:
        return _("Later than that, no fee applies either.")
    fees = {"late": _may_apply(late), "no_show": _may_apply(no_show)}
    if late == no_show:
        return _("Later than that, or if you do not come, %(late)s.") % fees
    return _("Later than that %(late)s; if you do not come, %(no_show)s.") % fees


def inside_notice(policy: FeePolicy, *, payer_limit: Decimal | None, notice: timedelta | None = None) -> str:
    """As ``sentences``, for a time so near that its deadline has passed; ``notice`` if not the policy's own."""
    near = too_near(notice or policy.notice)
    late, no_show = _at_most(policy, payer_limit)
    fees = {"late": _may_apply(late), "no_show": _may_apply(no_show)}
    if late == no_show:
        follows = _("If you cancel or do not come, %(late)s.")
    else:
        follows = _("If you cancel, %(late)s; if you do not come, %(no_show)s.")
    return f"{near} {follows % fees}"


def too_near(notice: timedelta) -> str:
    return _("This is less than %(hours)s ahead, so it can’t be canceled online.") % {"hours": hours(notice)}


def _at_most(policy: FeePolicy, payer_limit: Decimal | None) -> tuple[Decimal, Decimal]:
    """The late fee and the no-show fee, as far as the payer allows them."""
    if payer_limit is None:
        return policy.late_fee, policy.no_show_fee
    return min(policy.late_fee, payer_limit), min(policy.no_show_fee, payer_limit)


def _may_apply(amount: Decimal) -> str:
    """Within a sentence."""
    return _("a fee of up to %(fee)s may apply") % {"fee": money(amount)} if amount > 0 else _("no fee applies")


def until_when(appointment: Appointment, *, policy: FeePolicy, zone: str) -> str:
    """As long as it can be canceled online; of a charge only to who agreed to one. ``policy`` is the one in force."""
    standing = terms.standing(appointment, policy=policy)
    if appointment.acknowledged_policy is not None:
        return free_until(standing.deadline, notice=standing.notice, zone=zone)
    facts = {"deadline": moment(standing.deadline, zone), "hours": hours(standing.notice)}
    return _("You can cancel until %(deadline)s, %(hours)s ahead.") % facts


def if_plans_change(appointment: Appointment, *, policy: FeePolicy, at: datetime, zone: str) -> str:
    """``policy`` is the one in force. Until when it can be canceled free of charge, and what may follow later."""
    standing = terms.standing(appointment, policy=policy)
    agreed, payer_limit = appointment.acknowledged_policy, terms.payer_limit(appointment.client.payer)
    if standing.is_on_time(at):
        follows = nothing_agreed() if agreed is None else what_may_follow(agreed, payer_limit=payer_limit)
        return f"{until_when(appointment, policy=policy, zone=zone)} {follows}"
    if agreed is None:
        return f"{too_near(standing.notice)} {nothing_agreed()}"
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
