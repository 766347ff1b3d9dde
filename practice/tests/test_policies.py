"""Fee policies supersede each other and are never edited."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from practice import policies
from practice.actors import Actor
from practice.fee_terms import Unclear
from practice.models import FeePolicy, Practice, Provider
from practice.models.append_only import AppendOnly


def test_the_newest_whose_time_has_come_is_in_force(maya: Provider, now: datetime) -> None:
    first = maya.fee_policies.in_force(at=now)
    terms = replace(policies.defaults(maya.practice), late_fee=Decimal("90.00"))
    second = policies.supersede(maya, terms=terms, by=Actor.provider(maya.user_id), at=now)

    assert maya.fee_policies.in_force(at=now) == second
    assert maya.fee_policies.in_force(at=now - timedelta(microseconds=1)) == first
    assert (second.late_fee, second.set_by_id) == (Decimal("90.00"), maya.user_id)


def test_of_two_set_at_the_same_instant_the_later_row_counts(maya: Provider, now: datetime) -> None:
    terms = policies.defaults(maya.practice)
    policies.supersede(maya, terms=terms, by=Actor.system(), at=now)
    later = policies.supersede(maya, terms=terms, by=Actor.system(), at=now)
    assert maya.fee_policies.in_force(at=now) == later


def test_a_fee_above_the_practices_cap_is_refused(maya: Provider, now: datetime) -> None:
    terms = replace(policies.defaults(maya.practice), no_show_fee=Decimal("200.01"))
    with pytest.raises(Unclear, match=r"At most .200.00: that is the practice's limit"):
        policies.supersede(maya, terms=terms, by=Actor.system(), at=now)
    assert maya.fee_policies.count() == 1


def test_a_policy_is_never_edited_nor_deleted(maya: Provider, now: datetime) -> None:
    policy = maya.fee_policies.in_force(at=now)
    policy.late_fee = Decimal(1)
    for attempt in (policy.save, policy.delete, FeePolicy.objects.all().delete, FeePolicy.objects.update):
        with pytest.raises(AppendOnly):
            attempt()
    policy.refresh_from_db()
    assert policy.late_fee == Decimal("75.00")


def test_there_is_one_practice(practice: Practice) -> None:
    Practice(name="Another", contact_email="a@example.com", phone="1").save()
    assert Practice.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.bulk_create([Practice(pk=2, name="B", contact_email="b@example.com", phone="1")])


@pytest.mark.parametrize(
    ("hours", "business_days", "said"),
    [(24, 0, "$75.00 inside 24 hours"), (1, 0, "$75.00 inside 1 hour"), (24, 2, "$75.00 inside 2 business days")],
)
def test_the_office_reads_what_a_policy_asks_for(hours: int, business_days: int, said: str) -> None:
    policy = FeePolicy(late_fee=Decimal("75.00"), notice_hours=hours, notice_business_days=business_days)
    assert str(policy) == said
