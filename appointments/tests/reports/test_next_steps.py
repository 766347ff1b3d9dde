"""Who canceled and has nothing ahead: the list to call."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import cancellation
from appointments.reports.next_steps import ToCall, find, rows, table
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.rules import Status
from appointments.tests.factories import NOW, booked
from appointments.tests.reports.situations import NEW_YORK, canceled, held
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 3), NEW_YORK)
TUESDAY = datetime(2026, 2, 24, 10)


def listed(scope: Scope, period: Period = FEBRUARY) -> list[ToCall]:
    return rows(find(scope, period, at=NOW), at=NOW)


def test_it_says_when_they_were_last_seen_and_what_they_missed(maya: Provider, jordan: Client) -> None:
    held(maya, jordan, TUESDAY - 21 * DAY)
    seen = held(maya, jordan, TUESDAY - 14 * DAY)
    canceled(maya, jordan, TUESDAY - 7 * DAY, why="technical")
    last = canceled(maya, jordan, TUESDAY, why="client-asked", notice=2 * DAY)
    (one,) = listed(Scope.own(maya))
    assert (one.client, one.provider) == (jordan, maya)
    assert (one.days, one.seen_at) == (21, seen.start)
    assert (one.missed, one.canceled_at) == (last.appointment.start, last.canceled_at)
    assert one.reason == "The client asked to cancel"


def test_days_are_those_of_the_providers_calendar(maya: Provider, jordan: Client) -> None:
    """Now it is Tuesday morning; late on Monday was yesterday."""
    held(maya, jordan, datetime(2026, 3, 2, 23, 0))
    canceled(maya, jordan, datetime(2026, 3, 4, 9), notice=2 * DAY)
    assert listed(Scope.own(maya))[0].days == 1


def test_what_lies_ahead_and_was_canceled_counts_by_the_day_it_was_canceled(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, datetime(2026, 4, 1, 10), notice=40 * DAY)
    assert [one.client for one in listed(Scope.own(maya))] == [jordan]
    assert not listed(Scope.own(maya), Period(date(2026, 3, 1), date(2026, 4, 2), NEW_YORK))


def test_who_has_an_appointment_ahead_or_was_seen_since_is_not_called(maya: Provider) -> None:
    ahead, running, since, unmarked = (make_client(maya) for _ in range(4))
    for number, client in enumerate([ahead, running, since, unmarked]):
        canceled(maya, client, TUESDAY + number * HOUR)
    booked(maya, ahead, start=NOW + 9 * DAY)
    booked(maya, running, start=NOW - timedelta(minutes=10))
    held(maya, since, TUESDAY + DAY)
    held(maya, unmarked, TUESDAY + DAY + HOUR, status=Status.BOOKED)
    assert listed(Scope.own(maya)) == []


def test_who_only_missed_a_session_since_is_called(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, TUESDAY)
    held(maya, jordan, TUESDAY + DAY, status=Status.NO_SHOW)
    (one,) = listed(Scope.own(maya))
    assert one.days is None


def test_what_was_taken_back_is_no_cancellation(maya: Provider, jordan: Client) -> None:
    back = canceled(maya, jordan, TUESDAY)
    cancellation.restore(back.appointment, by=Actor.provider(maya.user_id), at=back.canceled_at + HOUR)
    assert listed(Scope.own(maya)) == []


def test_whose_care_has_ended_is_not_called(maya: Provider, jordan: Client, care: CareRelationship) -> None:
    canceled(maya, jordan, TUESDAY)
    CareRelationship.objects.filter(pk=care.pk).update(ended_at=NOW)
    assert listed(Scope.own(maya)) == []


def test_each_provider_calls_their_own(maya: Provider, sam: Provider, jordan: Client) -> None:
    """What Jordan has ahead with Sam is no next step with Maya."""
    CareRelationship.objects.create(provider=sam, client=jordan)
    canceled(maya, jordan, TUESDAY)
    booked(sam, jordan, start=NOW + DAY)
    canceled(sam, make_client(sam, first_name="Noah"), TUESDAY)
    assert [one.client.first_name for one in listed(Scope.own(maya))] == ["Jordan"]
    assert [one.client.first_name for one in listed(Scope.own(sam))] == ["Noah"]
    assert {one.provider for one in listed(Scope.of_office(None))} == {maya, sam}
    assert [one.provider for one in listed(Scope.of_office(sam))] == [sam]


def test_longest_unseen_come_first_and_who_was_never_seen_last(maya: Provider) -> None:
    never, lately, long_ago = (make_client(maya, first_name=name) for name in ("Never", "Lately", "Long"))
    held(maya, lately, TUESDAY - 3 * DAY)
    held(maya, long_ago, TUESDAY - 30 * DAY)
    for number, client in enumerate([never, lately, long_ago]):
        canceled(maya, client, TUESDAY + number * HOUR)
    assert [one.client.first_name for one in listed(Scope.own(maya))] == ["Long", "Lately", "Never"]


def test_the_spreadsheet_carries_how_they_may_be_reached(maya: Provider, jordan: Client) -> None:
    jordan.phone_use, jordan.phone = Client.PhoneUse.NEVER, "+1 212 555 0142"
    jordan.save()
    held(maya, jordan, TUESDAY - 14 * DAY)
    canceled(maya, jordan, TUESDAY, notice=2 * DAY)
    head, row = table(Scope.own(maya), FEBRUARY, at=NOW).csv.splitlines()
    assert head.startswith("Client,Provider,Days since last seen,Last seen,")
    assert row == (
        "Jordan Lee,Maya Chen,21,2026-02-10,2026-02-24T10:00:00-05:00,2026-02-22,Technical problem,"
        "'+1 212 555 0142,Do not call,jordan.lee@example.com"
    )


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_thirty_cost_the_query_of_one(maya: Provider, number: int) -> None:
    for one in range(number):
        canceled(maya, make_client(maya, signs_in=False), datetime(2026, 2, 10, 0) + one * HOUR)
    with CaptureQueriesContext(connection) as queries:
        assert len(listed(Scope.own(maya))) == number
    assert len(queries) == 1
