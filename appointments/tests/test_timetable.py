"""Openings by day in the reader's own zone, where the provider's differs too."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from appointments import timetable
from appointments.openings import Facts, Span
from appointments.tests.test_openings import at_wall, facts
from appointments.timetable import Page, Timetable
from practice.fee_terms import Notice
from practice.zones import day_bounds, plain

NEW_YORK, PHOENIX, TOKYO = "America/New_York", "America/Phoenix", "Asia/Tokyo"
MONDAY = date(2026, 3, 2)
WEEKDAYS = range(5)


def midnight(day: date, zone: str = NEW_YORK) -> datetime:
    return day_bounds(day, zone)[0]


def shown(known: Facts, *, zone: str = NEW_YORK, at: datetime | None = None, **look: object) -> Timetable:
    page = Page(zone=zone, at=at or midnight(MONDAY), **look)  # type: ignore[arg-type]
    return timetable.lay_out(known, page)


def said(table: Timetable) -> list[str]:
    """``Mon, Mar 2 EST: 9:00 AM, 9:30 AM``"""
    return [plain(f"{day.label} {day.zone_named}: {', '.join(tile.label for tile in day.tiles)}") for day in table.days]


def test_five_days_on_which_the_provider_works() -> None:
    known = facts(hours=((time(9), time(10)),), days=WEEKDAYS)
    assert said(shown(known, first=date(2026, 3, 5))) == [
        "Thu, Mar 5 EST: 9:00 AM",
        "Fri, Mar 6 EST: 9:00 AM",
        "Mon, Mar 9 EDT: 9:00 AM",
        "Tue, Mar 10 EDT: 9:00 AM",
        "Wed, Mar 11 EDT: 9:00 AM",
    ]


def test_a_day_that_is_full_stays_and_a_day_off_goes() -> None:
    booked = Span(at_wall(9, day=date(2026, 3, 3)), at_wall(10, day=date(2026, 3, 3)))
    off = Span(at_wall(9, day=date(2026, 3, 4)), at_wall(10, day=date(2026, 3, 4)))
    known = facts(hours=((time(9), time(10)),), days=WEEKDAYS, booked=(booked,), time_off=(off,))
    assert said(shown(known))[:3] == ["Mon, Mar 2 EST: 9:00 AM", "Tue, Mar 3 EST: ", "Thu, Mar 5 EST: 9:00 AM"]


def test_pages_lead_back_and_on_and_end_at_today_and_the_horizon() -> None:
    known = facts(hours=((time(9), time(10)),), days=WEEKDAYS, horizon=18)
    first = shown(known)
    assert (first.earlier, first.later) == (None, date(2026, 3, 9))
    second = shown(known, first=first.later)
    assert (second.earlier, second.later) == (MONDAY, date(2026, 3, 16))
    third = shown(known, first=second.later)
    assert (third.earlier, third.later) == (date(2026, 3, 9), None)
    assert third.days[-1].date == date(2026, 3, 20)
    between = shown(known, first=date(2026, 3, 4))
    assert (between.earlier, between.later) == (MONDAY, date(2026, 3, 11))


@pytest.mark.parametrize("first", [date(2020, 1, 1), date(2030, 1, 1)])
def test_a_day_out_of_reach_shows_the_first_page(first: date) -> None:
    known = facts(hours=((time(9), time(10)),), days=WEEKDAYS)
    assert said(shown(known, first=first)) == said(shown(known))


def test_no_hours_are_no_days() -> None:
    assert shown(facts(days=range(0))) == Timetable(NEW_YORK, [], None, None, "")


# --- Another zone than the provider's ---


def test_a_reader_who_changes_no_clocks_sees_the_providers_change() -> None:
    known = facts(hours=((time(9), time(10)),), days=WEEKDAYS)
    table = shown(known, zone=PHOENIX, first=date(2026, 3, 5))
    assert said(table) == [
        "Thu, Mar 5 MST: 7:00 AM",
        "Fri, Mar 6 MST: 7:00 AM",
        "Mon, Mar 9 MST: 6:00 AM",
        "Tue, Mar 10 MST: 6:00 AM",
        "Wed, Mar 11 MST: 6:00 AM",
    ]
    assert table.clock_change == ""


def test_a_readers_own_change_is_announced_where_the_provider_has_none() -> None:
    known = facts(PHOENIX, hours=((time(9), time(10)),), days=WEEKDAYS)
    table = shown(known, first=date(2026, 3, 5))
    assert said(table)[1:3] == ["Fri, Mar 6 EST: 11:00 AM", "Mon, Mar 9 EDT: 12:00 PM"]
    assert plain(table.clock_change) == "Clocks go forward on Sunday, March 8; later times are EDT."


@pytest.mark.parametrize(
    ("zone", "first", "words"),
    [
        ("America/Los_Angeles", date(2026, 10, 29), "Clocks go back on Sunday, November 1; later times are PST."),
        ("Europe/Berlin", date(2026, 3, 26), "Clocks go forward on Sunday, March 29; later times are CEST."),
        ("Europe/Berlin", date(2026, 10, 22), "Clocks go back on Sunday, October 25; later times are CET."),
        ("Australia/Lord_Howe", date(2026, 4, 2), "Clocks go back on Sunday, April 5; later times are GMT+10:30."),
        ("America/Havana", date(2026, 3, 5), "Clocks go forward on Sunday, March 8; later times are CDT."),
        ("America/New_York", date(2026, 3, 9), ""),
        ("Asia/Tokyo", date(2026, 3, 5), ""),
    ],
)
def test_a_change_within_the_shown_days_is_announced(zone: str, first: date, words: str) -> None:
    known = facts(zone, hours=((time(9), time(10)),), days=WEEKDAYS, horizon=300)
    table = shown(known, zone=zone, at=midnight(first, zone), first=first)
    assert plain(table.clock_change) == words


def test_days_are_the_readers_and_not_the_providers() -> None:
    """Afternoon in New York is the next morning in Tokyo, one hour earlier once New York's clocks are forward."""
    known = facts(hours=((time(18), time(20)),), days=WEEKDAYS)
    assert said(shown(known, zone=TOKYO, first=date(2026, 3, 6)))[:3] == [
        "Fri, Mar 6 JST: 8:00 AM, 8:30 AM, 9:00 AM",
        "Sat, Mar 7 JST: 8:00 AM, 8:30 AM, 9:00 AM",
        "Tue, Mar 10 JST: 7:00 AM, 7:30 AM, 8:00 AM",
    ]


