"""Parts of a policy's second sentence: what may apply, and what makes it free all the same. For clients."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.amounts import money
from practice.fee_terms import WHOLE, Terms


def none() -> str:
    return _("no fee applies")


def late(policy: Terms, payer_limit: Decimal | None) -> str:
    """``a fee of up to $75.00 may apply``; with dearer steps nearer to the start, as far as the payer allows them."""
    fee = _at_most(policy.late_fee, payer_limit)
    nearer, last = [], fee
    for tier in policy.tiers:
        dearer = _at_most(tier.fee, payer_limit)
        if dearer > last:
            nearer.append((tier.hours, dearer))
        last = dearer
    begins = _may_apply(fee) if fee > 0 or not nearer else _may_apply_in_the_last(*nearer.pop(0))
    return ", ".join([begins, *(_in_the_last(*step) for step in nearer)])


def _in_the_last(hours: int, fee: Decimal) -> str:
    words = ngettext("up to %(fee)s in the last hour", "up to %(fee)s in the last %(count)s hours", hours)
    return words % {"fee": money(fee), "count": hours}


def _may_apply_in_the_last(hours: int, fee: Decimal) -> str:
    words = ngettext(
        "a fee of up to %(fee)s may apply in the last hour",
        "a fee of up to %(fee)s may apply in the last %(count)s hours",
        hours,
    )
    return words % {"fee": money(fee), "count": hours}


def no_show(policy: Terms, payer_limit: Decimal | None) -> str:
    return _may_apply(_at_most(policy.no_show_fee, payer_limit))


def _at_most(fee: Decimal, payer_limit: Decimal | None) -> Decimal:
    return fee if payer_limit is None else min(fee, payer_limit)


def _may_apply(amount: Decimal) -> str:
    return _("a fee of up to %(fee)s may apply") % {"fee": money(amount)} if amount > 0 else none()


def but_none(policy: Terms) -> str:
    """``; none for a first session, or if you book again and come within 7 days``; empty where nothing lowers it."""
    half = ""
    if 0 < policy.first_session_percent < WHOLE:
        half = _("; for a first session, %(percent)s%% of that") % {"percent": policy.first_session_percent}
    reliefs = list(_reliefs(policy))
    if not reliefs:
        return half
    *first, last = reliefs
    listed = _("%(first)s, or %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    if half:
        return half + _(", and none %(reliefs)s") % {"reliefs": listed}
    return _("; none %(reliefs)s") % {"reliefs": listed}


def _reliefs(policy: Terms) -> Iterable[str]:
    if policy.first_session_percent == 0:
        yield _("for a first session")
    if policy.free_passes:
        facts = {"count": policy.free_passes, "days": policy.pass_days}
        yield (
            ngettext(
                "for the first late cancellation in any %(days)s days",
                "for the first %(count)s late cancellations in any %(days)s days",
                policy.free_passes,
            )
            % facts
        )
    if policy.free_if_filled:
        yield _("if you cancel and someone else takes the time")
    if policy.rebook_days:
        facts = {"count": policy.rebook_days}
        yield (
            ngettext(
                "if you book again and come within %(count)s day",
                "if you book again and come within %(count)s days",
                policy.rebook_days,
            )
            % facts
        )
