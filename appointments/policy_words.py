"""A fee policy as its provider reads it: in a line, and by the example of one appointment."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from appointments import fee_words, rules
from practice.amounts import money
from practice.models import FeePolicy
from practice.policies import Terms
from practice.zones import NBSP, SkippedTime, clock, instant_of, local, moment

TWO_PM = time(14)
SATURDAY = 5


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
        to_clients=fee_words.policy_sentences(policy, start=start, zone=zone, payer_limit=None),
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
        if day.weekday() < SATURDAY and local(start - notice, zone).date() > today:
            return start


def in_a_line(policy: FeePolicy) -> str:
    """``$75.00 inside 24 hours; $75.00 for a no-show, from 15 minutes after the start``"""
    grace = f"{policy.no_show_grace_minutes}{NBSP}minutes"
    return (
        f"{money(policy.late_fee)} inside {fee_words.hours(policy.notice)}; "
        f"{money(policy.no_show_fee)} for a no-show, from {grace} after the start"
    )
