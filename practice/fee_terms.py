"""What a fee policy says: until when canceling is free, and what later costs. Pure: no database, no clock.

Fees are in the practice's currency. Shares of the session price are rounded to cents, half to even.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from practice.amounts import money, share
from practice.zones import instant_after_gap, local

SATURDAY = 5
ONE_DAY = timedelta(days=1)
WHOLE = 100


@dataclass(frozen=True)
class Notice:
    """Elapsed hours or, where there are any, business days: without weekends and ``holidays``, in ``zone``."""

    hours: int
    business_days: int = 0
    zone: str = "UTC"
    holidays: frozenset[date] = frozenset()

    def deadline(self, start: datetime) -> datetime:
        """The last instant, itself included, at which a client cancels on time.

        Over a clock change 24 hours stay 24 hours; a business day ends at the start's time of day.
        """
        if not self.business_days:
            return start - timedelta(hours=self.hours)
        wall = local(start, self.zone).replace(tzinfo=None)
        day, left = wall.date(), self.business_days
        while left:
            day -= ONE_DAY
            left -= self.is_business_day(day)
        return instant_after_gap(datetime.combine(day, wall.time()), self.zone)

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays


@dataclass(frozen=True)
class Cutoff:
    """Until when canceling is free: by the notice, or for ``grace_minutes`` after booking where those end later."""

    at: datetime
    notice: Notice
    grace_minutes: int = 0


@dataclass(frozen=True)
class Tier:
    """What a late cancellation costs with less than ``hours`` to go; ``percent`` where it is a share."""

    hours: int
    fee: Decimal
    percent: int | None = None


@dataclass(frozen=True)
class Rate:
    """What is asked in one case; ``hours`` where a tier asks it; ``percent`` where it is a share of the price."""

    fee: Decimal
    hours: int = 0
    percent: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a policy says. A fee that has a ``percent`` is that share of ``session_price``: see ``priced``.

    ``notice_business_days`` above 0 count in place of the hours, by ``zone`` and ``holidays``. ``tiers`` are
    dearer and nearer than the late fee, the nearest last. ``free_passes`` in any ``pass_days`` days.
    ``first_session_percent``: the share of a fee that a first session owes. 0 is none for all the others.
    """

    notice_hours: int
    late_fee: Decimal
    no_show_fee: Decimal
    grace_minutes: int
    words: str = ""
    notice_business_days: int = 0
    zone: str = "UTC"
    holidays: frozenset[date] = frozenset()
    session_price: Decimal | None = None
    late_percent: int | None = None
    tiers: tuple[Tier, ...] = ()
    no_show_percent: int | None = None
    free_passes: int = 0
    pass_days: int = 0
    first_session_percent: int = WHOLE
    booking_grace_minutes: int = 0
    rebook_days: int = 0
    free_if_filled: bool = False

    @property
    def notice(self) -> Notice:
        return Notice(self.notice_hours, self.notice_business_days, self.zone, self.holidays)

    def cutoff(self, start: datetime, *, booked_at: datetime) -> Cutoff:
        """The grace after booking is for bookings made inside the notice, and ends with the start."""
        deadline = self.notice.deadline(start)
        grace_ends = min(booked_at + timedelta(minutes=self.booking_grace_minutes), start)
        if self.booking_grace_minutes and booked_at > deadline and grace_ends > deadline:
            return Cutoff(grace_ends, self.notice, self.booking_grace_minutes)
        return Cutoff(deadline, self.notice)

    def late_rate(self, *, told_at: datetime, start: datetime) -> Rate:
        """Of a late cancellation: the nearest tier's whose hours are no longer given, else the late fee."""
        left = start - told_at
        for tier in reversed(self.tiers):
            if left < timedelta(hours=tier.hours):
                return Rate(tier.fee, tier.hours, tier.percent)
        return Rate(self.late_fee, percent=self.late_percent)

    @property
    def no_show_rate(self) -> Rate:
        return Rate(self.no_show_fee, percent=self.no_show_percent)

    def priced(self) -> "Terms":
        """With every share worked out. Raises Unclear where there is a share and no price."""

        def fee(percent: int | None, amount: Decimal) -> Decimal:
            if percent is None:
                return amount
            if self.session_price is None:
                raise Unclear({"session_price": "A share of the session price needs that price."})
            return share(self.session_price, percent)

        return replace(
            self,
            late_fee=fee(self.late_percent, self.late_fee),
            no_show_fee=fee(self.no_show_percent, self.no_show_fee),
            tiers=tuple(replace(tier, fee=fee(tier.percent, tier.fee)) for tier in self.tiers),
        )

    def asks_more_than(self, agreed: "Terms", *, start: datetime) -> bool:
        """Whether anything here is to the disadvantage of a client who agreed to the other, for this start."""
        nearest = [timedelta(hours=tier.hours) for tier in (*self.tiers, *agreed.tiers)]
        # A rate changes only at a tier's edge: looked at just inside each, and just inside the notice.
        looks = [start - left + timedelta(microseconds=1) for left in [*nearest, start - self.notice.deadline(start)]]
        return any(
            [
                self.notice.deadline(start) < agreed.notice.deadline(start),
                any(self.late_fee_at(at, start=start) > agreed.late_fee_at(at, start=start) for at in looks),
                self.no_show_fee > agreed.no_show_fee,
                self.grace_minutes < agreed.grace_minutes,
                self.first_session_percent > agreed.first_session_percent,
                self.booking_grace_minutes < agreed.booking_grace_minutes,
                self.rebook_days < agreed.rebook_days,
                self.free_if_filled < agreed.free_if_filled,
                self.free_passes < agreed.free_passes,
                agreed.free_passes > 0 and self.pass_days > agreed.pass_days,
            ]
        )

    def late_fee_at(self, told_at: datetime, *, start: datetime) -> Decimal:
        """Nothing while it is free by the notice."""
        if told_at <= self.notice.deadline(start):
            return Decimal(0)
        return self.late_rate(told_at=told_at, start=start).fee


class Unclear(ValueError):
    """Terms that can't be kept; ``problems`` by the name of the field of Terms."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


def over_cap(cap: Decimal) -> str:
    return f"At most {money(cap)}: that is the practice's limit."


def check(terms: Terms, *, cap: Decimal) -> None:
    """``terms`` priced. Raises Unclear with all that is wrong."""
    dearest = terms.tiers[-1].fee if terms.tiers else Decimal(0)
    fees = {"late_fee": terms.late_fee, "tiers": dearest, "no_show_fee": terms.no_show_fee}
    problems = {name: over_cap(cap) for name, fee in fees.items() if fee > cap}
    if terms.tiers and "tiers" not in problems:
        steps = [Tier(_longest(terms), terms.late_fee), *terms.tiers]
        if any(nearer.hours >= farther.hours for farther, nearer in pairwise(steps)):
            problems["tiers"] = "Each step is nearer to the start than the one before, and nearer than the notice."
        elif any(nearer.fee < farther.fee for farther, nearer in pairwise(steps)):
            problems["tiers"] = "Nearer to the start it can’t cost less."
    if (terms.free_passes > 0) != (terms.pass_days > 0):
        problems["free_passes"] = "Free passes need a number and in how many days they count; or neither."
    if problems:
        raise Unclear(problems)


def _longest(terms: Terms) -> int:
    """Hours that any notice is at least as long as: a business day has 23 where clocks go forward."""
    return terms.notice_business_days * 24 - 1 if terms.notice_business_days else terms.notice_hours
