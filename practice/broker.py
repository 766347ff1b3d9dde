"""Celery's filesystem transport, made safe: a message appears whole, and one worker takes it.

Kombu's own writes a message in place, and a worker that reads it half-written dies of it
(https://github.com/celery/kombu/issues/1551). Here a message is written aside and renamed, and
taking it is a rename in the same folder, which only one worker can win.
"""

import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """One channel of the filesystem transport."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.data_folder_out, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]  # two names
        # A name that starts with a dot is in nobody's queue yet.
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        aside = Path(self.data_folder_out, f".{name}")
        try:
            aside.write_text(dumps(payload))
            aside.rename(aside.with_name(name))
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise ChannelError(f"Cannot write to {self.data_folder_out}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(path.name for path in Path(self.data_folder_in).iterdir()):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.data_folder_in, f".taken.{name}")
            try:
                Path(self.data_folder_in, name).rename(taken)
            except FileNotFoundError:  # another worker took it
                continue
            try:
                message = loads(taken.read_text())
            except ValueError:  # emptied by a power cut; the beat entry rings again
                continue
            finally:
                taken.unlink()
            return message
        raise Empty


class Transport(filesystem.Transport):
    """What ``filesystem://`` means in this project (see ``practice.celery``)."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        # A worker that was told to stop waits twice more for a message, and honcho kills it after 5 s.
        super().drain_events(connection, timeout=None if timeout is None else min(timeout, 0.5))
