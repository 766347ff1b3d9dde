"""The launcher before it runs: what it refuses, each with one line that says what to do, and what it keeps."""

import contextlib
import errno
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.launch import machine, readying, starting

pytestmark = pytest.mark.only_sqlite
LAUNCH = [sys.executable, "-I", str(machine.ROOT / "practice" / "launch")]
# Without the variables that decide what a start does, which tests set themselves, and without those of ``make test``.
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not re.search(r"_URL$|^PRACTICE_|^DJANGO_|^SECRET_KEY$|^MAKE|^MFLAGS$|^PYTHON$", name)
}


def refused(command: list[str], **environment: str) -> str:
    """The one line that a start ends with instead of starting."""
    done = subprocess.run(
        command,
        env=CLEAN | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=machine.ROOT,
        timeout=60,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    return line


@contextlib.contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_taken_port_is_said_with_the_way_out(tmp_path: Path) -> None:
    with taken_port() as port:
        line = refused([*LAUNCH, "run"], PORT=str(port), PRACTICE_VAR=str(tmp_path))
    assert line == f"make run: port {port} is taken by another program. Stop it, or choose another: PORT={port + 1}"


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert refused([*LAUNCH, "serve"], PORT=port) == (
        f"make serve: PORT={port} is no port. Choose one from 1024 to 65535: PORT=8123 make serve"
    )


@pytest.mark.parametrize(
    "asked",
    [{"ALLOWED_HOSTS": "127.0.0.1,practice.example"}, {"BASE_URL": "https://practice.example"}, {"ALLOWED_HOSTS": "*"}],
)
def test_the_demo_refuses_any_other_host(asked: dict[str, str]) -> None:
    host = "*" if "*" in asked.values() else "practice.example"
    assert refused([*LAUNCH, "run"], **asked) == (
        f"make run: the demo answers on this machine only, not as {host}. Unset ALLOWED_HOSTS and BASE_URL."
    )


def test_a_folder_that_cannot_be_written_is_named() -> None:
    # Even root can't make a folder there.
    line = refused([*LAUNCH, "run"], PRACTICE_VAR="/sys/practice")
    assert line == (
        "make run: /sys/practice can't be written. Make it writable, or set PRACTICE_VAR to a folder that is."
    )


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    line = refused([*LAUNCH, "run"], PRACTICE_VAR=str(tmp_path / "var"))
    assert line == f"make run: {tmp_path}/var/demo can't be used (Not a directory). Set PRACTICE_VAR to another folder."


def test_a_full_disk_is_said_before_anything_is_begun(tmp_path: Path) -> None:
    with pytest.raises(
        machine.Stop, match=rf"the disk is full: \d+ MB free where {tmp_path} lies, 999999999 MB needed"
    ):
        machine.writable(tmp_path, megabytes=999_999_999)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("OSError: [Errno 28] No space left on device: 'x'", "the disk is full. Free some space, then start again."),
        (
            "Traceback\nsqlite3.OperationalError: database or disk is full",
            "the disk is full. Free some space, then start again.",
        ),
        ("sqlite3.OperationalError: attempt to write a readonly database", "can't be written (readonly database)"),
    ],
)
def test_a_step_that_meets_a_bad_disk_says_so_without_a_traceback(words: str, line: str) -> None:
    failing = [sys.executable, "-c", f"import sys; sys.exit({words!r})"]
    with pytest.raises(machine.Stop) as why:
        readying.step(failing, dict(os.environ), "a step failed.")
    assert line in str(why.value)
    assert "\n" not in str(why.value)


def test_an_error_of_the_disk_in_the_launcher_itself_names_the_place() -> None:
    assert machine.disk_trouble(OSError(errno.ENOSPC, "No space left on device"), Path("/data")) == (
        "the disk is full. Free some space where /data lies, then start again."
    )
    assert machine.disk_trouble(OSError(errno.ECONNREFUSED, "refused")) == ""


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    # A clone without .venv, on a Python whose distribution ships ensurepip apart.
    folder = shutil.copytree(machine.ROOT / "practice" / "launch", tmp_path / "practice" / "launch")
    shutil.copy(machine.ROOT / "requirements.txt", tmp_path)
    bare = (
        "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv = ['launch', 'run']; "
        f"runpy.run_path({str(folder)!r}, run_name='__main__')"
    )
    line = refused([sys.executable, "-I", "-c", bare], PORT=str(free_port()))
    assert line.startswith("make run: Python's venv module is missing. Install it: sudo apt-get install python3.")


def test_a_closed_output_fails_nobody_who_speaks() -> None:
    code = """
import subprocess, sys
from practice.launch.ties import open_streams
open_streams()
subprocess.run([sys.executable, "-c", "import sys; sys.stdout.write('Ready')"], check=True)
"""
    shell = f"exec {shlex.quote(sys.executable)} -c {shlex.quote(code)} >&-"
    assert subprocess.run(["sh", "-c", shell], cwd=machine.ROOT).returncode == 0


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_a_python_too_old_is_told_which_is_needed(tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (tmp_path / name).write_text(
            "#!/bin/sh\nexit 1\n"
        )  # what an old Python answers to the question for its version
        (tmp_path / name).chmod(0o755)
    line = refused(["make", "run"], PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert line.startswith("Python 3.11 or newer is needed")


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    readying.keep_secret(tmp_path, {})
    kept = tmp_path / "secret"
    first = kept.read_text()
    assert len(first) > 50
    assert kept.stat().st_mode & 0o777 == 0o600
    readying.keep_secret(tmp_path, {})
    assert kept.read_text() == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_the_demo_ignores_what_the_shell_carries_for_other_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in starting.NOT_FOR_THE_DEMO:
        monkeypatch.setenv(name, "something")
    for name in ("BASE_URL", "ALLOWED_HOSTS", "PORT"):
        monkeypatch.delenv(name, raising=False)
    environment = starting.environment_for(demo=True)
    assert not set(starting.NOT_FOR_THE_DEMO) & set(environment)
    assert environment["PRACTICE_DEMO"] == "1"
    assert environment["BASE_URL"] == "http://127.0.0.1:8000"
    assert "DATABASE_URL" in capsys.readouterr().out
    served = starting.environment_for(demo=False)
    assert served["DATABASE_URL"] == "something"
    assert "PRACTICE_DEMO" not in served
