"""Free times: hours on the wall, sessions by elapsed time, over every kind of clock change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments import openings
from appointments.openings import Facts, Hours, Span
from practice.zones import day_bounds, instant_of, local

MINUTE = timedelta(minutes=1)
EVERY_DAY = range(7)

# The night of a change in each zone: by an hour at 2 and at 3 AM, at midnight, by half an hour, and south of the line.
SPRING = {
    "America/New_York": date(2026, 3, 8),
    "America/Los_Angeles": date(2026, 3, 8),
    "Europe/Berlin": date(2026, 3, 29),
    "America/Havana": date(2026, 3, 8),
    "Australia/Lord_Howe": date(2026, 10, 4),
}
AUTUMN = {
    "America/New_York": date(2026, 11, 1),
    "America/Los_Angeles": date(2026, 11, 1),
    "Europe/Berlin": date(2026, 10, 25),
    "America/Havana": date(2026, 11, 1),
    "Australia/Lord_Howe": date(2026, 4, 5),
}
CHANGES = [*SPRING.items(), *AUTUMN.items()]


def facts(
    zone: str = "America/New_York",
    *,
    hours: tuple[tuple[time, time], ...] = ((time(9), time(17)),),
    days: range = EVERY_DAY,
    session: int = 50,
    increment: int = 30,
    notice: int = 0,
    horizon: int = 60,
    time_off: tuple[Span, ...] = (),
    booked: tuple[Span, ...] = (),
) -> Facts:
    return Facts(
        zone=zone,
        hours=tuple(Hours(weekday, *stretch) for weekday in days for stretch in hours),
        session=timedelta(minutes=session),
        increment=timedelta(minutes=increment),
        minimum_notice=timedelta(hours=notice),
        horizon_days=horizon,
        time_off=time_off,
        booked=booked,
    )


def day_of(known: Facts, day: date, *, at: datetime | None = None) -> list[datetime]:
    """The openings of one of the provider's days."""
    begin, end = day_bounds(day, known.zone)
    return openings.openings(known, begin=begin, end=end, at=at or begin - timedelta(days=2))


def walls(found: list[datetime], zone: str) -> list[str]:
    return [f"{local(start, zone):%H:%M}" for start in found]


WEDNESDAY = date(2026, 3, 4)


def at_wall(hour: int, minute: int = 0, *, day: date = WEDNESDAY, zone: str = "America/New_York") -> datetime:
    return instant_of(datetime.combine(day, time(hour, minute)), zone)


# --- A plain day ---


def test_a_day_is_cut_by_the_increment_and_the_last_session_ends_with_the_hours() -> None:
    found = day_of(facts(hours=((time(9), time(12)),)), WEDNESDAY)
    assert walls(found, "America/New_York") == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert walls(day_of(facts(hours=((time(9), time(12)),), session=60), WEDNESDAY), "America/New_York")[-1] == "11:00"
    assert walls(day_of(facts(hours=((time(9), time(12)),), session=61), WEDNESDAY), "America/New_York")[-1] == "10:30"
    assert day_of(facts(hours=((time(9), time(12)),), session=181), WEDNESDAY) == []


def test_starts_count_from_where_the_hours_begin() -> None:
    found = day_of(facts(hours=((time(9, 10), time(11, 30)),), increment=60), WEDNESDAY)
    assert walls(found, "America/New_York") == ["09:10", "10:10"]


def test_hours_that_go_on_without_a_gap_are_one_stretch_and_a_pause_is_kept() -> None:
    both = facts(hours=((time(9), time(11)), (time(11), time(12)), (time(13), time(14))))
    assert walls(day_of(both, WEDNESDAY), "America/New_York") == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "13:00"
    ]  # fmt: skip


def test_a_day_without_hours_has_no_opening() -> None:
    assert day_of(facts(days=range(2)), WEDNESDAY) == []


def test_a_booked_time_and_time_off_take_every_start_that_would_touch_them() -> None:
    taken = Span(at_wall(10), at_wall(10, 50))
    expected = ["09:00", "11:00", "11:30"]
    hours = ((time(9), time(12, 20)),)
    assert walls(day_of(facts(hours=hours, booked=(taken,)), WEDNESDAY), "America/New_York") == expected
    assert walls(day_of(facts(hours=hours, time_off=(taken,)), WEDNESDAY), "America/New_York") == expected


def test_back_to_back_sessions_are_open() -> None:
    taken = Span(at_wall(10), at_wall(11))
    found = day_of(facts(hours=((time(9), time(12)),), session=60, booked=(taken,)), WEDNESDAY)
    assert walls(found, "America/New_York") == ["09:00", "11:00"]


