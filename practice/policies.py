"""The one way a fee policy comes to be: a new row that supersedes the one in force."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from practice import fee_terms
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import FeePolicy, Holiday, Practice, Provider
from practice.zones import moment


class BackDated(ValueError):
    """A policy counts from now on or later, never before."""

    def __init__(self, at: datetime, zone: str) -> None:
        super().__init__(f"A policy can’t begin in the past: it is {moment(at, zone)} now.")


def defaults(practice: Practice) -> Terms:
    """What a new provider starts from."""
    return Terms(
        notice_hours=practice.default_notice_hours,
        late_fee=min(practice.default_late_fee, practice.fee_cap),
        no_show_fee=min(practice.default_no_show_fee, practice.fee_cap),
        grace_minutes=practice.default_grace_minutes,
    )


def holidays() -> dict[date, str]:
    """The practice's, as they are now, with their names."""
    return dict(Holiday.objects.values_list("day", "name"))


def settled(terms: Terms, *, provider: Provider) -> Terms:
    """Terms as they would be kept: shares worked out, business days by the provider's zone and today's holidays.

    Raises ``fee_terms.Unclear`` where a share has no price.
    """
    if terms.notice_business_days:
        return replace(terms, zone=provider.time_zone, holidays=frozenset(holidays())).priced()
    return replace(terms, zone="UTC", holidays=frozenset()).priced()


def row(terms: Terms, *, provider: Provider, effective_at: datetime) -> FeePolicy:
    """Not saved: what ``supersede`` keeps, and what a draft is tried with. ``terms`` are settled."""
    return FeePolicy(
        provider=provider,
        effective_at=effective_at,
        notice_hours=terms.notice_hours,
        notice_business_days=terms.notice_business_days,
        time_zone=terms.zone,
        holidays=sorted(day.isoformat() for day in terms.holidays),
        session_price=terms.session_price,
        late_fee=terms.late_fee,
        late_percent=terms.late_percent,
        tiers=[{"hours": tier.hours, "fee": str(tier.fee), "percent": tier.percent} for tier in terms.tiers],
        no_show_fee=terms.no_show_fee,
        no_show_percent=terms.no_show_percent,
        no_show_grace_minutes=terms.grace_minutes,
        free_passes=terms.free_passes,
        pass_days=terms.pass_days,
        first_session_percent=terms.first_session_percent,
        booking_grace_minutes=terms.booking_grace_minutes,
        rebook_days=terms.rebook_days,
        free_if_filled=terms.free_if_filled,
        words=terms.words,
    )


@transaction.atomic
def supersede(
    provider: Provider, *, terms: Terms, by: Actor, at: datetime, effective_at: datetime | None = None
) -> FeePolicy:
    """Put new terms in force from ``effective_at`` on, None meaning ``at``; what was agreed to before stays as it was.

    Raises ``fee_terms.Unclear`` where they can't be kept, such as a fee above the practice's cap, or BackDated.
    """
    begins = effective_at or at
    if begins < at:
        raise BackDated(at, provider.time_zone)
    terms = settled(terms, provider=provider)
    fee_terms.check(terms, cap=Practice.objects.get().fee_cap)
    return _keep(terms, provider=provider, by=by, effective_at=begins)


def _keep(terms: Terms, *, provider: Provider, by: Actor, effective_at: datetime) -> FeePolicy:
    policy = row(terms, provider=provider, effective_at=effective_at)
    policy.set_by_id = by.user_id
    policy.save()
    return policy


@transaction.atomic
def follow_holidays(*, by: Actor, at: datetime) -> int:
    """Supersede each policy in force or to come that counts business days by other holidays than there are now.

    Fees stay as they are, also those above a cap that was lowered since: it limits what is asked all the same.
    """
    changed = 0
    for provider in Provider.objects.all():
        theirs = provider.fee_policies
        for policy in [theirs.in_force(at=at), *theirs.to_come(at=at)]:
            terms = settled(policy.terms, provider=provider)
            if terms != policy.terms:
                _keep(terms, provider=provider, by=by, effective_at=max(policy.effective_at, at))
                changed += 1
    return changed
