"""Settings and Late fees: a new policy supersedes, what was agreed stays, and the example shows what it means."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from appointments import policy_words
from appointments.tests.factories import NOW, booked, on_time
from clients.models import Client
from practice import policies
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import FeePolicy, Practice, Provider
from practice.tests.reading import said

PAGE = "/settings/late-fees/"
AS_TYPED = {"show": "as typed"}
AS_IT_IS = {"notice": "24", "late_fee": "75.00", "no_show_fee": "75.00", "grace_minutes": "15", "words": ""}


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).replace("\xa0", " ").split())


def bare(answer: Any) -> str:
    return text(answer).replace("<strong>", "").replace("</strong>", "")


def test_the_page_explains_the_limits_and_shows_the_policy_by_an_example(as_maya: Browser, maya: Provider) -> None:
    page = bare(as_maya.get(PAGE))
    assert page.count("$0.00 to $200.00, the practice’s limit") == 2
    assert "An appointment on Thu, Mar 5, 2:00 PM EST can be canceled free until Wed, Mar 4, 2:00 PM EST." in page
    assert (
        "You can cancel free of charge until Wed, Mar 4, 2:00 PM EST, 24 hours ahead. "
        "Later than that, or if you do not come, a fee of up to $75.00 may apply."
    ) in page
    assert "Who is not there by 2:15 PM counts as a no-show." in page
    assert "of the two fees the lower counts, and of the two notices the shorter" in page


def test_saving_writes_a_new_policy_and_leaves_the_old_as_it_was(as_maya: Browser, maya: Provider) -> None:
    old = maya.fee_policies.in_force(at=NOW)
    answer = as_maya.post(
        PAGE, {"notice": "48", "late_fee": "$90", "no_show_fee": "0", "grace_minutes": "20", "words": "Call me."}
    )
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert "From now on clients agree to $90.00 inside 48 hours" in said(answer)[0].replace("\xa0", " ")
    new = maya.fee_policies.in_force(at=NOW)
    assert (new.notice_hours, new.late_fee, new.no_show_fee, new.no_show_grace_minutes, new.words) == (
        48, Decimal("90.00"), Decimal(0), 20, "Call me.",
    )  # fmt: skip
    assert (new.effective_at, new.set_by_id) == (NOW, maya.user_id)
    assert FeePolicy.objects.get(pk=old.pk).late_fee == 75
    assert maya.fee_policies.count() == 2


def test_saving_the_same_terms_twice_writes_nothing_and_says_so(as_maya: Browser, maya: Provider) -> None:
    assert said(as_maya.post(PAGE, AS_IT_IS)) == ["Nothing was changed: this policy is in force already."]
    assert maya.fee_policies.count() == 1
    changed = AS_IT_IS | {"late_fee": "60"}
    as_maya.post(PAGE, changed)
    as_maya.post(PAGE, changed)
    assert maya.fee_policies.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"notice": "0"}, "At least 1 hour."),
        ({"notice": "169"}, "At most 168 hours, which is a week."),
        ({"notice": ""}, "Say how many."),
        ({"late_fee": "200.01"}, "At most $200.00: that is the practice's limit."),
        ({"no_show_fee": "999999"}, "At most $200.00: that is the practice's limit."),
        ({"late_fee": "-1"}, "At least $0.00."),
        ({"late_fee": "10.005"}, "Enter an amount such as 40.00, or a share such as 50%."),
        ({"late_fee": "NaN"}, "Enter an amount such as 40.00, or a share such as 50%."),
        ({"late_fee": "0,50"}, "Enter an amount such as 40.00, or a share such as 50%."),
        ({"late_fee": "1,0,0"}, "Enter an amount such as 40.00, or a share such as 50%."),
        ({"late_fee": "1,000.00"}, "At most $200.00: that is the practice's limit."),
        ({"late_fee": ""}, "Enter an amount; $0.00 is no fee."),
        ({"grace_minutes": "4"}, "At least 5 minutes."),
        ({"grace_minutes": "61"}, "At most 60 minutes."),
        ({"words": "x" * 501}, "At most 500 characters: these are 501."),
        ({"words": "Therapy needs time."}, "The booking page opens without signing in, so it can’t carry “therapy”."),
    ],
)
def test_what_is_outside_its_limits_is_refused_in_words_and_keeps_what_was_typed(
    as_maya: Browser, maya: Provider, changes: dict[str, str], words: str
) -> None:
    answer = as_maya.post(PAGE, AS_IT_IS | {"grace_minutes": "25"} | changes)
    page = text(answer)
    assert answer.status_code == 200
    assert words in page
    assert "<title>Error: Late fees" in page
    assert "What is not within its limits is left as it was." in page
    assert maya.fee_policies.count() == 1


def test_both_ends_of_each_limit_are_allowed(as_maya: Browser, maya: Provider) -> None:
    for terms in (
        {"notice": "1", "late_fee": "0.00", "no_show_fee": "0.00", "grace_minutes": "5", "words": ""},
        {"notice": "168", "late_fee": "200.00", "no_show_fee": "200", "grace_minutes": "60", "words": "x" * 500},
    ):
        assert as_maya.post(PAGE, terms).status_code == 302
    assert maya.fee_policies.count() == 3


def test_the_cap_lowered_meanwhile_refuses_the_old_one_too(
    as_maya: Browser, maya: Provider, practice: Practice
) -> None:
    practice.fee_cap = Decimal("50.00")
    practice.save()
    page = text(as_maya.post(PAGE, AS_IT_IS | {"grace_minutes": "20"}))
    assert page.count("At most $50.00: that is the practice's limit.") >= 2
    assert maya.fee_policies.count() == 1


def test_the_example_follows_what_is_typed_and_keeps_nothing(as_maya: Browser, maya: Provider) -> None:
    typed = AS_IT_IS | {"notice": "48", "late_fee": "60", "no_show_fee": "90", "words": "Life <b>happens</b>."}
    shown = bare(as_maya.post(PAGE, typed | AS_TYPED))
    assert "An appointment on Fri, Mar 6, 2:00 PM EST can be canceled free until Wed, Mar 4, 2:00 PM EST." in shown
    assert (
        "Later than that, a fee of up to $60.00 may apply; if you do not come, a fee of up to $90.00 may apply."
        in shown
    )
    assert "As typed, not saved yet." in shown
    assert "Life &lt;b&gt;happens" in as_maya.post(PAGE, typed | AS_TYPED).content.decode()
    assert maya.fee_policies.count() == 1


def test_without_a_script_the_example_is_shown_by_its_button_and_nothing_is_saved(
    as_maya: Browser, maya: Provider
) -> None:
    page = bare(as_maya.post(PAGE, AS_IT_IS | {"notice": "48", "show": "example"}))
    assert "can be canceled free until Wed, Mar 4, 2:00 PM EST" in page
    assert "Fri, Mar 6, 2:00 PM EST" in page
    assert 'value="48"' in page
    assert maya.fee_policies.count() == 1


def test_an_example_outside_the_limits_keeps_what_was(as_maya: Browser) -> None:
    shown = bare(as_maya.post(PAGE, AS_IT_IS | AS_TYPED | {"notice": "999", "late_fee": "10", "no_show_fee": "10"}))
    assert "24 hours ahead" in shown
    assert "a fee of up to $10.00 may apply" in shown
    assert "What is not within its limits is left as it was." in shown


def test_hours_are_elapsed_hours_over_a_clock_change() -> None:
    saturday = datetime(2026, 3, 6, 15, tzinfo=UTC)  # the Friday before clocks go forward
    terms = Terms(notice_hours=24, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=15)
    example = policy_words.example(terms, at=saturday, zone="America/New_York")
    assert (example.start.replace("\xa0", " "), example.deadline.replace("\xa0", " ")) == (
        "Mon, Mar 9, 2:00 PM EDT", "Sun, Mar 8, 2:00 PM EDT",
    )  # fmt: skip
    longer = Terms(notice_hours=48, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=15)
    example = policy_words.example(longer, at=saturday, zone="America/New_York")
    assert example.deadline.replace("\xa0", " ") == "Sat, Mar 7, 1:00 PM EST"


def test_earlier_policies_stand_with_from_when_and_for_how_many_bookings_they_count(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    first = maya.fee_policies.in_force(at=NOW)
    on_time(maya, jordan)
    terms = Terms(notice_hours=24, late_fee=Decimal(90), no_show_fee=Decimal(90), grace_minutes=15, words="Call me.")
    second = policies.supersede(maya, terms=terms, by=Actor.provider(maya.user_id), at=NOW - timedelta(days=1))
    for days in (3, 4):
        booked(maya, jordan, start=NOW + timedelta(days=days), acknowledged=second)
    booked(maya, jordan, start=NOW + timedelta(days=5), acknowledged=None)
    booked(maya, jordan, start=NOW - timedelta(days=5), acknowledged=first)
    booked(maya, jordan, start=NOW + timedelta(days=6), acknowledged=second, status="canceled")

    page = bare(as_maya.get(PAGE))
    newest, _, oldest = page.partition("In force: $90.00 inside 24 hours")[2].partition(
        "From Jan 6, 2025, 10:00 AM EST"
    )
    assert "Counts for 2 upcoming appointments" in newest
    assert "“Call me.”" in newest
    assert "Set by the practice’s start" in oldest
    assert "Counts for 1 upcoming appointment<" in oldest
    assert "1 upcoming appointment was booked without an agreement: no fee can follow." in page


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_the_page_asks_the_same_number_of_queries_however_many_policies(
    as_maya: Browser, maya: Provider, jordan: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    terms = Terms(notice_hours=24, late_fee=Decimal(90), no_show_fee=Decimal(90), grace_minutes=15)
    for hour in range(number):
        policy = policies.supersede(maya, terms=terms, by=Actor.system(), at=NOW - timedelta(hours=hour + 1))
        booked(maya, jordan, start=NOW + timedelta(hours=hour + 1), acknowledged=policy)
    with django_assert_num_queries(10):
        as_maya.get(PAGE)


def test_the_index_leads_to_each_and_says_how_it_stands(as_maya: Browser, maya: Provider) -> None:
    page = text(as_maya.get("/settings/"))
    for address in (PAGE, "/settings/sessions/", "/settings/hours/", "/settings/time-off/"):
        assert f'href="{address}"' in page
    assert "$75.00 inside 24 hours" in page
    assert "50 minutes, video and in person, New York time" in page
    assert "40 h on 5 days a week" in page
    assert "None planned" in page