def test_what_is_offered_counts_booked_times_and_not_time_off() -> None:
    begin, end = day_bounds(WEDNESDAY, "America/New_York")
    known = facts(
        hours=((time(9), time(12)),),
        session=60,
        increment=60,
        booked=(Span(at_wall(9), at_wall(10)),),
        time_off=(Span(at_wall(11), at_wall(12)),),
    )
    found = openings.offered(known, begin=begin, end=end, at=begin - timedelta(days=2))
    assert walls(found, "America/New_York") == ["09:00", "10:00"]


# --- Notice and horizon ---


def test_the_minimum_notice_is_exact_to_the_microsecond() -> None:
    known = facts(notice=12)
    start = at_wall(15)
    assert openings.is_open(known, start, at=start - timedelta(hours=12))
    assert not openings.is_open(known, start, at=start - timedelta(hours=12) + timedelta(microseconds=1))


def test_the_minimum_notice_is_elapsed_time_over_a_clock_change() -> None:
    start = at_wall(9, day=date(2026, 3, 8))
    known = facts(notice=24)
    # 24 hours before 9:00 AM EDT it was 8:00 AM EST, not 9:00.
    assert openings.is_open(known, start, at=at_wall(8, day=date(2026, 3, 7)))
    assert not openings.is_open(known, start, at=at_wall(8, 1, day=date(2026, 3, 7)))


def test_a_session_that_starts_now_has_started() -> None:
    assert not openings.is_open(facts(), at_wall(9), at=at_wall(9))
    assert openings.is_open(facts(), at_wall(9), at=at_wall(9) - timedelta(microseconds=1))


def test_the_horizon_is_whole_days_of_the_provider() -> None:
    known = facts(horizon=2)
    for at in (at_wall(0, 1), at_wall(23, 59)):
        assert walls(day_of(known, date(2026, 3, 6), at=at), "America/New_York")[-1] == "16:00"
        assert day_of(known, date(2026, 3, 7), at=at) == []


def test_nothing_lies_behind_the_asked_stretch() -> None:
    known = facts()
    found = openings.openings(known, begin=at_wall(10), end=at_wall(11), at=at_wall(0))
    assert found == [at_wall(10), at_wall(10, 30)]


# --- Clock changes ---


@pytest.mark.parametrize(("zone", "day"), SPRING.items())
def test_a_skipped_time_is_no_opening_and_the_rest_of_the_day_stays(zone: str, day: date) -> None:
    found = day_of(facts(zone, hours=((time(0), time(6)),), increment=15, session=15), day)
    shown = walls(found, zone)
    assert shown == sorted(set(shown))
    begin, end = day_bounds(day, zone)
    gap = timedelta(days=1) - (end - begin)
    assert gap > timedelta(0)
    assert len(found) == 24 - gap / timedelta(minutes=15)
    # In elapsed time there is no hole: a session may begin every quarter of an hour.
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=15)}


@pytest.mark.parametrize(("zone", "day"), AUTUMN.items())
def test_a_doubled_time_is_the_first_alone(zone: str, day: date) -> None:
    found = day_of(facts(zone, hours=((time(0), time(6)),), increment=15, session=15), day)
    shown = walls(found, zone)
    assert shown == sorted(set(shown))
    assert len(found) == 24
    assert all(local(start, zone).fold == 0 for start in found)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_daytime_hours_on_the_day_of_a_change_stay_on_the_wall(zone: str, day: date) -> None:
    ordinary = ["09:00", "09:30", "10:00", "10:30", "11:00"]
    for shift in (-1, 0, 1):
        found = day_of(facts(zone, hours=((time(9), time(12)),)), day + timedelta(days=shift))
        assert walls(found, zone) == ordinary


def test_a_session_over_the_change_lasts_its_elapsed_time() -> None:
    """1:30 AM EST and fifty minutes is 3:20 AM EDT: there is an hour less between the hours' ends."""
    spring = date(2026, 3, 8)
    found = day_of(facts(hours=((time(1), time(3, 20)),)), spring)
    assert walls(found, "America/New_York") == ["01:00", "01:30"]
    assert walls(day_of(facts(hours=((time(1), time(3, 19)),)), spring), "America/New_York") == ["01:00"]


def test_hours_that_end_in_a_skipped_hour_end_with_the_change() -> None:
    found = day_of(facts(hours=((time(1), time(2, 30)),), session=30, increment=15), date(2026, 3, 8))
    assert walls(found, "America/New_York") == ["01:00", "01:15", "01:30"]


def test_hours_that_begin_in_a_skipped_hour_keep_their_own_steps() -> None:
    found = day_of(facts(hours=((time(2, 15), time(4)),), session=30, increment=30), date(2026, 3, 8))
    assert walls(found, "America/New_York") == ["03:15"]


