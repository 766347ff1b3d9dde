"""What a late cancellation or a no-show costs, and the steps that led there. Pure; the practice's currency.

Each of two policies says what it asks in this case: the one that the client agreed to at booking and the one
in force. A fee is the lesser, and never more than the practice's cap nor than the payer allows. It is nothing
where the provider or nobody caused it, where one of the two policies makes it free, where nothing was ever
agreed, or where the payer forbids it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from appointments.assessments import NOTHING, Assessment, Bound, Cause, FeeKind, NoFee, Source, Step
from practice.amounts import share
from practice.fee_terms import WHOLE, Cutoff, Rate, Terms


@dataclass(frozen=True)
class Facts:
    """Instants are aware UTC. ``payer_limit`` None is none, 0 forbids. ``told_at`` of a no-show is its start.

    ``passes_used``: when this client's free passes with this provider were used and not given back;
    ``given_passes``: how many of those that were given to them are left. ``refilled`` and ``rebooked``:
    what has happened since.
    """

    cause: Cause
    reason_may_owe: bool
    told_at: datetime
    start: datetime
    booked_at: datetime
    agreed: Terms | None
    in_force: Terms
    cap: Decimal
    payer_limit: Decimal | None
    kind: FeeKind = FeeKind.LATE_CANCELLATION
    first_session: bool = False
    passes_used: tuple[datetime, ...] = ()
    given_passes: int = 0
    refilled: bool = False
    rebooked: bool = False

    @property
    def policies(self) -> list[Terms]:
        """Those that count: of two, each gives the client what it gives."""
        return [self.in_force] if self.agreed is None else [self.agreed, self.in_force]


def assess(facts: Facts) -> Assessment:
    return Assessment(tuple(_steps(facts)))


def cutoff(start: datetime, *, booked_at: datetime, policies: list[Terms]) -> Cutoff:
    """The latest that any of the policies gives: less notice than agreed reaches back, more never does."""
    return max((terms.cutoff(start, booked_at=booked_at) for terms in policies), key=lambda cutoff: cutoff.at)


def _steps(facts: Facts) -> Iterator[Step]:
    yield (step := _caused(facts))
    if step.no_fee:
        return
    if facts.kind == FeeKind.LATE_CANCELLATION:
        yield (step := _noticed(facts))
        if step.no_fee:
            return
    owed: Decimal | None = None
    for step in _priced(facts):
        # Nothing that follows can make it more.
        owed = step.amount if owed is None or step.amount is None else min(owed, step.amount)
        yield replace(step, amount=owed)
        if step.no_fee:
            return
    if covered := _passed(facts):
        yield covered
        return
    yield from _melted(facts)


def _caused(facts: Facts) -> Step:
    said = {"cause": facts.cause.value, "kind": facts.kind.value}
    if facts.cause == Cause.PROVIDER:
        return Step(Source.CAUSE, said, no_fee=NoFee.PROVIDER_CAUSED)
    if facts.cause == Cause.NEITHER:
        return Step(Source.CAUSE, said, no_fee=NoFee.NOBODY_CAUSED)
    return Step(Source.CAUSE, said, no_fee=None if facts.reason_may_owe else NoFee.REASON)


def _noticed(facts: Facts) -> Step:
    free = cutoff(facts.start, booked_at=facts.booked_at, policies=facts.policies)
    said = {
        "told_at": facts.told_at.isoformat(),
        "start": facts.start.isoformat(),
        "cutoff": free.at.isoformat(),
        "hours": free.notice.hours,
        "business_days": free.notice.business_days,
        "grace_minutes": free.grace_minutes,
    }
    return Step(Source.NOTICE, said, no_fee=NoFee.ON_TIME if facts.told_at <= free.at else None)


def _priced(facts: Facts) -> Iterator[Step]:
    """What each limit alone allows."""
    if facts.agreed is None:
        yield Step(Source.AGREED, {}, no_fee=NoFee.NEVER_AGREED)
        return
    if facts.payer_limit is not None and facts.payer_limit <= NOTHING:
        yield Step(Source.PAYER, {"limit": str(NOTHING)}, no_fee=NoFee.PAYER_FORBIDS)
        return
    yield _asked(facts, facts.agreed, Source.AGREED)
    yield _asked(facts, facts.in_force, Source.IN_FORCE)
    yield _limited(Source.CAP, facts.cap)
    if facts.payer_limit is not None:
        yield _limited(Source.PAYER, facts.payer_limit)


def _asked(facts: Facts, terms: Terms, source: Source) -> Step:
    """By one policy: its rate in this case, and what of it a first session owes."""
    rate = _rate(facts, terms)
    said: dict[str, Any] = {
        "fee": str(rate.fee),
        "hours": rate.hours or terms.notice_hours,
        "business_days": 0 if rate.hours else terms.notice_business_days,
    }
    if terms.free_if_filled and facts.kind == FeeKind.LATE_CANCELLATION:
        said["free_if_filled"] = True
    if terms.rebook_days:
        said["rebook_days"] = terms.rebook_days
    if rate.percent is not None:
        said |= {"percent": rate.percent, "price": str(terms.session_price)}
    if rate.fee <= NOTHING:
        return Step(source, said, NOTHING, NoFee.SET_TO_ZERO)
    if not facts.first_session or terms.first_session_percent == WHOLE:
        return Step(source, said, rate.fee)
    said["first_session"] = terms.first_session_percent
    owed = share(rate.fee, terms.first_session_percent)
    return Step(source, said, owed, NoFee.FIRST_SESSION if owed <= NOTHING else None)


def _rate(facts: Facts, terms: Terms) -> Rate:
    if facts.kind == FeeKind.NO_SHOW:
        return terms.no_show_rate
    return terms.late_rate(told_at=facts.told_at, start=facts.start)


def _limited(source: Source, limit: Decimal) -> Step:
    return Step(source, {"limit": str(limit)}, limit, NoFee.SET_TO_ZERO if limit <= NOTHING else None)


def _passed(facts: Facts) -> Step | None:
    """A free pass covers a late cancellation: the policy's own first, then one that was given.

    The days are those before the start, so that telling earlier never costs a pass.
    """
    if facts.kind == FeeKind.NO_SHOW:
        return None
    for terms in facts.policies:
        since = facts.start - timedelta(days=terms.pass_days)
        used = sum(since < at for at in facts.passes_used)
        if used < terms.free_passes:
            said = {"nth": used + 1, "of": terms.free_passes, "days": terms.pass_days}
            return Step(Source.RELIEF, said, NOTHING, NoFee.COVERED)
    if facts.given_passes > 0:
        return Step(Source.RELIEF, {"given": facts.given_passes}, NOTHING, NoFee.COVERED)
    return None


def _melted(facts: Facts) -> Iterator[Step]:
    late = facts.kind == FeeKind.LATE_CANCELLATION
    if late and facts.refilled and any(terms.free_if_filled for terms in facts.policies):
        yield Step(Source.SINCE, {}, NOTHING, NoFee.FILLED)
    elif facts.rebooked and any(terms.rebook_days for terms in facts.policies):
        yield Step(Source.SINCE, {}, NOTHING, NoFee.REBOOKED)


def replay(
    *, kind: FeeKind, bounds: dict[Bound, Decimal], hours: int, told_at: datetime | None, start: datetime
) -> Assessment:
    """Of a fee that was kept without its steps: by its bounds and the agreed notice in ``hours``."""
    steps = [Step(Source.CAUSE, {"cause": Cause.CLIENT.value, "kind": kind.value})]
    if told_at is not None:
        said = {"hours": hours, "business_days": 0, "grace_minutes": 0, "told_at": told_at.isoformat()}
        said |= {"start": start.isoformat(), "cutoff": (start - timedelta(hours=hours)).isoformat()}
        steps.append(Step(Source.NOTICE, said))
    owed = bounds[Bound.AGREED]
    for bound, limit in bounds.items():
        owed = min(owed, limit)
        facts: dict[str, Any] = {"fee" if bound in {Bound.AGREED, Bound.IN_FORCE} else "limit": str(limit)}
        if bound == Bound.AGREED:
            facts |= {"hours": hours, "business_days": 0}
        steps.append(Step(Source(bound.value), facts, owed))
    return Assessment(tuple(steps))
