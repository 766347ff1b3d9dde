"""A policy as its provider reads it: in a line, and by an example that steps over weekends and clock changes."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from appointments import policy_words
from practice.fee_terms import Terms
from practice.zones import plain

NEW_YORK = "America/New_York"


def terms(*, hours: int = 24, late: int = 75, no_show: int = 75, words: str = "") -> Terms:
    return Terms(
        notice_hours=hours, late_fee=Decimal(late), no_show_fee=Decimal(no_show), grace_minutes=15, words=words
    )


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (24, "$75.00 inside 24 hours; $80.50 for a no-show, from 15 minutes after the start"),
        (1, "$75.00 inside 1 hour; $80.50 for a no-show, from 15 minutes after the start"),
    ],
)
def test_in_a_line(hours: int, line: str) -> None:
    said = replace(terms(hours=hours), no_show_fee=Decimal("80.5"))
    assert plain(policy_words.in_a_line(said)) == line


@pytest.mark.parametrize(
    ("now", "hours", "start", "deadline"),
    [
        # Tuesday morning: the deadline is no longer today's.
        (at(2026, 3, 3, 15, 44), 24, "Thu, Mar 5, 2:00 PM EST", "Wed, Mar 4, 2:00 PM EST"),
        # From Thursday on the weekend is stepped over, and the clocks change in it.
        (at(2026, 3, 5, 15), 24, "Mon, Mar 9, 2:00 PM EDT", "Sun, Mar 8, 2:00 PM EDT"),
        (at(2026, 3, 6, 15), 48, "Mon, Mar 9, 2:00 PM EDT", "Sat, Mar 7, 1:00 PM EST"),
        (at(2026, 10, 30, 15), 48, "Mon, Nov 2, 2:00 PM EST", "Sat, Oct 31, 3:00 PM EDT"),
        # The longest notice: a week from tomorrow.
        (at(2026, 3, 3, 15), 168, "Wed, Mar 11, 2:00 PM EDT", "Wed, Mar 4, 1:00 PM EST"),
        (at(2026, 3, 3, 15), 1, "Wed, Mar 4, 2:00 PM EST", "Wed, Mar 4, 1:00 PM EST"),
        # Late in the evening it is the next day in UTC, and still Tuesday where the provider is.
        (at(2026, 3, 4, 3), 1, "Wed, Mar 4, 2:00 PM EST", "Wed, Mar 4, 1:00 PM EST"),
    ],
)
def test_the_example_is_a_workday_whose_deadline_is_still_ahead(
    now: datetime, hours: int, start: str, deadline: str
) -> None:
    example = policy_words.example(terms(hours=hours), at=now, zone=NEW_YORK)
    assert (plain(example.start), plain(example.deadline)) == (start, deadline)
    assert deadline in plain(example.to_clients)
    assert example.no_show_from.replace("\xa0", " ") == "2:15 PM"


@pytest.mark.parametrize(
    ("late", "no_show", "follows"),
    [
        (75, 75, "Later than that, or if you do not come, a fee of up to $75.00 may apply."),
        (
            75,
            90,
            "Later than that, a fee of up to $75.00 may apply; if you do not come, a fee of up to $90.00 may apply.",
        ),
        (0, 90, "Later than that, no fee applies; if you do not come, a fee of up to $90.00 may apply."),
        (0, 0, "Later than that, no fee applies either."),
    ],
)
def test_the_words_to_clients_say_what_may_follow(late: int, no_show: int, follows: str) -> None:
    said = policy_words.example(
        terms(late=late, no_show=no_show, words="Ask me."), at=at(2026, 3, 3, 15, 44), zone=NEW_YORK
    )
    start = "You can cancel free of charge until Wed, Mar 4, 2:00 PM EST, 24 hours ahead. "
    assert plain(said.to_clients) == start + follows
    assert said.words == "Ask me."


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"first_session_percent": 0}, "none for a first session"),
        ({"first_session_percent": 50}, "50% of it for a first session"),
        ({"free_passes": 1, "pass_days": 90}, "1 free pass in any 90 days"),
        ({"free_passes": 2, "pass_days": 365}, "2 free passes in any 365 days"),
        ({"free_if_filled": True}, "none if the time is filled"),
        ({"rebook_days": 1}, "none if they book again and come within 1 day"),
        ({"booking_grace_minutes": 1}, "none within 1 minute of booking"),
    ],
)
def test_a_line_ends_with_what_makes_it_free(changes: dict[str, Any], line: str) -> None:
    assert plain(policy_words.in_a_line(replace(terms(), **changes))).endswith(f"after the start; {line}")
