"""A fee policy in words: to the client who reads and agrees to it, and to the provider who sets it.

To a client it names no payer: a link or a shared inbox must not tell who pays for someone's care.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import fee_phrases, terms
from appointments.models import Appointment
from practice.amounts import money
from practice.fee_terms import SATURDAY, WHOLE, Cutoff, Notice, Terms
from practice.models import FeePolicy
from practice.zones import NBSP, SkippedTime, clock, instant_of, local, moment, short_date

TWO_PM: Final = time(14)
LOOKED_AT: Final = 10  # two weeks of business days


def notice(asked: Notice) -> str:
    """``24 hours``; ``2 business days``"""
    return business_days(asked.business_days) if asked.business_days else hours(asked.hours)


def hours(count: int) -> str:
    return (ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}).replace(" ", NBSP)


def business_days(count: int) -> str:
    words = ngettext("%(count)s business day", "%(count)s business days", count) % {"count": count}
    return words.replace(" ", NBSP)


def minutes(count: int) -> str:
    return (ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}).replace(" ", NBSP)


def how_far(cutoff: Cutoff) -> str:
    """``24 hours ahead``; ``15 minutes after booking``"""
    if cutoff.grace_minutes:
        return _("%(minutes)s after booking") % {"minutes": minutes(cutoff.grace_minutes)}
    return _("%(hours)s ahead") % {"hours": notice(cutoff.notice)}


# --- To the client ---


def sentences(policy: Terms, *, start: datetime | None, zone: str, payer_limit: Decimal | None) -> str:
    """The policy in two sentences, as a client reads it before agreeing. ``start`` None: no time chosen yet."""
    if start is not None:
        until = free_until(Cutoff(policy.notice.deadline(start), policy.notice), zone=zone)
    elif policy.booking_grace_minutes:
        until = _(
            "You can cancel free of charge until %(hours)s before the start, and what you book later than that "
            "within %(minutes)s of booking."
        ) % {"hours": notice(policy.notice), "minutes": minutes(policy.booking_grace_minutes)}
    else:
        until = _("You can cancel free of charge until %(hours)s before the start.") % {"hours": notice(policy.notice)}
    return f"{until} {what_may_follow(policy, payer_limit=payer_limit)}"


def free_until(cutoff: Cutoff, *, zone: str) -> str:
    """``You can cancel free of charge until Tue, Mar 3, 2:00 PM EST, 24 hours ahead.``"""
    facts = {"deadline": moment(cutoff.at, zone), "ahead": how_far(cutoff)}
    return _("You can cancel free of charge until %(deadline)s, %(ahead)s.") % facts


def nothing_agreed() -> str:
    return _("No fee can follow: you have not agreed to one for this appointment.")


def what_may_follow(policy: Terms, *, payer_limit: Decimal | None) -> str:
    """The policy's second sentence: what it may cost after the deadline, and what makes it free even then."""
    late, no_show = fee_phrases.late(policy, payer_limit), fee_phrases.no_show(policy, payer_limit)
    if late == no_show == fee_phrases.none():
        return _("Later than that, no fee applies either.")
    facts = {"late": late, "no_show": no_show, "but": fee_phrases.but_none(policy)}
    if late == no_show:
        return _("Later than that, or if you do not come, %(late)s%(but)s.") % facts
    return _("Later than that, %(late)s; if you do not come, %(no_show)s%(but)s.") % facts


def inside_notice(policy: Terms, *, payer_limit: Decimal | None, asked: Notice | None = None) -> str:
    """As ``sentences``, for a time so near that its deadline has passed; ``asked`` if not the policy's own notice."""
    near = too_near(asked or policy.notice, grace_minutes=policy.booking_grace_minutes)
    return f"{near} {what_follows(policy, payer_limit=payer_limit)}"


