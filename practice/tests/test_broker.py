import threading
import time
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from practice.broker import Channel, Transport

pytestmark = pytest.mark.only_sqlite


def channel(folder: Path) -> Channel:
    options = {
        "data_folder_in": folder / "queue",
        "data_folder_out": folder / "queue",
        "control_folder": folder / "control",
    }
    connection = Connection(transport=Transport, transport_options=options)
    made = connection.channel()
    assert isinstance(made, Channel)
    return made


def put(on: Channel, number: int) -> None:
    on._put("celery", {"number": number})


def taken(on: Channel) -> list[int]:
    numbers = []
    while True:
        try:
            numbers.append(on._get("celery")["number"])
        except Empty:
            return numbers


def test_folders_are_made_when_first_used(tmp_path: Path) -> None:
    channel(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["control", "queue"]


def test_messages_come_in_the_order_they_were_put_and_leave_nothing_behind(tmp_path: Path) -> None:
    on = channel(tmp_path)
    for number in range(5):
        put(on, number)
    assert on._size("celery") == 5
    assert taken(on) == [0, 1, 2, 3, 4]
    assert list((tmp_path / "queue").iterdir()) == []


def test_another_queue_is_left_alone(tmp_path: Path) -> None:
    on = channel(tmp_path)
    on._put("other", {"number": 1})
    assert taken(on) == []
    assert on._size("other") == 1


def test_a_message_still_being_written_is_no_message(tmp_path: Path) -> None:
    on = channel(tmp_path)
    (tmp_path / "queue" / ".1_a.celery.msg").write_text("")
    assert taken(on) == []


def test_a_message_emptied_by_a_power_cut_is_skipped(tmp_path: Path) -> None:
    on = channel(tmp_path)
    (tmp_path / "queue" / "1_a.celery.msg").write_text("")
    put(on, 7)
    assert taken(on) == [7]
    assert list((tmp_path / "queue").iterdir()) == []


def test_a_queue_that_cannot_be_written_is_an_error_of_the_channel(tmp_path: Path) -> None:
    on = channel(tmp_path)
    (tmp_path / "queue").rmdir()
    with pytest.raises(ChannelError, match="Cannot write"):
        put(on, 1)


def test_of_many_workers_one_takes_each_message_while_others_put_more(tmp_path: Path) -> None:
    amount, got, failed = 300, [], []
    done = threading.Event()

    def work() -> None:
        on = channel(tmp_path)
        try:
            while not done.is_set() or on._size("celery"):
                got.extend(taken(on))
        except Exception as error:
            failed.append(error)

    def fill(start: int) -> None:
        on = channel(tmp_path)
        for number in range(start, start + amount):
            put(on, number)

    workers = [threading.Thread(target=work) for _ in range(3)]
    fillers = [threading.Thread(target=fill, args=[start]) for start in (0, amount)]
    for thread in workers + fillers:
        thread.start()
    for thread in fillers:
        thread.join()
    done.set()
    for thread in workers:
        thread.join()
    assert failed == []
    assert sorted(got) == list(range(2 * amount))


def test_celery_uses_this_transport(settings: Any) -> None:
    from practice.celery import app

    assert settings.CELERY_BROKER_URL == "filesystem://"
    assert isinstance(app.connection_for_write().transport, Transport)


def test_waiting_for_a_message_is_short_so_that_a_worker_told_to_stop_stops(tmp_path: Path) -> None:
    on = channel(tmp_path)
    connection = on.connection.client
    assert connection
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        connection.drain_events(timeout=2.0)
    assert time.monotonic() - began < 1.5
