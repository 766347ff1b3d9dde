import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from practice.launch import machine
from practice.tests import plugin, servers, summary

pytestmark = pytest.mark.only_sqlite
SAMPLE = """
import os
import pytest

def test_what_it_runs_on(settings):
    engine, broker = settings.DATABASES["default"]["ENGINE"], settings.CELERY_BROKER_URL
    print("on", engine.rpartition(".")[2], broker.partition(":")[0])
    print("var", os.environ["PRACTICE_VAR"])

@pytest.mark.browser
def test_of_the_browser():
    pass

@pytest.mark.only_postgres
def test_of_postgres():
    pass

def test_that_cannot_run():
    pytest.skip("no moon tonight")
"""


def run(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A run of pytest of its own, over one small file."""
    (folder / "test_sample.py").write_text(SAMPLE)
    shell = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "PRACTICE_TESTS", "REQUIRE_"))
    }
    options = ["-c", str(machine.ROOT / "pytest.ini"), f"--rootdir={machine.ROOT}", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-rP", "-q", "-n0", *arguments, str(folder)],
        env=shell | environment,
        cwd=machine.ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def test_what_the_shell_carries_reaches_no_test_and_the_end_says_what_was_left_out(tmp_path: Path) -> None:
    done = run(
        tmp_path, DATABASE_URL="postgresql://real/practice", CELERY_BROKER_URL="redis://real/0", CHROMIUM="/no/such"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "on sqlite3 filesystem" in done.stdout
    assert "1 test: no Chromium (install chromium, or set CHROMIUM to its path)" in done.stdout
    assert "1 test: runs on the other half" in done.stdout
    assert "1 test: no moon tonight" in done.stdout
    assert "1 passed, 3 skipped" in done.stdout.splitlines()[-1]
    var = done.stdout.partition("var ")[2].split()[0]
    assert not Path(var).exists()


def test_a_browser_that_is_required_and_missing_fails_the_run_in_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, REQUIRE_BROWSER="1", CHROMIUM="/no/such")
    assert done.returncode != 0
    assert done.stderr.strip() == "ERROR: REQUIRE_BROWSER=1, and no Chromium: install one (chromium), or set CHROMIUM."


def test_servers_of_ones_own_replace_those_of_the_wheels(tmp_path: Path) -> None:
    own = {"TEST_DATABASE_URL": "postgresql://me@127.0.0.1:1/practice", "TEST_BROKER_URL": "redis://127.0.0.1:1/5"}
    done = run(tmp_path, "--on=postgres", **own)
    assert "on postgresql redis" in done.stdout, done.stdout + done.stderr
    assert "no moon tonight" not in done.stdout  # it needs none of them, and has run on the other half


def test_each_worker_has_databases_of_its_own() -> None:
    socket = "redis+socket:///run/valkey/valkey.sock?virtual_host=0"
    assert plugin.numbered(socket, 2) == "redis+socket:///run/valkey/valkey.sock?virtual_host=2"
    assert plugin.numbered(socket, 3, cache=True) == "redis:///run/valkey/valkey.sock?db=3"
    assert plugin.numbered("redis://host:6379/0", 4) == "redis://host:6379/4"
    assert plugin.numbered("redis://host:6379", 4) == "redis://host:6379/4"


def test_a_folder_left_by_a_killed_run_is_swept_and_a_live_one_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead = tmp_path / f"{servers.PREFIX}{ended.stdout.strip()}-a"
    live = tmp_path / f"{servers.PREFIX}{os.getppid()}-b"
    other = tmp_path / f"{servers.PREFIX}x"
    for each in (dead, live, other):
        each.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with servers.folder() as made:
        assert made.parent == tmp_path
        assert not dead.exists()
    assert not made.exists()
    assert live.exists()
    assert other.exists()


def test_two_halves_are_summed_up_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    halves = {
        "sqlite": {
            "passed": 10,
            "failed": 0,
            "skipped": 3,
            "reasons": {plugin.OTHER_HALF: 2, "no moon": 1},
            "seconds": 9.0,
            "failure": "",
        },
        "postgres": {
            "passed": 8,
            "failed": 1,
            "skipped": 2,
            "reasons": {"no moon": 2},
            "seconds": 8.0,
            "failure": "  <- pytest ended with 1",
        },
    }
    monkeypatch.setattr(summary, "half", lambda on, _: halves[on])
    assert summary.both([]) == 1
    said = capsys.readouterr().out
    assert "Run on one half only, where they say something: 2 tests" in said
    assert "  3 tests: no moon" in said
    assert "  <- pytest ended with 1" in said
    assert said.splitlines()[-1] == "Total: 18 passed, 1 failed, 5 skipped"