def what_follows(policy: Terms, *, payer_limit: Decimal | None) -> str:
    """As ``what_may_follow``, where the deadline has passed."""
    late, no_show = fee_phrases.late(policy, payer_limit), fee_phrases.no_show(policy, payer_limit)
    facts = {"late": late, "no_show": no_show, "but": fee_phrases.but_none(policy)}
    if late == no_show == fee_phrases.none():
        follows = _("If you cancel or do not come, %(late)s.")
    elif late == no_show:
        follows = _("If you cancel or do not come, %(late)s%(but)s.")
    else:
        follows = _("If you cancel, %(late)s; if you do not come, %(no_show)s%(but)s.")
    return follows % facts


def too_near(asked: Notice, *, grace_minutes: int = 0) -> str:
    """``grace_minutes``: after booking, in which it can be canceled all the same."""
    facts = {"hours": notice(asked), "minutes": minutes(grace_minutes)}
    if grace_minutes:
        return (
            _(
                "This is less than %(hours)s ahead, so it can be canceled online, and free of charge, only within "
                "%(minutes)s of booking."
            )
            % facts
        )
    return _("This is less than %(hours)s ahead, so it can’t be canceled online.") % facts


def until_when(appointment: Appointment, *, policy: FeePolicy, zone: str) -> str:
    """As long as it can be canceled online; of a charge only to who agreed to one. ``policy`` is the one in force."""
    cutoff = terms.standing(appointment, policy=policy).cutoff
    if appointment.acknowledged_policy is not None:
        return free_until(cutoff, zone=zone)
    facts = {"deadline": moment(cutoff.at, zone), "ahead": how_far(cutoff)}
    return _("You can cancel until %(deadline)s, %(ahead)s.") % facts


def if_plans_change(appointment: Appointment, *, policy: FeePolicy, at: datetime, zone: str) -> str:
    """``policy`` is the one in force. Until when it can be canceled free of charge, and what may follow later."""
    standing = terms.standing(appointment, policy=policy)
    agreed, payer_limit = appointment.acknowledged_policy, terms.payer_limit(appointment.client.payer)
    if standing.is_on_time(at):
        follows = nothing_agreed() if agreed is None else what_may_follow(agreed.terms, payer_limit=payer_limit)
        return f"{until_when(appointment, policy=policy, zone=zone)} {follows}"
    near = too_near(standing.cutoff.notice)
    if agreed is None:
        return f"{near} {nothing_agreed()}"
    return f"{near} {what_follows(agreed.terms, payer_limit=payer_limit)}"


def around_the_deadline(policy: Terms, *, at: datetime, payer_limit: Decimal | None) -> tuple[str, str]:
    """The policy's two sentences before and after the words of a deadline, which differ from time to time."""
    words = sentences(policy, start=at, zone="UTC", payer_limit=payer_limit)
    before, _, after = words.partition(moment(policy.notice.deadline(at), "UTC"))
    return before, after


# --- To the provider ---


@dataclass(frozen=True)
class Example:
    """What the terms mean for one appointment, every time in the provider's zone.

    ``not_counted``: the days between deadline and start that are no business days. ``steps``: what canceling costs
    from when on, where it gets dearer. ``grace``: what is free after booking.
    """

    start: str
    deadline: str
    not_counted: str
    steps: tuple[str, ...]
    grace: str
    to_clients: str
    words: str
    no_show_from: str


def example(terms: Terms, *, at: datetime, zone: str, holidays: Mapping[date, str] = MappingProxyType({})) -> Example:
    """``terms`` as they would be kept: priced, with the practice's holidays; ``holidays`` are their names."""
    start = _a_start(terms.notice, at=at, zone=zone)
    return Example(
        start=moment(start, zone),
        deadline=moment(terms.notice.deadline(start), zone),
        not_counted=_named(_stepped_over(terms.notice, start), holidays),
        steps=tuple(_steps(terms, start=start, zone=zone)),
        grace=minutes(terms.booking_grace_minutes) if terms.booking_grace_minutes else "",
        to_clients=sentences(terms, start=start, zone=zone, payer_limit=None),
        words=terms.words,
        no_show_from=clock(start + timedelta(minutes=terms.grace_minutes), zone),
    )


