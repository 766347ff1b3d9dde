"""Fee policies and holidays at the office: the same form and checks as the provider's, and what follows a holiday."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse

from appointments.tests.factories import NOW, booked
from appointments.tests.test_policy_form import ALL, PLAIN
from clients.models import Client
from practice import policies
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import FeePolicy, Holiday, Practice, Provider, User
from practice.tests.reading import said, text

ADD, LIST = "/admin/practice/feepolicy/add/", "/admin/practice/feepolicy/"
BY_DAYS = Terms(
    notice_hours=24, notice_business_days=1, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=15
)
EASTER_MONDAY = date(2026, 4, 6)


def test_the_office_chooses_whose_policy_and_sets_it_by_the_providers_own_form(
    as_clerk: Browser, clerk: User, maya: Provider, sam: Provider
) -> None:
    whose = text(as_clerk.get(ADD))
    assert "Whose policy" in whose
    assert "Sam Ortiz" in whose
    page = f"{ADD}?provider={sam.pk}"
    form = text(as_clerk.get(page))
    assert "Late fees of Sam Ortiz" in form
    assert "Each fee is still Sam’s to charge, reduce or waive." in form
    assert "In Los Angeles time" in form
    answer = as_clerk.post(page, ALL | {"begins_day": "2026-03-09", "begins_time": "09:00"})
    assert answer["Location"] == page
    assert "From Mon, Mar 9, 9:00 AM PDT on clients agree to $75.00 (50%)" in said(answer)[0]
    new = sam.fee_policies.latest("pk")
    assert (new.set_by, new.late_percent, new.time_zone) == (clerk, 50, "America/Los_Angeles")
    assert maya.fee_policies.count() == 1
    assert "Set by you" in text(as_clerk.get(page))


def test_the_office_is_held_to_the_same_limits(as_clerk: Browser, maya: Provider) -> None:
    page = f"{ADD}?provider={maya.pk}"
    answer = text(as_clerk.post(page, PLAIN | {"late_fee": "200.01", "begins_day": "2026-03-02"}))
    assert "At most $200.00: that is the practice's limit." in answer
    assert "A policy can’t begin in the past" in answer
    assert maya.fee_policies.count() == 1


def test_the_office_tries_terms_out_and_keeps_nothing(as_clerk: Browser, maya: Provider) -> None:
    shown = text(as_clerk.post(f"{ADD}?provider={maya.pk}", PLAIN | {"notice": "48", "show": "as typed"}))
    assert "until Wed, Mar 4, 2:00 PM EST" in shown
    assert FeePolicy.objects.count() == 1


@pytest.mark.parametrize("provider", ["", "0", "x"])
def test_of_nobody_there_is_no_form(as_clerk: Browser, maya: Provider, provider: str) -> None:
    page = as_clerk.post(f"{ADD}?provider={provider}", PLAIN)
    assert "Whose policy" in text(page)
    assert maya.fee_policies.count() == 1


def test_staff_without_the_right_and_others_get_nothing(
    as_maya: Browser, maya: Provider, clerk: User, as_clerk: Browser
) -> None:
    clerk.groups.clear()
    page = f"{ADD}?provider={maya.pk}"
    assert as_clerk.get(page).status_code == 403
    assert as_clerk.post(page, PLAIN | {"late_fee": "1"}).status_code == 403
    assert as_maya.post(page, PLAIN | {"late_fee": "1"}).status_code in {302, 404}
    assert maya.fee_policies.count() == 1


def test_the_list_says_each_in_words_and_how_it_stands_and_no_row_is_ever_changed(
    as_clerk: Browser, maya: Provider
) -> None:
    later = NOW + timedelta(days=6)
    for fee in (80, 90):
        terms = replace(policies.defaults(maya.practice), late_fee=Decimal(fee), rebook_days=7)
        policies.supersede(maya, terms=terms, by=Actor.system(), at=NOW, effective_at=later)
    page = text(as_clerk.get(LIST))
    assert "In force $75.00 inside 24 hours" in page
    assert "Scheduled $90.00 inside 24 hours" in page
    assert "Replaced before it began $80.00 inside 24 hours" in page
    assert "none if they book again and come within 7 days" in page
    row = reverse("admin:practice_feepolicy_change", args=[maya.fee_policies.latest("pk").pk])
    one = text(as_clerk.get(row))
    assert "You can cancel free of charge until 24 hours before the start." in one
    assert as_clerk.post(row, PLAIN).status_code == 403
    assert as_clerk.post(reverse("admin:practice_feepolicy_delete", args=[1]), {"post": "yes"}).status_code == 403


# --- Holidays ---


def test_a_holiday_supersedes_the_policies_that_count_by_it_and_leaves_what_was_agreed(
    as_clerk: Browser, clerk: User, maya: Provider, sam: Provider, jordan: Client
) -> None:
    agreed = policies.supersede(maya, terms=BY_DAYS, by=Actor.system(), at=NOW - timedelta(days=1))
    to_come = NOW + timedelta(days=9)
    dearer = replace(BY_DAYS, late_fee=Decimal(90))
    policies.supersede(maya, terms=dearer, by=Actor.system(), at=NOW, effective_at=to_come)
    appointment = booked(maya, jordan, acknowledged=agreed)
    answer = as_clerk.post("/admin/practice/holiday/add/", {"day": "2026-04-06", "name": "Easter Monday"})
    assert "2 fee policies were superseded. What clients agreed to before stays as it was." in said(answer)
    now, then = maya.fee_policies.in_force(at=NOW), maya.fee_policies.in_force(at=to_come)
    assert now.terms.holidays == then.terms.holidays == frozenset({EASTER_MONDAY})
    assert (now.late_fee, then.late_fee) == (Decimal(75), Decimal(90))
    assert (now.set_by, then.effective_at) == (clerk, to_come)
    appointment.refresh_from_db()
    assert appointment.acknowledged_policy == agreed
    assert agreed.terms.holidays == frozenset()
    assert sam.fee_policies.count() == 1

    gone = Holiday.objects.get()
    answer = as_clerk.post(reverse("admin:practice_holiday_delete", args=[gone.pk]), {"post": "yes"})
    assert "2 fee policies were superseded. What clients agreed to before stays as it was." in said(answer)
    assert maya.fee_policies.in_force(at=NOW).terms.holidays == frozenset()


def test_several_are_deleted_at_once_and_a_change_of_day_counts_too(as_clerk: Browser, maya: Provider) -> None:
    days = [Holiday.objects.create(day=EASTER_MONDAY + timedelta(days=more), name="Closed") for more in (0, 1)]
    policies.supersede(maya, terms=BY_DAYS, by=Actor.system(), at=NOW - timedelta(days=1))
    page = reverse("admin:practice_holiday_change", args=[days[0].pk])
    answer = as_clerk.post(page, {"day": "2026-04-08", "name": "Closed"})
    assert "One fee policy was superseded. What clients agreed to before stays as it was." in said(answer)
    chosen = {"action": "delete_selected", "_selected_action": [day.pk for day in days], "post": "yes"}
    as_clerk.post("/admin/practice/holiday/", chosen)
    assert not Holiday.objects.exists()
    assert maya.fee_policies.in_force(at=NOW).terms.holidays == frozenset()


def test_a_cap_that_was_lowered_since_keeps_no_holiday_away(
    as_clerk: Browser, maya: Provider, practice: Practice
) -> None:
    policies.supersede(maya, terms=BY_DAYS, by=Actor.system(), at=NOW - timedelta(days=1))
    practice.fee_cap = Decimal(10)
    practice.save()
    as_clerk.post("/admin/practice/holiday/add/", {"day": "2026-04-06", "name": "Easter Monday"})
    assert maya.fee_policies.in_force(at=NOW).terms.holidays == frozenset({EASTER_MONDAY})


def test_a_holiday_that_nobody_counts_by_changes_no_policy(as_clerk: Browser, maya: Provider) -> None:
    answer = as_clerk.post("/admin/practice/holiday/add/", {"day": "2026-04-06", "name": "Easter Monday"})
    assert any("No fee policy counts business days over these days." in words for words in said(answer))
    assert maya.fee_policies.count() == 1


# --- Payers ---


def test_the_office_reads_of_each_payer_what_it_allows_why_and_where_it_is_written(
    as_clerk: Browser, jordan: Client
) -> None:
    page = text(as_clerk.get("/admin/clients/payer/"))
    assert "Medicaid Forbidden - Members may not be charged for missed visits. 42 CFR 447.15" in page
    assert "Magellan Capped at an amount 90.00 The contract allows at most $90.00 for a missed visit." in page
    assert "Aetna Allowed - The contract leaves fees for missed visits to the practice. Payer contract" in page
    assert "America/New_York Self-pay" in text(as_clerk.get("/admin/clients/client/"))
