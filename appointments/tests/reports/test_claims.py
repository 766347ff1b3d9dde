"""Claims: what took place, on the day on which it did, and nothing else."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.reports.claims import sessions, table, unmarked
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.rules import Status
from appointments.tests.factories import NOW
from appointments.tests.reports.situations import NEW_YORK, TEN, WEEK, canceled, held
from clients.models import Client, Payer
from clients.tests.factories import make_client
from practice.models import Provider

HOUR = timedelta(hours=1)


def exported(scope: Scope, period: Period = WEEK) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(scope, period).csv)))


def test_each_session_has_what_a_claim_asks_for(maya: Provider, jordan: Client) -> None:
    jordan.preferred_name, jordan.last_name = "Jo", "Lée"
    jordan.payer = Payer.objects.get(name="Aetna")
    jordan.save()
    session = held(maya, jordan, TEN)
    assert exported(Scope.own(maya)) == [
        {
            "Session": str(session.uid),
            "Date of service": "2026-02-03",
            "Start": "2026-02-03T10:00:00-05:00",
            "End": "2026-02-03T10:50:00-05:00",
            "Minutes": "50",
            "Provider": "Maya Chen",
            "Client’s legal name": "Jordan Lée",
            "Payer": "Aetna",
            "Format": "Video",
        }
    ]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.COMPLETED])
def test_what_did_not_take_place_is_never_in_it(maya: Provider, jordan: Client, status: Status) -> None:
    held(maya, jordan, TEN, status=status)
    canceled(maya, jordan, TEN + HOUR)
    kept = held(maya, jordan, TEN + 2 * HOUR)
    assert [row["Session"] for row in exported(Scope.own(maya))] == [str(kept.uid)]


def test_the_date_of_service_is_the_day_of_the_start_by_each_providers_own_clock(maya: Provider, sam: Provider) -> None:
    """Late on Sunday in Los Angeles it is Monday in New York and in UTC."""
    client = make_client(sam)
    first, last = held(sam, client, datetime(2026, 2, 2, 0)), held(sam, client, datetime(2026, 2, 8, 23, 30))
    held(sam, client, datetime(2026, 2, 1, 23, 30))
    held(sam, client, datetime(2026, 2, 9, 0))
    mine = held(maya, make_client(maya), datetime(2026, 2, 2, 0))
    for scope, uids in [
        (Scope.own(sam), [first.uid, last.uid]),
        (Scope.of_office(None), [mine.uid, first.uid, last.uid]),
    ]:
        assert [row["Session"] for row in exported(scope)] == [str(uid) for uid in uids]
    assert [row["Date of service"] for row in exported(Scope.own(sam))] == ["2026-02-02", "2026-02-08"]


def test_both_sides_of_a_clock_change_have_their_own_offset(maya: Provider, jordan: Client) -> None:
    held(maya, jordan, datetime(2026, 3, 7, 10))
    held(maya, jordan, datetime(2026, 3, 8, 10))
    rows = exported(Scope.own(maya), Period(date(2026, 3, 7), date(2026, 3, 8), NEW_YORK))
    assert [row["Start"] for row in rows] == ["2026-03-07T10:00:00-05:00", "2026-03-08T10:00:00-04:00"]


def test_what_is_over_and_not_marked_is_counted_apart(maya: Provider, jordan: Client) -> None:
    over = held(maya, jordan, TEN, status=Status.BOOKED)
    held(maya, jordan, TEN + HOUR)
    held(maya, jordan, datetime(2026, 3, 3, 10, 30), status=Status.BOOKED)  # it runs still
    days = Period(date(2026, 2, 2), date(2026, 3, 9), NEW_YORK)
    assert list(unmarked(Scope.own(maya), days, at=NOW)) == [over]


def test_another_providers_sessions_are_not_in_it(maya: Provider, sam: Provider, jordan: Client) -> None:
    held(sam, make_client(sam), TEN)
    held(sam, make_client(sam), TEN + HOUR, status=Status.BOOKED)
    assert list(sessions(Scope.own(maya), WEEK)) == []
    assert list(unmarked(Scope.own(maya), WEEK, at=NOW)) == []
    assert len(sessions(Scope.of_office(None), WEEK)) == 1
    assert list(sessions(Scope.of_office(maya), WEEK)) == []


def test_a_practice_without_providers_has_none(practice: object) -> None:
    assert list(sessions(Scope.of_office(None), WEEK)) == []


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_thirty_cost_the_query_of_one(maya: Provider, number: int) -> None:
    for one in range(number):
        held(maya, make_client(maya, signs_in=False), datetime(2026, 2, 2, 0) + one * HOUR)
    with CaptureQueriesContext(connection) as queries:
        assert len(exported(Scope.own(maya))) == number
    assert len(queries) == 1
