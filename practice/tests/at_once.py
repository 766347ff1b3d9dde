"""Runs acts at the same instant, each on a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier
from typing import Any

from django.db import connection

MOST = 20
# They keep their connections: to make one takes longer than most acts.
_threads = ThreadPoolExecutor(MOST)


def at_once(acts: Sequence[Callable[[], object]]) -> list[Any]:
    """What each act returned, or the exception it raised, in the order given."""
    assert len(acts) <= MOST
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        connection.ensure_connection()
        barrier.wait(timeout=30)
        try:
            return Context().run(act)  # as in a new thread: without the language of an earlier request
        except Exception as raised:
            return raised

    return list(_threads.map(run, acts, timeout=60))


def leave() -> None:
    """Close the connections, so that the database can go."""

    def close(barrier: Barrier) -> None:
        barrier.wait(timeout=30)
        connection.close()

    list(_threads.map(close, [Barrier(MOST)] * MOST))
