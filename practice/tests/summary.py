"""Says at the end what was left out and why: under one run of pytest, or once for both halves of ``make test``."""

import collections
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from practice.tests.plugin import OTHER_HALF

HALVES = {"sqlite": "SQLite, filesystem broker", "postgres": "PostgreSQL, Valkey"}
OUTCOMES = ("passed", "failed", "skipped")
SUMMARY = "PRACTICE_TESTS_SUMMARY"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what was left out, or hand it to ``make test``, which prints it once."""
    stats = terminalreporter.stats
    reasons = collections.Counter(reason(report) for report in stats.get("skipped", []))
    counted = {
        "passed": len(stats.get("passed", [])),
        "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
        "skipped": sum(reasons.values()),
        "reasons": dict(reasons),
    }
    kept = os.environ.get(SUMMARY)
    if kept:
        Path(kept).write_text(json.dumps(counted))
    elif reasons:
        terminalreporter.section("Left out")
        for why, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{count} {'test' if count == 1 else 'tests'}: {why}")


def reason(report: Any) -> str:
    """Why a test was skipped, in its own words."""
    words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(words).removeprefix("Skipped: ")


def both(arguments: list[str]) -> int:
    """Run both halves, each with its own summary as pytest prints it, then one for both.

    One after the other: what shares a core with more than it can hold costs each of them half as much again.
    """
    halves = {on: half(on, arguments) for on in HALVES}
    print("\nBoth halves")
    for on, one in halves.items():
        print(f"  {HALVES[on]:26} {told(one)}, {one['seconds']:.0f} s{one['failure']}")
    reasons = collections.Counter[str]()
    for one in halves.values():
        reasons.update(one["reasons"])
    elsewhere = reasons.pop(OTHER_HALF, 0)
    if elsewhere:
        print(f"Run on one half only, where they say something: {elsewhere} tests")
    print("Left out" if reasons else "Left out: nothing")
    for why, count in sorted(reasons.items()):
        print(f"  {count} {'test' if count == 1 else 'tests'}: {why}")
    print(f"Total: {told({name: sum(one[name] for one in halves.values()) for name in OUTCOMES})}")
    return 1 if any(one["failure"] for one in halves.values()) else 0


def half(on: str, arguments: list[str]) -> dict[str, Any]:
    """One run of pytest: what it counted, how long it took, and how it failed."""
    print(f"\n== {HALVES[on]} ==", flush=True)
    # One more than there are cores: some test always waits for a process or a clock. Valkey's databases are for eight.
    workers = min(8, (os.cpu_count() or 1) + 1)
    command = [sys.executable, "-m", "pytest", f"--on={on}", f"-n{workers}", "--dist=worksteal", "-q", *arguments]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "summary.json")
        code = subprocess.run(command, env=os.environ | {SUMMARY: str(kept)}).returncode
        counted = json.loads(kept.read_text()) if kept.exists() else dict.fromkeys(OUTCOMES, 0) | {"reasons": {}}
    failure = f"  <- pytest ended with {code}" if code else ""
    if code and not counted["failed"]:  # it was killed, or found no test: never a total without a failure
        counted["failed"] = 1
    return counted | {"seconds": time.monotonic() - began, "failure": failure}


def told(counted: dict[str, Any]) -> str:
    return ", ".join(f"{counted[name]} {name}" for name in OUTCOMES)


if __name__ == "__main__":
    sys.exit(both(sys.argv[1:]))
