"""Instants as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from practice import zones

NEW_YORK = "America/New_York"
# Tuesday, March 3, 2026, 2:00 PM EST
THEN = datetime(2026, 3, 3, 19, tzinfo=UTC)


def test_an_instant_names_its_zone_by_the_offset_of_its_own_date() -> None:
    assert zones.plain(zones.moment(THEN, NEW_YORK)) == "Tue, Mar 3, 2:00 PM EST"
    assert zones.plain(zones.moment(THEN + timedelta(days=7), NEW_YORK)) == "Tue, Mar 10, 3:00 PM EDT"


@pytest.mark.parametrize(
    ("zone", "name"),
    [("America/Sao_Paulo", "GMT-3"), ("Asia/Kathmandu", "GMT+5:45"), ("Asia/Tokyo", "JST"), ("UTC", "UTC")],
)
def test_a_zone_without_letters_is_named_by_its_offset(zone: str, name: str) -> None:
    assert zones.plain(zones.abbreviation(THEN, zone)) == name
    assert "-" not in zones.abbreviation(THEN, zone)  # a line could end after it


def test_a_range_names_the_half_of_the_day_once_where_it_can() -> None:
    assert zones.plain(zones.span(THEN, THEN + timedelta(minutes=50), NEW_YORK)) == "2:00–2:50 PM"
    late_morning = THEN - timedelta(hours=2, minutes=30)
    assert zones.plain(zones.span(late_morning, late_morning + timedelta(minutes=50), NEW_YORK)) == "11:30 AM–12:20 PM"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), "1:30 AM EST–3:20 AM EDT"),
        (datetime(2026, 3, 8, 5, 30, tzinfo=UTC), "12:30–1:20 AM EST"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "1:30 AM EDT–1:20 AM EST"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "1:30–2:20 AM EST"),
    ],
)
def test_a_range_over_a_clock_change_names_both_zones(start: datetime, words: str) -> None:
    assert zones.plain(zones.span_named(start, start + timedelta(minutes=50), NEW_YORK)) == words


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        (NEW_YORK, "New York time", "hora de Nueva York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "hora de Buenos Aires"),
        ("America/Mexico_City", "Mexico City time", "hora de Ciudad de México"),
    ],
)
def test_a_zone_has_its_citys_name_in_the_language_spoken(zone: str, english: str, spanish: str) -> None:
    assert zones.plain(zones.city_time(zone)) == english
    with translation.override("es"):
        assert zones.plain(zones.city_time(zone)) == spanish


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(hours=22, minutes=15, seconds=59), "22 h 15 min"),
        (timedelta(hours=24), "24 h"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(seconds=59, microseconds=999999), "less than 1 min"),
        (timedelta(microseconds=-1), "less than 1 min"),
        (timedelta(0), "0 min"),
        (timedelta(days=3, hours=2), "3 days 2 h"),
    ],
)
def test_a_length_is_cut_to_whole_minutes(duration: timedelta, words: str) -> None:
    assert zones.plain(zones.length(duration)) == words


def test_a_skipped_spring_time_is_refused_and_a_doubled_autumn_one_is_the_first() -> None:
    with pytest.raises(zones.SkippedTime):
        zones.instant_of(datetime(2026, 3, 8, 2, 30), NEW_YORK)
    assert zones.instant_of(datetime(2026, 11, 1, 1, 30), NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 3, 9), 24), (date(2026, 11, 1), 25)])
def test_a_day_has_as_many_hours_as_its_clock_says(day: date, hours: int) -> None:
    begin, end = zones.day_bounds(day, NEW_YORK)
    assert end - begin == timedelta(hours=hours)


def test_the_next_clock_change_is_found_to_the_minute() -> None:
    change = zones.next_change(THEN, THEN + timedelta(days=14), NEW_YORK)
    assert change == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert zones.next_change(THEN, THEN + timedelta(days=2), NEW_YORK) is None
