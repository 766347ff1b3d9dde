"""The launcher while it runs: a whole start of the demo, and how all of it ends."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from practice.launch import machine, readying
from practice.tests.test_launch import CLEAN, free_port, refused

pytestmark = pytest.mark.only_sqlite


class Started:
    """``make run`` in a session of its own, as a terminal holds it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        environment = CLEAN | {"PRACTICE_VAR": str(folder / "var"), "PORT": str(port)}
        with (folder / "output").open("w") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=machine.ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self) -> str:
        return (self.folder / "output").read_text()

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *failure: object) -> None:
        """Nothing outlives a test that failed."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)  # what make has started dies with it
        self.process.wait()

    def wait_until_open(self) -> None:
        until = time.monotonic() + 120  # on a machine busy with other tests
        while "is open at" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def wait_until_gone(self) -> None:
        self.process.wait(timeout=60)
        until = time.monotonic() + 30
        while left_over(self.folder) and time.monotonic() < until:
            time.sleep(0.05)
        assert left_over(self.folder) == [], self.said()


def left_over(folder: Path) -> list[str]:
    """The commands of processes that still run for this folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"PRACTICE_VAR={folder}/var".encode() in (each / "environ").read_bytes():
                found.append((each / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def lives(pid: int) -> bool:
    """Whether it still runs: what ended has no command any more, even while nobody has reaped it."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        text: str = answer.read().decode()
        return text


# A launcher in small: what it starts leaves a process behind that does not end when told.
DEAF = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""
STARTER = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {DEAF!r}], start_new_session=True)
time.sleep(60)
"""
LAUNCHER = f"""
import subprocess, sys
from practice.launch.running import bring_down, stay
from practice.launch.ties import descendants, hold_together
hold_together()
running = subprocess.Popen([sys.executable, "-c", {STARTER!r}], stdout=subprocess.PIPE, text=True)
print(running.stdout.readline(), end="", flush=True)  # in one piece: who reads the line may close at once
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who is whose")
@pytest.mark.parametrize("first", ["pass", "running.kill(); running.wait()"], ids=["starter lives", "starter killed"])
def test_what_does_not_end_when_told_is_ended(first: str) -> None:
    code = f"{LAUNCHER}\n{first}\nbring_down(running, patience=0.3)\nsys.exit(len(descendants()))"
    launcher = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=machine.ROOT, timeout=60)
    assert launcher.returncode == 0
    assert not lives(int(launcher.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says that nobody reads")
def test_all_ends_when_nobody_reads_what_it_says() -> None:
    code = f"{LAUNCHER}\ntry: stay(running)\nfinally: bring_down(running, patience=0.3)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=machine.ROOT, text=True
    ) as launcher:
        assert launcher.stdout is not None
        assert launcher.stderr is not None
        below = int(launcher.stdout.readline())
        launcher.stdout.close()
        assert "Stop: nobody reads its output any more" in launcher.stderr.read()
    assert not lives(below)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says that nobody reads")
def test_ending_does_not_wait_for_what_can_say_no_word_more() -> None:
    code = f"""
import subprocess, sys
from practice.launch.running import bring_down
running = subprocess.Popen([sys.executable, "-c", {DEAF!r}], stdout=subprocess.PIPE)
running.stdout.readline()
sys.stdin.readline()
bring_down(running, patience=60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=machine.ROOT
    ) as launcher:
        assert launcher.stdin is not None
        assert launcher.stdout is not None
        launcher.stdout.close()
        launcher.stdin.close()
        assert launcher.wait(timeout=50) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a parent that was killed")
def test_it_ends_with_the_make_that_started_it() -> None:
    below = """
import os, time
from practice.launch import ties
ties.heed_signals()
ties.hold_together()
print(os.getpid(), flush=True)
time.sleep(60)
"""
    make = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {below!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", make], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=machine.ROOT,
        env=CLEAN | {"MAKELEVEL": "1"},
    ) as started:  # fmt: skip
        assert started.stdout is not None
        launcher = int(started.stdout.readline())
        started.kill()
        until = time.monotonic() + 30
        while lives(launcher) and time.monotonic() < until:
            time.sleep(0.05)
    assert not lives(launcher)


@pytest.mark.parametrize(("told", "ends"), [("SIG_DFL", True), ("SIG_IGN", False)], ids=["plain", "nohup"])
def test_a_closed_terminal_ends_it_unless_it_was_started_to_outlive_that(*, told: str, ends: bool) -> None:
    code = f"""
import os, signal
from practice.launch import ties
signal.signal(signal.SIGHUP, signal.{told})
ties.heed_signals()
try: os.kill(os.getpid(), signal.SIGHUP)
except ties.Ended: print("ended")
"""
    launcher = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=machine.ROOT, timeout=60)
    assert launcher.stdout == (b"ended\n" if ends else b"")
    assert launcher.returncode == 0


@pytest.mark.skipif(not (shutil.which("make") and Path("/proc/self/environ").exists()), reason="no make, or no /proc")
@pytest.mark.skipif(not readying.stamp("requirements.txt").exists(), reason="no .venv made by make")
def test_the_demo_starts_answers_keeps_its_data_and_ends_without_a_trace(tmp_path: Path) -> None:
    port = free_port()
    with Started(tmp_path, port) as first:
        first.wait_until_open()
        assert f"The demo practice is open at http://127.0.0.1:{port} " in first.said()
        for account in ("maya.chen", "sam.ortiz", "jordan.lee", "priya.natarajan", "admin"):
            assert f"{account}@example.com " in first.said()
        assert "<title>" in page(port, "/")
        again = refused(["make", "run"], PRACTICE_VAR=str(tmp_path / "var"), PORT=str(free_port()))
        assert again.startswith(f"make run: it is running already, at http://127.0.0.1:{port} (process ")
        os.killpg(first.process.pid, signal.SIGINT)  # what Ctrl-C sends
        first.wait_until_gone()
    secret = (tmp_path / "var" / "demo" / "secret").read_text()
    assert (tmp_path / "var" / "demo" / "db.sqlite3").stat().st_mode & 0o077 == 0

    with Started(tmp_path, port) as second:
        second.wait_until_open()
        assert (tmp_path / "var" / "demo" / "secret").read_text() == secret
        second.process.send_signal(signal.SIGTERM)
        second.wait_until_gone()
