"""Runs acts at the same instant, each on a connection of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread

from django.db import connection


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What each act returned, or the exception it raised, in the order given."""
    barrier = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=30)
            results[place] = act()
        except Exception as raised:
            results[place] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


@contextmanager
def runners(count: int) -> Iterator[Callable[[Sequence[Callable[[], object]]], list[object]]]:
    """As ``at_once`` for many rounds of ``count`` acts: the same threads, and so the same connections, run them all."""
    barrier = Barrier(count)

    def run(act: Callable[[], object]) -> object:
        barrier.wait(timeout=30)
        try:
            return act()
        except Exception as raised:
            return raised

    with ThreadPoolExecutor(count) as pool:

        def together(acts: Sequence[Callable[[], object]]) -> list[object]:
            return list(pool.map(run, acts, timeout=60))

        try:
            yield together
        finally:
            together([_close] * count)


def _close() -> None:
    connection.close()  # the calling thread's own
