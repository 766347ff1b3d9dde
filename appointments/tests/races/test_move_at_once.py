"""Move against cancel against book at the same instant: never two live appointments in one place, never none."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count

from appointments import booking, cancellation, letting_go, refusals
from appointments.drafts import Notes
from appointments.models import Appointment, Cancellation, CancellationReason, HistoryEntry, RescheduleRequest
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10, ONE_HOUR, policy_of
from appointments.tests.test_rescheduling import MONDAY_11, asked_to_move
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = FRIDAY_10, MONDAY_11
Act = Callable[[], object]


def rounds(on_postgres: int, on_sqlite: int) -> int:
    """SQLite lets one write at a time, so that less can go wrong."""
    return on_postgres if connection.vendor == "postgresql" else on_sqlite


def move(appointment: Appointment) -> Act:
    return partial(booking.reschedule, appointment, start=NEW, format=Format.VIDEO, by=Actor.client(), at=NOW)


def book(care: CareRelationship, start: object) -> Act:
    return partial(
        booking.book,
        care,
        start=start,  # type: ignore[arg-type]
        format=Format.VIDEO,
        by=Actor.client(),
        at=NOW,
        agreed=policy_of(care.provider),
    )


def cancel(appointment: Appointment, reason: CancellationReason) -> Act:
    return partial(
        cancellation.cancel,
        appointment,
        by=Actor.client(),
        reason=reason,
        told_at=None,
        notes=Notes(),
        send_link=False,
        fee=None,
        at=NOW,
    )


@dataclass
class Table:
    """Jordan is booked at the old time, another client an hour later, and a third looks for a time."""

    jordans: Appointment
    others: Appointment
    thirds: CareRelationship
    reason: CancellationReason

    def set(self) -> None:
        """As before the first round, whatever the last one has left."""
        Cancellation.objects.update(undone_at=NOW, undone_actor="system")
        Appointment.objects.filter(client=self.thirds.client).update(status="canceled")
        for appointment, start in ((self.jordans, OLD), (self.others, OLD + ONE_HOUR)):
            end = start + appointment.provider.session_length
            Appointment.objects.filter(pk=appointment.pk).update(status="booked", start=start, end=end)

    def live(self) -> dict[object, int]:
        """Whose is each time that is booked now; fails where two have one."""
        rows = list(Appointment.objects.booked().values_list("start", "client"))
        assert len({start for start, _ in rows}) == len(rows), "two live appointments in one place"
        return dict(rows)


@pytest.fixture
def table(maya: Provider, jordan: Client) -> Table:
    return Table(
        jordans=booked(maya, jordan, start=OLD),
        others=booked(maya, make_client(maya, signs_in=False), start=OLD + ONE_HOUR),
        thirds=care_of(make_client(maya, signs_in=False), maya),
        reason=CancellationReason.objects.get(key="not-well"),
    )


def move_cancel_and_book_the_new_time(table: Table) -> None:
    moved, canceled, wanted = at_once(
        [move(table.jordans), cancel(table.jordans, table.reason), book(table.thirds, NEW)]
    )
    assert isinstance(canceled, Cancellation)
    live = table.live()
    assert table.jordans.client_id not in live.values()
    if isinstance(wanted, Appointment):
        assert live[NEW] == table.thirds.client_id
        # Jordan was first and had left it by a cancellation again, or came second and was told why.
        assert isinstance(moved, Appointment | refusals.NotOpen | refusals.AlreadyCanceled)
    else:
        assert isinstance(wanted, refusals.NotOpen)
        assert isinstance(moved, Appointment), "refused, though nobody has it"
        assert NEW not in live


def move_cancel_and_book_the_old_time(table: Table) -> None:
    moved, canceled, wanted = at_once(
        [move(table.jordans), cancel(table.jordans, table.reason), book(table.thirds, OLD)]
    )
    assert isinstance(canceled, Cancellation)
    assert isinstance(moved, Appointment | refusals.AlreadyCanceled)
    assert isinstance(wanted, Appointment | refusals.NotOpen)
    live = table.live()
    assert live.get(OLD) == (table.thirds.client_id if isinstance(wanted, Appointment) else None)


def two_move_where_a_third_books(table: Table) -> None:
    results = at_once([move(table.jordans), move(table.others), book(table.thirds, NEW)])
    assert sorted(type(result).__name__ for result in results) == ["Appointment", "NotOpen", "NotOpen"]
    live = table.live()
    assert NEW in live
    # Who did not come to move still has what they had.
    assert {table.jordans.client_id, table.others.client_id} <= set(live.values())


def test_move_cancel_and_book_at_once_leave_each_place_to_one(table: Table) -> None:
    patterns = [move_cancel_and_book_the_new_time, move_cancel_and_book_the_old_time, two_move_where_a_third_books]
    for number in range(rounds(200, 12)):
        table.set()
        entries, sequence = HistoryEntry.objects.count(), _sequence(table)
        patterns[number % 3](table)
        # Each act that was done has its entry and, if it changed a row that was there, a higher sequence.
        done = HistoryEntry.objects.count() - entries
        assert _sequence(table) - sequence == done - _booked_anew(table)
    told = HistoryEntry.objects.filter(kind__in=["moved", "canceled"]).annotate(mails=Count("messages"))
    assert set(told.values_list("mails", flat=True)) == {2}
    keys = OutboxMessage.objects.values_list("key", flat=True)
    assert len(set(keys)) == len(keys)


def _sequence(table: Table) -> int:
    pks = [table.jordans.pk, table.others.pk]
    return sum(Appointment.objects.filter(pk__in=pks).values_list("sequence", flat=True))


def _booked_anew(table: Table) -> int:
    return Appointment.objects.booked().filter(client=table.thirds.client).count()


def test_letting_go_and_picking_a_time_at_once_are_one_of_the_two(table: Table) -> None:
    """At the very instant: moved, or let go and the client told so. The question ends once."""
    for _ in range(rounds(20, 5)):
        table.set()
        asked_to_move(table.jordans, asked_at=NOW - ONE_HOUR, let_go_at=NOW, block=False)
        let_go = partial(letting_go.let_go_due, at=NOW)
        moved, *gone = at_once([move(table.jordans), let_go, let_go])
        request = RescheduleRequest.objects.latest("id")
        if isinstance(moved, Appointment):
            assert (request.outcome, gone) == ("moved", [0, 0])
            assert table.live()[NEW] == table.jordans.client_id
        else:
            assert isinstance(moved, refusals.AlreadyCanceled)
            assert (request.outcome, sorted(map(str, gone))) == ("let_go", ["0", "1"])
            assert table.jordans.client_id not in table.live().values()


def test_moved_twice_at_once_it_has_moved_once(table: Table) -> None:
    results = at_once([move(table.jordans)] * 10)
    assert [type(result).__name__ for result in results].count("Appointment") == 1
    assert {type(result).__name__ for result in results} == {"Appointment", "AlreadyThen"}
    assert OutboxMessage.objects.count() == 2
