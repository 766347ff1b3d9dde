import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection

from notifications.tests import sink as smtp

NAME = "worker-of-a-test"  # by which PostgreSQL knows the workers' connections


def environment(sink: smtp.Sink, **more: str) -> dict[str, str]:
    """What a process of its own needs in order to work on this test's database and mail server."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    else:
        url = f"sqlite:///{name}"
    return os.environ | {"DATABASE_URL": url, "EMAIL_URL": sink.url, "OUTBOX_LEASE_SECONDS": "1"} | more


class Workers:
    """Starts and kills worker processes, one at a time."""

    def __init__(self, reserve: "subprocess.Popen[str]") -> None:
        self.reserve = reserve
        self.pid = 0

    def start(self) -> int:
        assert self.reserve.stdin is not None
        self.reserve.stdin.write("go\n")
        self.reserve.stdin.flush()
        self.pid = int(self.said())
        return self.pid

    def kill(self) -> None:
        """SIGKILL, and the process is gone on return."""
        os.kill(self.pid, 9)
        self.wait()

    def wait(self) -> None:
        assert self.said() == "ended"
        self.pid = 0

    def said(self) -> str:
        assert self.reserve.stdout is not None
        return self.reserve.stdout.readline().strip()


@pytest.fixture
def workers(sink: smtp.Sink, transactional_db: None) -> Iterator[Workers]:
    with subprocess.Popen(
        [sys.executable, "-m", "notifications.tests.races.worker"],
        env=environment(sink, PGAPPNAME=NAME),
        cwd=Path(configured.BASE_DIR),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reserve:
        started = Workers(reserve)
        yield started
        if started.pid:
            started.kill()
