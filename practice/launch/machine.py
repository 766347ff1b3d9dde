"""What the machine can do: where things lie, and whether disk, folder and port are there to be used."""

import contextlib
import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
MEGABYTES_TO_RUN = 20


class Stop(Exception):
    """Why nothing was started, in one line that says what to do."""


def disk_trouble(error: OSError, where: Path = ROOT) -> str:
    """The line for an error of the disk; empty for any other."""
    where = error.filename or where
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full. Free some space where {where} lies, then start again."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        elsewhere = "" if Path(where).is_relative_to(VENV) else ", or set PRACTICE_VAR to a folder that is"
        return f"{where} can't be written. Make it writable{elsewhere}."
    return ""


def writable(folder: Path, *, megabytes: int = MEGABYTES_TO_RUN) -> None:
    """Refuse a folder on a full or read-only disk before anything is begun there."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"0" * 4096)
        probe.unlink()
    except OSError as error:
        with contextlib.suppress(OSError):
            probe.unlink()
        if error.filename == str(probe):
            error.filename = str(folder)
        elsewhere = f"{folder} can't be used ({error.strerror}). Set PRACTICE_VAR to another folder."
        raise Stop(disk_trouble(error, folder) or elsewhere) from None
    left = shutil.disk_usage(folder).free // 2**20
    if left < megabytes:
        raise Stop(f"the disk is full: {left} MB free where {folder} lies, {megabytes} MB needed. Free some space.")


@contextlib.contextmanager
def one_at_a_time(var: Path, address: str) -> Iterator[None]:
    """Two starts in one folder would share a database and a queue."""
    with (var / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise Stop(f"it is running already, {lock.read().strip()}. Stop that one first.") from None
        lock.truncate(0)
        lock.write(f"at {address} (process {os.getpid()})")
        lock.flush()
        yield


def free(port: int) -> None:
    """Refuse a port that something else answers on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(f"port {port} is kept for the system. Choose one from 1024 up, such as PORT=8123.") from None
        except OSError:
            raise Stop(
                f"port {port} is taken by another program. Stop it, or choose another: PORT={port + 1}"
            ) from None


def shown(path: Path) -> str:
    """A path as short as it can be said."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
