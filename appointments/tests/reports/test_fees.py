"""Fees, counted by hand: what became of them, who waives."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import cancellation, fees
from appointments.assessments import NoFee
from appointments.models.objection import Objection
from appointments.reports import fees as reports
from appointments.reports.fees import Decider, deciders, decisions, evenness, objections, outcomes
from appointments.reports.scope import Scope
from appointments.rules import FeeStatus
from appointments.tests.paying import paid
from appointments.tests.reports.situations import WEEK, canceled, charged, late
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider, User

Answer = Objection.Answer
HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 2, 3, 9)
NONE, FULL = Decimal("0.00"), Decimal("75.00")


@pytest.fixture
def five(maya: Provider, jordan: Client, office: User) -> None:
    """One to decide, one charged and paid, one reduced, two waived; and one at no fee."""
    late(maya, jordan, TUESDAY, fee=None)
    due = late(maya, jordan, TUESDAY + HOUR, fee=charged())
    paid(due.fees.get(), by=Actor.admin(office.pk), at=due.canceled_at + HOUR)
    late(maya, jordan, TUESDAY + 2 * HOUR, fee=charged("40.00"))
    late(maya, jordan, TUESDAY + 3 * HOUR, fee=charged(waived=True))
    later = late(maya, jordan, TUESDAY + 4 * HOUR, fee=charged())
    fees.waive(later.fees.get(), why="Snow", by=Actor.admin(office.pk), at=later.canceled_at + HOUR)
    canceled(maya, jordan, TUESDAY + 5 * HOUR)


def test_each_fee_stands_under_what_became_of_it(five: None, maya: Provider) -> None:
    table = outcomes(Scope.own(maya), WEEK)
    found = {row[0]: row[1:] for row in table.rows}
    assert found.pop("Fee to decide") == (1, FULL, NONE)
    assert found.pop("Fee due") == (1, FULL, Decimal("40.00"))
    assert found.pop("Waived") == (2, 2 * FULL, NONE)
    assert found.pop("Paid") == (1, FULL, FULL)
    assert all(numbers == (0, NONE, NONE) for numbers in found.values())
    assert table.total == ["All", 5, 5 * FULL, Decimal("115.00")]


def test_a_status_has_its_row_before_any_fee_has_it(five: None, maya: Provider) -> None:
    words = [row[0] for row in outcomes(Scope.own(maya), WEEK).rows]
    assert words[:-1] == [str(label) for value, label in FeeStatus.choices if value != "void"]
    assert words[-1] == "Came to nothing by itself"


def test_what_was_given_up_is_what_somebody_decided_not_to_ask(five: None, maya: Provider) -> None:
    table = decisions(Scope.own(maya), WEEK)
    assert table.rows == [
        ("Charged in full", 1, Decimal("20.0"), FULL, NONE),
        ("Reduced", 1, Decimal("20.0"), FULL, Decimal("35.00")),
        ("Waived", 2, Decimal("40.0"), 2 * FULL, 2 * FULL),
        ("Not decided yet", 1, Decimal("20.0"), FULL, NONE),
        ("Came to nothing by itself", 0, Decimal("0.0"), NONE, NONE),
    ]
    assert table.total == ["All", 5, Decimal("100.0"), 5 * FULL, Decimal("185.00")]


def test_a_provider_reads_of_the_office_as_one_and_the_office_who_it_was(
    five: None, maya: Provider, office: User, jordan: Client
) -> None:
    own = deciders(Scope.own(maya), WEEK)
    assert own.rows == [
        ("You", 3, 1, Decimal("33.3"), Decimal("110.00")),
        ("Office", 1, 1, Decimal("100.0"), FULL),
    ]
    assert own.total == ["All", 4, 2, Decimal("50.0"), Decimal("185.00")]
    assert [row[0] for row in deciders(Scope.of_office(None), WEEK).rows] == ["Maya Chen", "admin@example.com"]


def test_one_that_came_to_nothing_by_itself_was_waived_by_nobody(maya: Provider, jordan: Client) -> None:
    melted = late(maya, jordan, TUESDAY, fee=None)
    assert fees.melt(melted.fees.get(), why=NoFee.FILLED, at=melted.canceled_at + HOUR)
    scope = Scope.own(maya)
    (row,) = [row for row in outcomes(scope, WEEK).rows if row[1]]
    assert row == ("Came to nothing by itself", 1, FULL, NONE)
    (row,) = [row for row in decisions(scope, WEEK).rows if row[1]]
    assert row == ("Came to nothing by itself", 1, Decimal("100.0"), FULL, FULL)
    assert not deciders(scope, WEEK).rows


def test_a_void_fee_and_another_providers_do_not_count(maya: Provider, sam: Provider, jordan: Client) -> None:
    gone = late(maya, jordan, TUESDAY, fee=charged())
    cancellation.restore(gone.appointment, by=Actor.provider(maya.user_id), at=gone.canceled_at + HOUR)
    late(sam, make_client(sam), TUESDAY, fee=charged())
    own, every = Scope.own(maya), Scope.of_office(None)
    assert [build(own, WEEK).rows for build in reports.TABLES.values()] == [[], [], [], []]
    assert [build(every, WEEK).total[1] for build in reports.TABLES.values()] == [1, 1, 1, 0]


def test_objections_stand_under_their_answer(maya: Provider, jordan: Client) -> None:
    by, maya_answers = Actor.client(jordan.user_id), Actor.provider(maya.user_id)
    for number, answer in enumerate([None, None, Answer.UPHELD, Answer.REDUCED, Answer.WAIVED]):
        charge = late(maya, jordan, TUESDAY + number * HOUR, fee=charged())
        at = charge.canceled_at + HOUR
        objection = fees.dispute(charge.fees.get(), words="Why?", by=by, at=at)
        if answer:
            reduced_to = Decimal("50.00") if answer == Answer.REDUCED else None
            fees.answer(objection.fee, answer=answer, reduced_to=reduced_to, words="So.", by=maya_answers, at=at + HOUR)
    table = objections(Scope.own(maya), WEEK)
    assert table.rows == [
        ("Not answered yet", 2, 2 * FULL, NONE),
        ("Kept", 1, FULL, NONE),
        ("Reduced", 1, FULL, Decimal("25.00")),
        ("Waived", 1, FULL, FULL),
    ]
    assert table.total == ["All", 5, 5 * FULL, Decimal("100.00")]


@pytest.mark.only_sqlite
def test_thirty_cost_the_queries_of_one(maya: Provider, jordan: Client) -> None:
    counts = []
    for number in range(30):
        late(maya, jordan, datetime(2026, 2, 2, 0) + number * HOUR, fee=charged(waived=number % 2 == 0))
        if number in {0, 29}:
            with CaptureQueriesContext(connection) as queries:
                for build in reports.TABLES.values():
                    build(Scope.own(maya), WEEK)
            counts.append(len(queries))
    assert counts == [5, 5]


def decider(name: str, waived: int, decided: int) -> Decider:
    return Decider(name, decided, waived, NONE)


def test_few_decisions_are_no_habit() -> None:
    said = "To say whether all waive alike, at least two people need 10 decisions each."
    assert evenness([decider("Maya", 10, 10), decider("Sam", 0, 9)]) == said
    assert evenness([decider("Maya", 10, 100)]) == said


def test_a_difference_that_chance_makes_is_none() -> None:
    assert evenness([decider("Maya", 6, 10), decider("Sam", 3, 10), decider("Kim", 9, 9)]) == (
        "No clear difference: Maya waived 60.0%, Sam 30.0%, of those with at least 10 decisions. "
        "Chance alone can set them that far apart."
    )


def test_a_difference_beyond_chance_is_said() -> None:
    assert evenness([decider("Maya", 45, 50), decider("Sam", 10, 50), decider("Kim", 25, 50)]) == (
        "Not even: Maya waived 90.0%, Sam 20.0%, of those with at least 10 decisions. "
        "Chance alone would hardly set them that far apart."
    )


@pytest.mark.parametrize("waived", [0, 50])
def test_who_waive_all_or_none_waive_alike(waived: int) -> None:
    assert evenness([decider("Maya", waived, 50), decider("Sam", waived, 50)]).startswith("No clear difference")
