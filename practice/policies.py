"""The one way a fee policy comes to be: a new row that supersedes the one in force."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from practice.actors import Actor
from practice.amounts import money
from practice.models import FeePolicy, Practice, Provider


@dataclass(frozen=True)
class Terms:
    """What a policy says. Fees in the practice's currency."""

    notice_hours: int
    late_fee: Decimal
    no_show_fee: Decimal
    grace_minutes: int
    words: str = ""


class OverCap(ValueError):
    def __init__(self, cap: Decimal) -> None:
        self.cap = cap
        super().__init__(f"At most {money(cap)}: that is the practice's limit.")


def defaults(practice: Practice) -> Terms:
    """What a new provider starts from."""
    return Terms(
        notice_hours=practice.default_notice_hours,
        late_fee=min(practice.default_late_fee, practice.fee_cap),
        no_show_fee=min(practice.default_no_show_fee, practice.fee_cap),
        grace_minutes=practice.default_grace_minutes,
    )


@transaction.atomic
def supersede(provider: Provider, *, terms: Terms, by: Actor, at: datetime) -> FeePolicy:
    """Put new terms in force from ``at`` on; what clients agreed to before stays as it was.

    Raises OverCap when a fee is above the practice's cap.
    """
    cap = Practice.objects.get().fee_cap
    if max(terms.late_fee, terms.no_show_fee) > cap:
        raise OverCap(cap)
    return FeePolicy.objects.create(
        provider=provider,
        effective_at=at,
        notice_hours=terms.notice_hours,
        late_fee=terms.late_fee,
        no_show_fee=terms.no_show_fee,
        no_show_grace_minutes=terms.grace_minutes,
        words=terms.words,
        set_by_id=by.user_id,
    )