def _a_start(asked: Notice, *, at: datetime, zone: str) -> datetime:
    """The first one possible; of business days the first that shows a holiday stepped over, or else a weekend."""
    starts = _starts(asked, at=at, zone=zone)
    if not asked.business_days:
        return next(starts)

    def shows(start: datetime) -> tuple[bool, bool]:
        over = _stepped_over(asked, start)
        return any(day in asked.holidays for day in over), bool(over)

    return max(itertools.islice(starts, LOOKED_AT), key=shows)


def _starts(asked: Notice, *, at: datetime, zone: str) -> Iterator[datetime]:
    """Each business day's 2:00 PM of which the deadline is not on a day that has begun."""
    today = local(at, zone).date()
    for days in itertools.count(1):
        day = today + timedelta(days=days)
        try:
            start = instant_of(datetime.combine(day, TWO_PM), zone)
        except SkippedTime:
            continue
        if asked.is_business_day(day) and local(asked.deadline(start), zone).date() > today:
            yield start


def _stepped_over(asked: Notice, start: datetime) -> list[date]:
    if not asked.business_days:
        return []
    first, last = (local(instant, asked.zone).date() for instant in (asked.deadline(start), start))
    between = (first + timedelta(days=days) for days in range(1, (last - first).days))
    return [day for day in between if not asked.is_business_day(day)]


def _named(days: list[date], holidays: Mapping[date, str]) -> str:
    """``the weekend of Mar 7 and Memorial Day (Mon, May 25)``"""
    parts = [
        f"{holidays.get(day, 'a holiday')} ({short_date(day)})"
        if day.weekday() < SATURDAY
        else f"the weekend of {day:%b}{NBSP}{day.day}"
        for day in days
        if day.weekday() <= SATURDAY
    ]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _steps(policy: Terms, *, start: datetime, zone: str) -> Iterator[str]:
    """``After Thu, Mar 5, 10:00 AM EST: $150.00``"""
    if policy.tiers:
        yield f"After {moment(policy.notice.deadline(start), zone)}: {money(policy.late_fee)}"
        for tier in policy.tiers:
            yield f"After {moment(start - timedelta(hours=tier.hours), zone)}: {money(tier.fee)}"


def inside(policy: Terms) -> str:
    """``$75.00 inside 24 hours``; ``$75.00 (50%) inside 24 hours, $150.00 (100%) inside 4 hours``"""
    late = f"{rate(policy.late_fee, policy.late_percent)} inside {notice(policy.notice)}"
    return ", ".join([late, *(f"{rate(tier.fee, tier.percent)} inside {hours(tier.hours)}" for tier in policy.tiers)])


def rate(fee: Decimal, percent: int | None) -> str:
    """``$75.00 (50%)`` where it is a share."""
    return money(fee) if percent is None else f"{money(fee)} ({percent}%)"


def in_a_line(policy: Terms) -> str:
    """``$75.00 inside 24 hours; $75.00 for a no-show, from 15 minutes after the start``, and what makes it free."""
    grace = minutes(policy.grace_minutes)
    no_show = f"{rate(policy.no_show_fee, policy.no_show_percent)} for a no-show, from {grace} after the start"
    return "; ".join([inside(policy), no_show, *_reliefs(policy)])


def _reliefs(policy: Terms) -> Iterator[str]:
    if policy.first_session_percent < WHOLE:
        owed = f"{policy.first_session_percent}% of it" if policy.first_session_percent else "none"
        yield f"{owed} for a first session"
    if policy.free_passes:
        passes = "pass" if policy.free_passes == 1 else "passes"
        yield f"{policy.free_passes}{NBSP}free {passes} in any {policy.pass_days}{NBSP}days"
    if policy.free_if_filled:
        yield "none if the time is filled"
    if policy.rebook_days:
        days = f"{policy.rebook_days}{NBSP}{'day' if policy.rebook_days == 1 else 'days'}"
        yield f"none if they book again and come within {days}"
    if policy.booking_grace_minutes:
        yield f"none within {minutes(policy.booking_grace_minutes)} of booking"
