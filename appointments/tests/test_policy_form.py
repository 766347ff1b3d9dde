"""All that a policy can say, as it is typed: business days, shares, steps, reliefs, and from when it counts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from appointments.tests.factories import NOW
from practice import policies
from practice.actors import Actor
from practice.fee_terms import Terms, Tier
from practice.models import FeePolicy, Holiday, Provider
from practice.tests.factories import make_provider
from practice.tests.reading import said, text
from practice.zones import plain

PAGE = "/settings/late-fees/"
PLAIN = {
    "notice": "24", "notice_in": "hours", "late_fee": "$75.00", "no_show_fee": "$75.00", "grace_minutes": "15",
    "first_session": "full",
}  # fmt: skip
ALL = PLAIN | {
    "notice": "2", "notice_in": "business_days", "late_fee": "50%", "no_show_fee": "100 %", "session_price": "$150",
    "hours_1": "4", "fee_1": "100%", "hours_3": "12", "fee_3": "$80.50", "free_passes": "1", "pass_days": "180",
    "first_session": "part", "first_session_percent": "50", "free_if_filled": "on", "rebook_days": "7",
    "booking_grace_minutes": "15",
}  # fmt: skip
TERMS = Terms(notice_hours=24, late_fee=Decimal(90), no_show_fee=Decimal(90), grace_minutes=15)


def kept(maya: Provider) -> Terms:
    return maya.fee_policies.in_force(at=NOW).terms


def initial(answer: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {name: form[name].field.prepare_value(form[name].value()) for name in form.fields}


def test_all_of_it_is_kept_as_it_was_typed_and_stands_in_the_form_again(as_maya: Browser, maya: Provider) -> None:
    Holiday.objects.create(day=date(2026, 5, 25), name="Memorial Day")
    assert as_maya.post(PAGE, ALL)["Location"] == PAGE
    terms = kept(maya)
    assert (terms.notice_business_days, terms.zone, terms.holidays) == (
        2, "America/New_York", frozenset({date(2026, 5, 25)}),
    )  # fmt: skip
    assert (terms.late_fee, terms.no_show_fee) == (Decimal(75), Decimal(150))
    assert (terms.late_percent, terms.no_show_percent) == (50, 100)
    # Whatever the order in which they were typed, the nearest is last.
    assert terms.tiers == (Tier(12, Decimal("80.50")), Tier(4, Decimal(150), 100))
    assert (terms.free_passes, terms.pass_days, terms.first_session_percent) == (1, 180, 50)
    assert (terms.free_if_filled, terms.rebook_days, terms.booking_grace_minutes) == (True, 7, 15)
    page = as_maya.get(PAGE)
    shown = initial(page)
    assert (shown["notice"], shown["notice_in"], shown["late_fee"], shown["no_show_fee"]) == (
        2, "business_days", "50%", "100%",
    )  # fmt: skip
    assert (shown["hours_1"], shown["fee_1"], shown["hours_2"], shown["fee_2"], shown["hours_3"]) == (
        12, "$80.50", 4, "100%", None,
    )  # fmt: skip
    assert (shown["first_session"], shown["first_session_percent"], shown["free_if_filled"]) == ("part", 50, True)
    assert page.context["form"].opens == {"steps": True, "price": True, "reliefs": True, "begins": False}
    assert (
        "$75.00 (50%) inside 2 business days, $80.50 inside 12 hours, $150.00 (100%) inside 4 hours; $150.00 (100%) "
        "for a no-show, from 15 minutes after the start; 50% of it for a first session; 1 free pass in any 180 days; "
        "none if the time is filled; none if they book again and come within 7 days; none within 15 minutes of booking"
    ) in text(page)
    assert said(as_maya.post(PAGE, ALL)) == ["Nothing was changed: this policy is in force already."]
    as_maya.post(PAGE, PLAIN)
    assert kept(maya) == policies.defaults(maya.practice)


def test_a_plain_policy_folds_away_what_it_does_not_use(as_maya: Browser, maya: Provider) -> None:
    page = as_maya.get(PAGE)
    assert not any(page.context["form"].opens.values())
    assert page.content.decode().count('<details class="fold-row">') == 4


def test_the_example_names_the_days_that_are_not_counted(as_maya: Browser, maya: Provider) -> None:
    """On Tuesday, March 3: the first start that has a holiday between it and its deadline."""
    days = PLAIN | {"notice": "1", "notice_in": "business_days", "show": "as typed"}
    weekend = text(as_maya.post(PAGE, days))
    assert "An appointment on Mon, Mar 9, 2:00 PM EDT can be canceled free until Fri, Mar 6, 2:00 PM EST." in weekend
    assert "Not counted: the weekend of Mar 7." in weekend
    Holiday.objects.create(day=date(2026, 3, 13), name="Founders’ Day")
    holiday = text(as_maya.post(PAGE, days))
    assert "An appointment on Mon, Mar 16, 2:00 PM EDT can be canceled free until Thu, Mar 12, 2:00 PM EDT" in holiday
    assert "Not counted: Founders’ Day (Fri, Mar 13) and the weekend of Mar 14." in holiday
    assert "Not counted" not in text(as_maya.post(PAGE, PLAIN | {"show": "as typed"}))


def test_the_example_says_from_when_on_it_is_dearer_and_what_is_free_after_booking(as_maya: Browser) -> None:
    typed = PLAIN | {"hours_1": "4", "fee_1": "150", "booking_grace_minutes": "30", "show": "as typed"}
    shown = text(as_maya.post(PAGE, typed))
    assert "After Wed, Mar 4, 2:00 PM EST: $75.00 After Thu, Mar 5, 10:00 AM EST: $150.00" in shown
    assert "Booked after that deadline, it can still be canceled free within 30 minutes." in shown
    assert "a fee of up to $75.00 may apply, up to $150.00 in the last 4 hours" in shown
    assert "<h1" not in shown


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"notice": "6", "notice_in": "business_days"}, "notice", "At most 5 business days."),
        ({"notice": "0", "notice_in": "business_days"}, "notice", "At least 1 business day."),
        ({"late_fee": "50%"}, "session_price", "A share of the session price needs that price."),
        ({"fee_1": "50%", "hours_1": "4"}, "session_price", "A share of the session price needs that price."),
        ({"late_fee": "101%"}, "late_fee", "A share is from 0% to 100% of the session price."),
        ({"late_fee": "5.5%"}, "late_fee", "Enter an amount such as 40.00, or a share such as 50%."),
        ({"no_show_fee": "-5%"}, "no_show_fee", "Enter an amount such as 40.00, or a share such as 50%."),
        ({"no_show_fee": "100%", "session_price": "200.01"}, "no_show_fee", "At most $200.00: that is"),
        ({"session_price": "0"}, "session_price", "More than $0.00; clear it where no fee is a share."),
        ({"hours_1": "4"}, "fee_1", "Enter what it costs, or clear the hours."),
        ({"fee_2": "90"}, "hours_2", "Say how many hours before the start this fee begins."),
        ({"hours_1": "0", "fee_1": "90"}, "hours_1", "At least 1 hour."),
        ({"hours_1": "168", "fee_1": "90"}, "hours_1", "At most 167 hours."),
        ({"hours_1": "24", "fee_1": "90"}, "fee_1", "Each step is nearer to the start than the one before"),
        ({"hours_1": "8", "fee_1": "90", "hours_2": "8", "fee_2": "99"}, "fee_2", "Each step is nearer to the start"),
        ({"hours_1": "8", "fee_1": "74.99"}, "fee_1", "Nearer to the start it can’t cost less."),
        ({"hours_3": "2", "fee_3": "80", "hours_1": "8", "fee_1": "90"}, "fee_3", "Nearer to the start it can’t"),
        ({"hours_1": "8", "fee_1": "90", "hours_2": "2", "fee_2": "200.01"}, "fee_2", "At most $200.00"),
        ({"free_passes": "1"}, "free_passes", "Free passes need a number and in how many days they count; or neither."),
        ({"pass_days": "90"}, "free_passes", "Free passes need a number"),
        ({"free_passes": "21", "pass_days": "90"}, "free_passes", "At most 20 passes."),
        ({"free_passes": "1", "pass_days": "731"}, "pass_days", "At most 730 days."),
        ({"first_session": "part"}, "first_session_percent", "Say which part."),
        ({"first_session": "part", "first_session_percent": "100"}, "first_session_percent", "At most 99 percent"),
        ({"first_session": "none"}, "first_session", "not one of the available choices"),
        ({"booking_grace_minutes": "1441"}, "booking_grace_minutes", "At most 1440 minutes, which is a day."),
        ({"rebook_days": "61"}, "rebook_days", "At most 60 days."),
        ({"begins_time": "09:00"}, "begins_day", "Choose the day as well, or clear the time."),
        ({"begins_day": "2026-03-03"}, "begins_day", "in the past: it is Tue, Mar 3, 10:44 AM EST now."),
        ({"begins_day": "2026-03-03", "begins_time": "10:43"}, "begins_time", "A policy can’t begin in the past"),
        ({"begins_day": "2026-03-08", "begins_time": "02:30"}, "begins_time", "There is no 2:30 AM on Sun, Mar 8"),
        ({"begins_day": "soon"}, "begins_day", "is not a date"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_which_is_open(
    as_maya: Browser, maya: Provider, changes: dict[str, str], field: str, words: str
) -> None:
    page = as_maya.post(PAGE, PLAIN | changes)
    form = page.context["form"]
    assert list(form.errors) == [field]
    assert words in plain(form.errors[field][0])
    folds = {"begins": "begins", "hours_": "steps", "fee_": "steps", "session_price": "price", "rebook": "reliefs"}
    assert all(form.opens[fold] for start, fold in folds.items() if field.startswith(start))
    assert maya.fee_policies.count() == 1


def test_both_ends_of_each_limit_are_allowed(as_maya: Browser, maya: Provider) -> None:
    least = ALL | dict.fromkeys(
        ["notice", "hours_1", "free_passes", "pass_days", "first_session_percent", "booking_grace_minutes",
         "rebook_days"], "1",
    )  # fmt: skip
    most = ALL | {
        "notice": "5", "session_price": "200", "hours_3": "118", "fee_3": "200", "free_passes": "20",
        "pass_days": "730", "first_session_percent": "99", "booking_grace_minutes": "1440", "rebook_days": "60",
    }  # fmt: skip
    for typed in (least, most):
        assert as_maya.post(PAGE, typed).status_code == 302
    assert maya.fee_policies.count() == 3


def test_what_a_choice_hides_is_nobodys_mistake(as_maya: Browser, maya: Provider) -> None:
    assert as_maya.post(PAGE, PLAIN | {"first_session": "free", "first_session_percent": "x"}).status_code == 302
    assert kept(maya).first_session_percent == 0


# --- From when ---


def test_a_policy_may_begin_later_and_until_then_the_old_one_counts(as_maya: Browser, maya: Provider) -> None:
    """March 9 is after the clocks went forward: it begins by the clock of that day."""
    old = maya.fee_policies.in_force(at=NOW)
    answer = as_maya.post(PAGE, PLAIN | {"late_fee": "90", "begins_day": "2026-03-09", "begins_time": "09:00"})
    assert said(answer)[0].startswith("Saved. From Mon, Mar 9, 9:00 AM EDT on clients agree to $90.00")
    begins = datetime(2026, 3, 9, 13, tzinfo=UTC)
    new = maya.fee_policies.in_force(at=begins)
    assert (new.late_fee, new.effective_at) == (Decimal(90), begins)
    assert maya.fee_policies.in_force(at=begins - timedelta(microseconds=1)) == old
    page = text(as_maya.get(PAGE))
    assert "Another policy begins Mar 9, 2026, 9:00 AM EDT" in page
    assert "Scheduled: $90.00 inside 24 hours" in page
    assert "In force: $75.00 inside 24 hours" in page
    assert said(as_maya.post(PAGE, PLAIN | {"late_fee": "90", "begins_day": "2026-03-10"}))[-1] == (
        "Nothing was changed: this policy is in force then anyway."
    )


def test_without_a_time_it_begins_as_the_day_begins(as_maya: Browser, maya: Provider) -> None:
    as_maya.post(PAGE, PLAIN | {"late_fee": "90", "begins_day": "2026-03-04"})
    assert maya.fee_policies.latest("pk").effective_at == datetime(2026, 3, 4, 5, tzinfo=UTC)


def test_it_may_begin_this_very_minute(as_maya: Browser, maya: Provider) -> None:
    as_maya.post(PAGE, PLAIN | {"late_fee": "90", "begins_day": "2026-03-03", "begins_time": "10:44"})
    assert kept(maya).late_fee == 90


def test_one_to_come_is_changed_or_called_off_by_another_that_begins_with_it(as_maya: Browser, maya: Provider) -> None:
    as_maya.post(PAGE, PLAIN | {"late_fee": "90", "begins_day": "2026-03-09", "begins_time": "09:00"})
    first = maya.fee_policies.latest("pk")
    page = as_maya.get(PAGE).content.decode()
    assert f'href="?from={first.pk}"' in page
    assert f'href="?instead={first.pk}"' in page
    change, call_off = (
        initial(as_maya.get(f"{PAGE}?from={first.pk}")),
        initial(as_maya.get(f"{PAGE}?instead={first.pk}")),
    )
    when = [str(call_off["begins_day"]), str(call_off["begins_time"])]
    assert when == [str(change["begins_day"]), str(change["begins_time"])] == ["2026-03-09", "09:00:00"]
    assert (change["late_fee"], call_off["late_fee"]) == ("$90.00", "$75.00")

    as_maya.post(f"{PAGE}?instead={first.pk}", PLAIN | {"begins_day": "2026-03-09", "begins_time": "09:00"})
    shown = text(as_maya.get(PAGE))
    assert "Replaced before it began: $90.00 inside 24 hours" in shown
    assert "Scheduled: $75.00 inside 24 hours" in shown
    assert "Another policy begins Mar 9, 2026, 9:00 AM EDT $75.00 inside 24 hours" in shown


def test_the_terms_of_an_earlier_policy_are_not_those_in_force(as_maya: Browser, maya: Provider) -> None:
    first = maya.fee_policies.in_force(at=NOW)
    as_maya.post(PAGE, PLAIN | {"late_fee": "90"})
    page = as_maya.get(f"{PAGE}?from={first.pk}")
    assert (initial(page)["late_fee"], initial(page).get("begins_day")) == ("$75.00", None)
    assert "As typed, not saved yet." in text(page)


@pytest.mark.parametrize("row", ["0", "x", "-1", "9" * 30, "²"])
def test_no_such_policy_is_no_page(as_maya: Browser, row: str) -> None:
    assert as_maya.get(PAGE, {"from": row}).status_code == 404


def test_another_providers_policy_does_not_exist(as_maya: Browser, sam: Provider) -> None:
    theirs = sam.fee_policies.get()
    for name in ("from", "instead"):
        assert as_maya.get(PAGE, {name: theirs.pk}).status_code == 404


def test_nothing_that_is_shown_is_kept(as_maya: Browser, maya: Provider) -> None:
    for show in ("as typed", "example"):
        as_maya.post(PAGE, ALL | {"show": show})
    assert FeePolicy.objects.count() == 1


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 12])
def test_policies_to_come_cost_no_more_queries(
    as_maya: Browser, maya: Provider, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(number):
        begins = NOW + timedelta(days=day + 1)
        policies.supersede(maya, terms=TERMS, by=Actor.system(), at=NOW, effective_at=begins)
    make_provider()
    with django_assert_num_queries(10):
        as_maya.get(PAGE)
