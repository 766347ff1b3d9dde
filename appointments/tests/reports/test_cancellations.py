"""Cancellations, counted by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import cancellation
from appointments.drafts import Notes
from appointments.reports import cancellations
from appointments.reports.cancellations import by_cause, by_notice, by_reason, over_time
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.rules import Status
from appointments.tests.reports.situations import NEW_YORK, WEEK, canceled, charged, held, late
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider
from practice.tests.factories import make_provider

HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 2, 3, 9)


def test_the_rate_is_the_share_of_all_that_were_due(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TUESDAY)
    held(maya, jordan, TUESDAY + HOUR)
    held(maya, jordan, TUESDAY + 2 * HOUR, status=Status.NO_SHOW)
    held(maya, jordan, TUESDAY + 3 * HOUR, status=Status.BOOKED)
    canceled(maya, jordan, TUESDAY + timedelta(days=7))
    table = over_time(Scope.own(maya), Period(date(2026, 2, 2), date(2026, 2, 20), NEW_YORK))
    assert table.rows == [
        (date(2026, 2, 2), 4, 1, Decimal("25.0")),
        (date(2026, 2, 9), 1, 1, Decimal("100.0")),
        (date(2026, 2, 16), 0, 0, None),
    ]
    assert table.total == ["All", 5, 2, Decimal("40.0")]


def test_an_appointment_counts_on_the_day_that_its_provider_reads(sam: Provider) -> None:
    """Sunday, 11:30 PM in Los Angeles is Monday in New York and in UTC."""
    canceled(sam, make_client(sam), datetime(2026, 2, 8, 23, 30))
    for zone, weeks in [("America/Los_Angeles", [1, 0]), (NEW_YORK, [0, 1])]:
        table = over_time(Scope(sam, zone, is_office=False), Period(date(2026, 2, 2), date(2026, 2, 15), zone))
        assert [row[2] for row in table.rows] == weeks
    own = Scope.own(sam)
    assert by_reason(own, WEEK.in_zone(own.zone)).total[2] == 1
    assert not by_reason(own, WEEK).rows


def test_a_week_with_a_clock_change_ends_at_its_own_midnight(maya: Provider, jordan: Client) -> None:
    """New York goes forward on Sunday, March 8."""
    for wall in (datetime(2026, 3, 2), datetime(2026, 3, 8, 23, 30), datetime(2026, 3, 9)):
        canceled(maya, jordan, wall, minutes=20)
    table = over_time(Scope.own(maya), Period(date(2026, 3, 2), date(2026, 3, 15), NEW_YORK))
    assert [(row[0], row[2]) for row in table.rows] == [(date(2026, 3, 2), 2), (date(2026, 3, 9), 1)]


def test_reasons_read_for_many_clients_most_frequent_first(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TUESDAY, why="technical")
    canceled(maya, jordan, TUESDAY + HOUR, why="client-asked", notice=timedelta(days=3))
    late(maya, jordan, TUESDAY + 2 * HOUR, fee=charged())
    canceled(maya, jordan, TUESDAY + 3 * HOUR, why="provider-unwell")
    table = by_reason(Scope.own(maya), WEEK)
    assert table.rows == [
        ("The client asked to cancel", "The client", 2, Decimal("50.0"), 1),
        ("I am unwell or have an emergency", "The provider", 1, Decimal("25.0"), 0),
        ("Technical problem", "Neither", 1, Decimal("25.0"), 0),
    ]
    assert table.total == ["All", "", 4, Decimal("100.0"), 1]


def test_who_caused_it_is_not_who_pressed_the_button(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TUESDAY, why="client-asked")
    canceled(maya, jordan, TUESDAY + HOUR, why="work-or-family", by=Actor.client(jordan.user_id))
    canceled(maya, jordan, TUESDAY + 2 * HOUR, why="provider-time-off", by=Actor.admin(maya.user_id))
    rows = by_cause(Scope.own(maya), WEEK).rows
    assert [row[:2] for row in rows] == [("The client", 2), ("The provider", 1), ("Neither", 0)]


def test_each_notice_falls_into_one_band_and_a_bound_into_the_longer(maya: Provider, jordan: Client) -> None:
    minute, day, office = timedelta(minutes=1), timedelta(days=1), Actor.admin(maya.user_id)
    bounds = [timedelta(0), 4 * HOUR, 24 * HOUR, 3 * day, 7 * day]
    for number, notice in enumerate([bound - side for bound in bounds for side in (minute, timedelta(0))]):
        canceled(maya, jordan, TUESDAY + number * HOUR, notice=notice, by=office)
    rows = by_notice(Scope.own(maya), WEEK).rows
    assert [row[:2] for row in rows] == [
        ("After the start", 1),
        ("Under 4 hours", 2),
        ("4 to 24 hours", 2),
        ("1 to 3 days", 2),
        ("3 to 7 days", 2),
        ("7 days or more", 1),
    ]
    assert sum(int(str(row[3])) for row in rows[:3]) == 5
    assert [row[3] for row in rows[3:]] == [0, 0, 0]


def test_one_that_was_taken_back_does_not_count(maya: Provider, jordan: Client) -> None:
    gone = canceled(maya, jordan, TUESDAY)
    at = gone.canceled_at + HOUR
    cancellation.restore(gone.appointment, by=Actor.provider(maya.user_id), at=at)
    scope = Scope.own(maya)
    assert over_time(scope, WEEK).total == ["All", 1, 0, Decimal("0.0")]
    assert [table(scope, WEEK).rows for table in (by_reason, by_cause, by_notice)] == [[], [], []]


def test_one_canceled_again_counts_once(maya: Provider, jordan: Client) -> None:
    gone = canceled(maya, jordan, TUESDAY)
    by, at = Actor.provider(maya.user_id), gone.canceled_at + HOUR
    cancellation.restore(gone.appointment, by=by, at=at)
    cancellation.cancel(
        gone.appointment,
        by=by,
        reason=gone.reason,
        told_at=None,
        notes=Notes(),
        send_link=False,
        fee=None,
        at=at + HOUR,
    )
    assert over_time(Scope.own(maya), WEEK).total == ["All", 1, 1, Decimal("100.0")]
    assert by_reason(Scope.own(maya), WEEK).total[2] == 1


def test_another_providers_are_the_offices_to_see_alone(maya: Provider, sam: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TUESDAY)
    canceled(sam, make_client(sam), TUESDAY)
    for scope, many in [(Scope.own(maya), 1), (Scope.of_office(maya), 1), (Scope.of_office(None), 2)]:
        assert over_time(scope, WEEK).total[1:3] == [many, many]
        assert [table(scope, WEEK).total[-3 if table is by_reason else 1] for table in (by_reason, by_cause)] == [
            many
        ] * 2
        assert by_notice(scope, WEEK).total[1] == many


def test_the_practices_clock_is_that_of_most_providers(maya: Provider, sam: Provider) -> None:
    assert Scope.of_office(None).zone == NEW_YORK  # of two, who came first
    make_provider(time_zone="America/Los_Angeles")
    assert Scope.of_office(None).zone == "America/Los_Angeles"
    assert Scope.of_office(maya).zone == NEW_YORK


def test_nothing_at_all_is_said(maya: Provider) -> None:
    for build in cancellations.TABLES.values():
        table = build(Scope.own(maya), WEEK)
        assert not table.rows
        assert table.empty


@pytest.mark.only_sqlite
def test_thirty_cost_the_queries_of_one(maya: Provider, jordan: Client) -> None:
    counts = []
    for number in range(30):
        canceled(maya, jordan, datetime(2026, 2, 2, 0) + number * HOUR, why="technical" if number % 2 else "by-mistake")
        if number in {0, 29}:
            with CaptureQueriesContext(connection) as queries:
                for build in cancellations.TABLES.values():
                    build(Scope.own(maya), WEEK)
            counts.append(len(queries))
    assert counts == [5, 5]
