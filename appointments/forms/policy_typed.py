"""Terms as a person types them, and read again: the names are those of the form's fields. Pure."""

from datetime import datetime
from typing import Any, Final

from practice.fee_terms import WHOLE, Rate, Terms, Tier
from practice.zones import local

HOURS, BUSINESS_DAYS = "hours", "business_days"
FULL, PART, FREE = "full", "part", "free"
STEPS: Final = (1, 2, 3)


def of(terms: Terms) -> dict[str, Any]:
    """As a person would have typed them."""
    percent = terms.first_session_percent
    steps: dict[str, Any] = {}
    for step, tier in zip(STEPS, [*terms.tiers, *[None] * len(STEPS)], strict=False):
        steps |= {f"hours_{step}": tier and tier.hours, f"fee_{step}": tier and Rate(tier.fee, percent=tier.percent)}
    return {
        "notice": terms.notice_business_days or terms.notice_hours,
        "notice_in": BUSINESS_DAYS if terms.notice_business_days else HOURS,
        "late_fee": Rate(terms.late_fee, percent=terms.late_percent),
        "no_show_fee": Rate(terms.no_show_fee, percent=terms.no_show_percent),
        "grace_minutes": terms.grace_minutes,
        "words": terms.words,
        **steps,
        "session_price": terms.session_price,
        "free_passes": terms.free_passes or None,
        "pass_days": terms.pass_days or None,
        "first_session": FREE if percent == 0 else FULL if percent == WHOLE else PART,
        "first_session_percent": percent if 0 < percent < WHOLE else None,
        "booking_grace_minutes": terms.booking_grace_minutes or None,
        "free_if_filled": terms.free_if_filled,
        "rebook_days": terms.rebook_days or None,
    }


def begin(begins: datetime | None, zone: str) -> dict[str, Any]:
    if begins is None:
        return {}
    wall = local(begins, zone)
    return {"begins_day": wall.date(), "begins_time": wall.time()}


def _owed(chosen: str, percent: int | None) -> int:
    if chosen == FREE:
        return 0
    return percent or WHOLE if chosen == PART else WHOLE


def read(typed: dict[str, Any], *, was: Terms) -> Terms:
    """Of fields that are each within their limits; shares are still to be worked out."""
    in_days = typed["notice_in"] == BUSINESS_DAYS
    late, no_show = typed["late_fee"], typed["no_show_fee"]
    return Terms(
        notice_hours=was.notice_hours if in_days else typed["notice"],
        notice_business_days=typed["notice"] if in_days else 0,
        late_fee=late.fee,
        late_percent=late.percent,
        no_show_fee=no_show.fee,
        no_show_percent=no_show.percent,
        grace_minutes=typed["grace_minutes"],
        words=typed["words"],
        tiers=tuple(tiers(typed).values()),
        session_price=typed["session_price"],
        free_passes=typed["free_passes"] or 0,
        pass_days=typed["pass_days"] or 0,
        first_session_percent=_owed(typed["first_session"], typed["first_session_percent"]),
        booking_grace_minutes=typed["booking_grace_minutes"] or 0,
        free_if_filled=typed["free_if_filled"],
        rebook_days=typed["rebook_days"] or 0,
    )


def tiers(typed: dict[str, Any]) -> dict[int, Tier]:
    """The farthest first, whatever the order in which they stand."""
    found = {}
    for step in STEPS:
        hours, fee = typed[f"hours_{step}"], typed[f"fee_{step}"]
        if hours is not None and fee is not None:
            found[step] = Tier(hours, fee.fee, fee.percent)
    return dict(sorted(found.items(), key=lambda item: -item[1].hours))