def test_in_autumn_hours_hold_an_hour_more_and_end_at_the_first_of_a_doubled_time() -> None:
    autumn = date(2026, 11, 1)
    over = facts(hours=((time(1, 30), time(3)),), session=150, increment=30)
    assert walls(day_of(over, autumn), "America/New_York") == ["01:30"]
    until = facts(hours=((time(0), time(1, 30)),), session=60, increment=30)
    assert walls(day_of(until, autumn), "America/New_York") == ["00:00", "00:30"]


# --- The nearest others ---


def test_the_nearest_others_come_soonest_first() -> None:
    known = facts(booked=(Span(at_wall(13), at_wall(13, 50)),))
    found = openings.nearest(known, at_wall(13), at=at_wall(8))
    assert walls(found, "America/New_York") == ["11:30", "12:00", "14:00"]


def test_the_nearest_others_are_found_past_days_that_are_full() -> None:
    april = date(2026, 4, 1)
    away = Span(at_wall(0), at_wall(0, day=april))
    known = facts(time_off=(away,), horizon=30)
    found = openings.nearest(known, at_wall(13), at=at_wall(8))
    assert found == [at_wall(9, day=april), at_wall(9, 30, day=april), at_wall(10, day=april)]
    assert openings.nearest(facts(time_off=(away,), horizon=20), at_wall(13), at=at_wall(8)) == []


@pytest.mark.parametrize("wanted", [datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_time_from_nowhere_still_has_nearest_others(wanted: datetime) -> None:
    assert len(openings.nearest(facts(), wanted, at=at_wall(8))) == 3


# --- Against a slow way of saying the same ---


def first_at(clock: time, day: date, zone: str) -> datetime:
    """By looking at the clock minute after minute."""
    moment, end = day_bounds(day, zone)
    while moment < end and local(moment, zone).time() < clock:
        moment += MINUTE
    return moment


def by_the_minute(known: Facts, day: date) -> list[datetime]:
    begin, end = day_bounds(day, known.zone)
    found, moment = [], begin
    stretches = [(first_at(h.begins, day, known.zone), first_at(h.ends, day, known.zone), h) for h in known.hours
                 if h.weekday == day.weekday()]  # fmt: skip
    while moment < end:
        wall = local(moment, known.zone)
        for opens, closes, hours in stretches:
            past = (wall.hour - hours.begins.hour) * 60 + wall.minute - hours.begins.minute
            on_the_grid = past >= 0 and past % (known.increment // MINUTE) == 0
            inside = opens <= moment and moment + known.session <= closes and wall.time() < hours.ends
            free = not any(span.touches(moment, moment + known.session) for span in (*known.booked, *known.time_off))
            if on_the_grid and inside and free and wall.fold == 0:
                found.append(moment)
        moment += MINUTE
    return found


minutes = st.integers(0, 24 * 60 - 1).map(lambda of_day: time(of_day // 60, of_day % 60))
stretch = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])


@st.composite
def spans_near(draw: st.DrawFn, day: date, zone: str) -> tuple[Span, ...]:
    begin, _ = day_bounds(day, zone)
    pairs = draw(st.lists(st.tuples(st.integers(-60, 1500), st.integers(1, 300)), max_size=3))
    return tuple(Span(begin + offset * MINUTE, begin + (offset + length) * MINUTE) for offset, length in pairs)


@settings(max_examples=40, deadline=None)  # each looks at every minute of a day
@given(data=st.data(), where=st.sampled_from(CHANGES), hours=stretch, session=st.integers(10, 240))
def test_openings_are_what_a_look_at_the_clock_every_minute_finds(
    data: st.DataObject, where: tuple[str, date], hours: tuple[time, time], session: int
) -> None:
    zone, day = where
    known = facts(
        zone,
        hours=(hours,),
        session=session,
        increment=data.draw(st.sampled_from([15, 30, 60])),
        booked=data.draw(spans_near(day, zone)),
        time_off=data.draw(spans_near(day, zone)),
    )
    assert day_of(known, day) == by_the_minute(known, day)


@settings(max_examples=40, deadline=None)
@given(where=st.sampled_from(CHANGES), hours=stretch, at=st.integers(0, 6 * 24 * 60), notice=st.integers(0, 72))
def test_no_opening_breaks_a_rule(where: tuple[str, date], hours: tuple[time, time], at: int, notice: int) -> None:
    zone, day = where
    begin = day_bounds(day, zone)[0] - timedelta(days=3)
    now = begin + at * MINUTE
    known = facts(zone, hours=(hours,), notice=notice, horizon=4)
    found = openings.openings(known, begin=begin, end=begin + timedelta(days=12), at=now)
    assert found == sorted(set(found))
    for start in found:
        assert start - now >= known.minimum_notice
        assert start > now
        assert (local(start, zone).date() - local(now, zone).date()).days <= 4
        assert hours[0] <= local(start, zone).time() < hours[1]
        assert openings.is_open(known, start, at=now)
