"""Workers killed with SIGKILL at every point, counted at a real mail server.

The server is what sees where a worker is: it kills it over a message, or holds it between its answer and
the worker's mark by taking the row's lock first. No product code knows of these tests.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications.models import OutboxMessage
from notifications.tests.factories import queued
from notifications.tests.races.conftest import NAME, Workers
from notifications.tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_postgres]


def until(true: Callable[[], object], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def all_sent() -> bool:
    return not OutboxMessage.objects.exclude(status="sent").exists()


def of_a_worker(condition: str = "true") -> list[int]:
    """The database's processes that serve this test's workers: other tests' run beside them, on the same server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees them as at its first look otherwise
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            f" WHERE datname = current_database() AND application_name = %s AND {condition}",
            [NAME],
        )
        return [pid for (pid,) in cursor.fetchall()]


def waiting_for_a_lock() -> list[int]:
    return of_a_worker("wait_event_type = 'Lock'")


def no_worker_is_connected() -> bool:
    """The database ends what a killed process had asked of it, and then lets its connection go."""
    return not of_a_worker()


def kill_over(number: int, workers: Workers) -> Callable[[Sink, str], None]:
    """A hook that kills the worker as it begins its so-manieth message."""
    begun = []

    def kill(_: Sink, said: str) -> None:
        begun.append(said)
        if len(begun) == number:
            workers.kill()

    return kill


def another_worker_finishes(workers: Workers, sink: Sink) -> None:
    sink.on.clear()
    workers.start()
    until(all_sent)


def test_killed_before_the_claim_every_message_arrives_once(workers: Workers, sink: Sink) -> None:
    queued(5, at=timezone.now())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE notifications_outboxmessage IN ACCESS EXCLUSIVE MODE")
        workers.start()
        until(waiting_for_a_lock)
        workers.kill()
    assert set(OutboxMessage.objects.values_list("attempts", "leased_until")) == {(0, None)}

    another_worker_finishes(workers, sink)

    assert Counter(sink.message_ids) == dict.fromkeys(message_ids(), 1)


def message_ids() -> list[str]:
    return list(OutboxMessage.objects.values_list("message_id", flat=True))


def test_killed_after_the_claim_every_message_arrives_once(workers: Workers, sink: Sink) -> None:
    queued(5, at=timezone.now())
    sink.on["mail"] = kill_over(1, workers)
    workers.start()
    until(lambda: not workers.pid)
    assert not OutboxMessage.objects.filter(leased_until=None).exists()
    assert sink.raw == []

    another_worker_finishes(workers, sink)

    assert Counter(sink.message_ids) == dict.fromkeys(message_ids(), 1)


def test_killed_after_the_servers_answer_one_copy_with_the_same_message_id_follows(
    workers: Workers, sink: Sink
) -> None:
    first, *_ = queued(5, at=timezone.now())
    answering, locked = threading.Event(), threading.Event()

    def hold_the_answer(_: Sink, content: str) -> None:
        answering.set()
        assert locked.wait(10)

    sink.on["data"] = hold_the_answer
    workers.start()
    assert answering.wait(20)
    with transaction.atomic():
        OutboxMessage.objects.select_for_update().get(pk=first.pk)
        locked.set()
        until(waiting_for_a_lock)  # the worker has its answer, and its mark waits for us
        assert sink.message_ids == [first.message_id]
        workers.kill()
        with connection.cursor() as cursor:  # nor does what it asked of the database outlive it
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [waiting_for_a_lock()])
    first.refresh_from_db()
    assert (first.status, first.attempts) == ("queued", 1)

    another_worker_finishes(workers, sink)

    assert Counter(sink.message_ids) == dict.fromkeys(message_ids(), 1) | {first.message_id: 2}


def test_killed_after_the_mark_every_message_arrives_once(workers: Workers, sink: Sink) -> None:
    first, *_ = queued(5, at=timezone.now())
    sink.on["mail"] = kill_over(2, workers)
    workers.start()
    until(lambda: not workers.pid)
    first.refresh_from_db()
    assert (first.status, sink.message_ids) == ("sent", [first.message_id])

    another_worker_finishes(workers, sink)

    assert Counter(sink.message_ids) == dict.fromkeys(message_ids(), 1)


def test_killed_fifty_times_at_random_every_message_arrives_and_only_an_unmarked_one_twice(
    workers: Workers, sink: Sink
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    queued(500, at=timezone.now())
    taken_but_not_marked: Counter[str] = Counter()
    unmarked_before: Counter[str] = Counter()
    for _ in range(50):
        if OutboxMessage.objects.filter(status="queued").count() < 300:
            queued(50, at=timezone.now())
        before = len(sink.raw)
        workers.start()
        until(lambda before=before: len(sink.raw) > before)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.06))
        workers.kill()
        until(lambda: not sink.open and no_worker_is_connected())
        marked = set(OutboxMessage.objects.filter(status="sent").values_list("message_id", flat=True))
        taken = Counter(sink.message_ids)
        unmarked = Counter({key: n for key, n in taken.items() if key not in marked})
        fresh = unmarked - unmarked_before
        assert sum(fresh.values()) <= 1
        taken_but_not_marked += fresh
        unmarked_before = unmarked
    assert OutboxMessage.objects.filter(status="queued").exists(), "the last worker was killed with work to do"

    sink.on.clear()
    workers.start()
    until(all_sent)

    arrived = Counter(sink.message_ids)
    assert set(arrived) == set(message_ids())
    assert arrived - Counter(message_ids()) == taken_but_not_marked