def test_one_providers_day_may_be_two_of_the_readers() -> None:
    known = facts("Asia/Tokyo", hours=((time(12), time(18)),), increment=60, days=range(1))
    # Monday from noon to six in Tokyo is Sunday, 10 PM EST to Monday, 4 AM.
    assert said(shown(known, at=midnight(date(2026, 2, 28))))[:2] == [
        "Sun, Mar 1 EST: 10:00 PM, 11:00 PM",
        "Mon, Mar 2 EST: 12:00 AM, 1:00 AM, 2:00 AM, 3:00 AM",
    ]


def test_an_hour_that_comes_twice_for_the_reader_names_its_zone() -> None:
    """Two sessions in Phoenix, an hour apart, both read 1:00 AM in New York on the night that clocks go back."""
    known = facts(PHOENIX, hours=((time(21), time(23, 59)),), increment=60, session=50, horizon=3)
    table = shown(known, at=midnight(date(2026, 10, 31)), first=date(2026, 11, 1))
    assert said(table)[0] == "Sun, Nov 1 EDT, then EST: 12:00 AM EDT, 1:00 AM EDT, 1:00 AM EST, 11:00 PM EST"


# --- What a tile tells ---


def test_a_tile_knows_the_deadline_and_whether_it_has_passed() -> None:
    known, at = facts(), at_wall(9, day=date(2026, 3, 7))
    page = Page(zone=NEW_YORK, at=at, notice=Notice(hours=24))
    # Over the change in spring 24 hours before Sunday, 10:00 AM EDT is Saturday, 9:00 AM EST.
    at_the_deadline = timetable.tile(known, at_wall(10, day=date(2026, 3, 8)), page)
    assert (at_the_deadline.deadline, at_the_deadline.is_near) == (at, False)
    just_after = timetable.tile(
        known, at_wall(10, day=date(2026, 3, 8)), replace(page, at=at + timedelta(microseconds=1))
    )
    assert just_after.is_near
    assert at_the_deadline.value == "2026-03-08T14:00:00Z"
    assert at_the_deadline.end - at_the_deadline.start == timedelta(minutes=50)


def test_the_others_clock_stands_beside_where_it_differs_by_that_date() -> None:
    known = facts()
    page = Page(zone=NEW_YORK, at=midnight(MONDAY), other_zone=PHOENIX)
    before, after = at_wall(9, day=date(2026, 3, 6)), at_wall(9, day=date(2026, 3, 9))
    assert [plain(timetable.tile(known, start, page).elsewhere) for start in (before, after)] == [
        "7:00 AM MST",
        "6:00 AM MST",
    ]
    far = timetable.tile(known, before, replace(page, other_zone=TOKYO))
    assert plain(far.elsewhere) == "11:00 PM JST"
    assert far.elsewhere.endswith(" JST")  # on a narrow tile the zone goes below
    next_day = timetable.tile(known, at_wall(11, day=date(2026, 3, 6)), replace(page, other_zone=TOKYO))
    assert plain(next_day.elsewhere) == "Sat, Mar 7, 1:00 AM JST"
    assert timetable.tile(known, before, replace(page, other_zone="America/Toronto")).elsewhere == ""
