"""Weekly hours and time off: what may stand beside what, how one set takes the place of another, and their words."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import hours
from practice.hours import Overlap, Stretch
from practice.models import Provider, TimeOff, WeeklyHours

NEW_YORK = "America/New_York"
NOW = datetime(2026, 3, 3, 15, 44, tzinfo=UTC)


def stretch(begins: int, ends: int, weekday: int = 0) -> Stretch:
    return Stretch(weekday, time(begins), time(ends))


def test_new_hours_take_the_place_of_the_old_and_leave_other_providers_alone(maya: Provider, sam: Provider) -> None:
    assert hours.set_weekly(maya, stretches=[stretch(13, 17), stretch(9, 12)])
    assert hours.of(maya) == [stretch(9, 12), stretch(13, 17)]
    assert len(hours.of(sam)) == 5


def test_the_same_hours_again_write_nothing(maya: Provider) -> None:
    before = list(maya.weekly_hours.values_list("pk", flat=True))
    assert not hours.set_weekly(maya, stretches=hours.of(maya)[::-1])
    assert list(maya.weekly_hours.values_list("pk", flat=True)) == before


def test_hours_that_overlap_are_refused_and_the_old_ones_stay(maya: Provider) -> None:
    with pytest.raises(Overlap):
        hours.set_weekly(maya, stretches=[stretch(9, 12), stretch(11, 14)])
    assert WeeklyHours.objects.filter(provider=maya).count() == 5


def test_a_stretch_may_begin_when_another_ends_and_at_the_same_time_on_another_day() -> None:
    assert not list(hours.overlaps([stretch(9, 12), stretch(12, 14), stretch(9, 12, weekday=1)]))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 21), st.integers(1, 2)), max_size=6))
def test_overlap_is_found_wherever_two_share_an_hour(raw: list[tuple[int, int, int]]) -> None:
    stretches = [stretch(begins, begins + length, weekday) for weekday, begins, length in raw]
    taken = [(one.weekday, hour) for one in stretches for hour in range(one.begins.hour, one.ends.hour)]
    assert any(True for _ in hours.overlaps(stretches)) == (len(taken) != len(set(taken)))


def test_the_same_time_off_again_is_one_row_with_the_newer_label(maya: Provider) -> None:
    begins, ends = NOW, NOW + timedelta(days=1)
    hours.take_off(maya, begins=begins, ends=ends, label="")
    hours.take_off(maya, begins=begins, ends=ends, label="Dentist")
    assert list(TimeOff.objects.values_list("label", flat=True)) == ["Dentist"]


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        (at(3, 6, 5), at(3, 7, 5), "Fri, Mar 6"),
        (at(3, 6, 5), at(3, 9, 4), "Fri, Mar 6 to Sun, Mar 8"),  # 23 hours on its last day
        (at(3, 6, 18), at(3, 6, 20), "Fri, Mar 6, 1:00–3:00 PM EST"),
        (at(3, 6, 18), at(3, 9, 13), "Fri, Mar 6, 1:00 PM EST to Mon, Mar 9, 9:00 AM EDT"),
        (at(11, 1, 4), at(11, 1, 6, 30), "Sun, Nov 1, 12:00 AM EDT to Sun, Nov 1, 1:30 AM EST"),
        (at(12, 31, 5), at(1, 2, 5, year=2027), "Thu, Dec 31 to Fri, Jan 1, 2027"),
    ],
)
def test_time_off_is_said_in_days_where_it_is_whole_days_and_else_with_times(
    begins: datetime, ends: datetime, words: str
) -> None:
    said = hours.time_off_words(begins, ends, zone=NEW_YORK, at=NOW)
    assert said.replace("\xa0", " ") == words


def test_weekly_hours_in_a_line() -> None:
    assert (
        hours.in_a_line([stretch(9, 12), stretch(13, 17), stretch(9, 10, 4)]).replace("\xa0", " ")
        == "8 h on 2 days a week"
    )
    assert hours.in_a_line([Stretch(0, time(9), time(9, 50))]).replace("\xa0", " ") == "0 h 50 min on 1 day a week"
    assert hours.in_a_line([]) == "None: nobody can book with you"
