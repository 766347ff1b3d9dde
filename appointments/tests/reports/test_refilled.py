"""Time that was canceled and booked again, minute by minute."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from appointments import cancellation
from appointments.reports import refilled
from appointments.reports.refilled import Canceled, Taken, by_notice, freed, over_time
from appointments.reports.scope import Scope
from appointments.rules import Status
from appointments.tests.reports.situations import TEN, WEEK, canceled, held
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider

MIDNIGHT = datetime(2026, 2, 3, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def gone(start: int, end: int, *, number: int = 1, provider: int = 1) -> Canceled:
    return Canceled(provider, MIDNIGHT + start * MINUTE, MIDNIGHT + end * MINUTE, number, DAY)


def taken(start: int, end: int, *, number: int = 1) -> Taken:
    return Taken(number, MIDNIGHT + start * MINUTE, MIDNIGHT + end * MINUTE)


def minutes(canceled: list[Canceled], standing: list[Taken]) -> list[tuple[int, int]]:
    return [(one.time // MINUTE, one.refilled // MINUTE) for one in freed(canceled, standing)]


def test_only_what_overlaps_is_taken_again() -> None:
    assert minutes([gone(60, 110)], []) == [(50, 0)]
    assert minutes([gone(60, 110)], [taken(30, 80), taken(100, 150)]) == [(50, 30)]
    assert minutes([gone(60, 110)], [taken(0, 200)]) == [(50, 50)]
    assert minutes([gone(60, 110)], [taken(70, 90), taken(80, 100)]) == [(50, 30)]
    assert minutes([gone(60, 110)], [taken(60, 110, number=2)]) == [(50, 0)]


def test_two_providers_free_the_same_hour_twice() -> None:
    assert minutes([gone(60, 110), gone(60, 110, number=2, provider=2)], []) == [(50, 0), (50, 0)]


def test_time_that_was_freed_twice_counts_once_for_its_last_cancellation() -> None:
    assert minutes([gone(60, 110, number=1), gone(60, 110, number=2)], []) == [(0, 0), (50, 0)]
    assert minutes(
        [gone(60, 110, number=2), gone(80, 130, number=1)], [taken(100, 130, number=1), taken(100, 130, number=2)]
    ) == [
        (50, 10),
        (20, 20),
    ]


SPANS = st.tuples(st.integers(0, 300), st.integers(1, 100)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(SPANS, max_size=8), st.lists(SPANS, max_size=8))
def test_it_is_what_counting_every_minute_gives(
    canceled: list[tuple[int, int]], standing: list[tuple[int, int]]
) -> None:
    numbers = range(len(canceled))
    found = minutes(
        [gone(*canceled[number], number=number) for number in numbers],
        [taken(*span, number=number) for span in standing for number in numbers],
    )
    freed_minutes = {minute for span in canceled for minute in range(*span)}
    taken_minutes = {minute for span in standing for minute in range(*span)}
    assert sum(time for time, _ in found) == len(freed_minutes)
    assert sum(again for _, again in found) == len(freed_minutes & taken_minutes)


def test_weeks_and_notices_share_the_same_minutes(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TEN, notice=2 * DAY)
    held(maya, make_client(maya), TEN + 20 * MINUTE)
    canceled(maya, jordan, TEN + 2 * HOUR, notice=5 * HOUR, why="technical")
    canceled(maya, jordan, TEN + 7 * DAY)
    scope = Scope.own(maya)
    assert over_time(scope, WEEK).rows == [(date(2026, 2, 2), 100, 30, Decimal("30.0"))]
    rows = {row[0]: row[1:] for row in by_notice(scope, WEEK).rows}
    assert rows["1 to 3 days"] == (50, 30, Decimal("60.0"))
    assert rows["4 to 24 hours"] == (50, 0, Decimal("0.0"))
    assert sum(row[0] for row in rows.values() if isinstance(row[0], int)) == 100
    assert over_time(scope, WEEK).total == by_notice(scope, WEEK).total == ["All", 100, 30, Decimal("30.0")]


def test_what_follows_a_missed_session_took_the_time_as_well(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TEN)
    held(maya, make_client(maya), TEN, status=Status.NO_SHOW)
    assert over_time(Scope.own(maya), WEEK).total[1:3] == [50, 50]


def test_one_canceled_once_more_is_not_taken(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TEN, notice=3 * DAY)
    canceled(maya, make_client(maya), TEN, notice=DAY)
    assert over_time(Scope.own(maya), WEEK).total[1:3] == [50, 0]


def test_one_that_was_taken_back_freed_nothing(maya: Provider, jordan: Client) -> None:
    back = canceled(maya, jordan, TEN)
    cancellation.restore(back.appointment, by=Actor.provider(maya.user_id), at=back.canceled_at + HOUR)
    assert not over_time(Scope.own(maya), WEEK).rows


def test_another_providers_time_is_another_time(maya: Provider, sam: Provider, jordan: Client) -> None:
    """Ten in New York is seven in Los Angeles."""
    canceled(maya, jordan, TEN)
    held(sam, make_client(sam), TEN - 3 * HOUR)
    canceled(sam, make_client(sam), TEN)
    assert over_time(Scope.own(maya), WEEK).total[1:3] == [50, 0]
    assert over_time(Scope.of_office(None), WEEK).total[1:3] == [100, 0]


def test_a_neighbor_over_midnight_is_seen(maya: Provider, jordan: Client) -> None:
    """It begins on the day before the period and on the day after it."""
    canceled(maya, jordan, datetime(2026, 2, 2, 0), minutes=50)
    held(maya, make_client(maya), datetime(2026, 2, 1, 23, 40))
    canceled(maya, jordan, datetime(2026, 2, 8, 23, 40), minutes=50)
    held(maya, make_client(maya), datetime(2026, 2, 9, 0), minutes=50)
    assert over_time(Scope.own(maya), WEEK).total[1:3] == [100, 30 + 30]


@pytest.mark.only_sqlite
def test_thirty_cost_the_queries_of_one(maya: Provider, jordan: Client) -> None:
    counts = []
    for number in range(30):
        canceled(maya, jordan, datetime(2026, 2, 2, 0) + number * HOUR)
        if number in {0, 29}:
            with CaptureQueriesContext(connection) as queries:
                for build in refilled.TABLES.values():
                    build(Scope.own(maya), WEEK)
            counts.append(len(queries))
    assert counts == [4, 4]
