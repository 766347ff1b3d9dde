"""What binds the launcher to its make, and its processes to it: none outlives the other."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType


class Ended(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


def heed_signals() -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup: a closed terminal ends nothing
        signal.signal(signal.SIGHUP, end)


def end(number: int, frame: FrameType | None) -> None:
    raise Ended


def open_streams() -> None:
    """What is said into a closed stream, as after ``make run >&-``, goes nowhere, instead of failing who says it."""
    for stream in (0, 1, 2):
        try:
            os.fstat(stream)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # it takes the first place that is free: this one


def hold_together() -> None:
    """What loses its parent below becomes a child of this process, and this one ends with its make (Linux)."""
    if sys.platform != "linux":
        return
    prctl = ctypes.CDLL(None).prctl
    prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    if "MAKELEVEL" in os.environ:
        prctl(1, int(signal.SIGTERM))  # PR_SET_PDEATHSIG


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """For ``preexec_fn``: the kernel sends ``number`` to the child when this process is killed (Linux)."""
    if sys.platform != "linux":
        return None
    parent, prctl = os.getpid(), ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(1, int(number))  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died before the kernel knew
            os._exit(1)

    return ask


def descendants() -> list[int]:
    """The ids of all that runs below this process, as Linux lists them; none are found elsewhere."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(stat.parent.name)] = int(parent)
    below = [os.getpid()]
    for each in below:
        below += [pid for pid, parent in parents.items() if parent == each]
    return below[1:]
