"""Times two ways of doing the same, turn by turn, so that a busy machine slows both alike."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Medians in milliseconds; ``ratio`` is ours over theirs. ``mark`` must hold, ``aim`` is what we are after."""

    what: str
    ours: float
    theirs: float
    mark: float
    aim: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours if self.at_least else self.ours / self.theirs

    @property
    def holds(self) -> bool:
        return self.ratio >= self.mark if self.at_least else self.ratio <= self.mark

    def __str__(self) -> str:
        sign = "at least" if self.at_least else "at most"
        aim = f", aim {self.aim}" if self.aim else ""
        said = "ok" if self.holds else "MISSED"
        times = f"{self.ours:8.2f} ms {self.theirs:8.2f} ms"
        return f"{self.what:58} {times} {self.ratio:6.2f}  {sign} {self.mark}{aim}  {said}"


def milliseconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


def medians(pairs: Iterable[tuple[Callable[[], object], Callable[[], object]]]) -> tuple[float, float]:
    """Of both sides; who goes first alternates."""
    ours, theirs = [], []
    for turn, (one, other) in enumerate(pairs):
        if turn % 2:
            theirs.append(milliseconds(other))
            ours.append(milliseconds(one))
        else:
            ours.append(milliseconds(one))
            theirs.append(milliseconds(other))
    return statistics.median(ours), statistics.median(theirs)
