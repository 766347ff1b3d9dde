"""Days by how near they are, in the reader's own zone."""

from datetime import UTC, date, datetime

import pytest

from appointments import days
from appointments.tests.factories import NOW
from practice.zones import plain

ZONE = "America/New_York"
TODAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 3, 3, 20, 45, tzinfo=UTC), "Today, 3:45 PM"),
        (datetime(2026, 3, 4, 4, 59, tzinfo=UTC), "Today, 11:59 PM"),
        (datetime(2026, 3, 4, 5, 0, tzinfo=UTC), "Tomorrow, 12:00 AM"),
        (datetime(2026, 3, 2, 14, 0, tzinfo=UTC), "Yesterday, 9:00 AM"),
        (datetime(2026, 3, 5, 14, 30, tzinfo=UTC), "Thursday, 9:30 AM"),
        (datetime(2026, 3, 9, 14, 30, tzinfo=UTC), "Monday, 10:30 AM"),
        (datetime(2026, 3, 10, 14, 30, tzinfo=UTC), "Tue, Mar 10, 10:30 AM"),
        (datetime(2026, 1, 13, 0, 6, tzinfo=UTC), "Mon, Jan 12, 7:06 PM"),
        (datetime(2025, 1, 13, 0, 6, tzinfo=UTC), "Sun, Jan 12, 2025, 7:06 PM"),
    ],
)
def test_an_instant_by_how_near_its_day_is(instant: datetime, words: str) -> None:
    assert plain(days.near(instant, ZONE, at=NOW)) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 3), ("Today", "Tuesday, March 3")),
        (date(2026, 3, 4), ("Tomorrow", "Wednesday, March 4")),
        (date(2026, 3, 2), ("Yesterday", "Monday, March 2")),
        (date(2026, 3, 5), ("Thursday", "March 5")),
        (date(2025, 12, 31), ("Wednesday", "December 31, 2025")),
    ],
)
def test_a_day_as_a_heading(day: date, words: tuple[str, str]) -> None:
    assert tuple(plain(part) for part in days.heading(day, today=TODAY)) == words


def test_another_year_is_named() -> None:
    assert plain(days.long(NOW, ZONE, at=NOW)) == "Tuesday, March 3"
    assert plain(days.long(NOW, ZONE, at=NOW.replace(year=2027))) == "Tuesday, March 3, 2026"
