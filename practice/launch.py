"""What ``make run`` and ``make serve`` do: virtual environment, database, then the Procfile's processes.

Only the standard library, and run as a file: before ``.venv`` exists there is nothing else to import.
Whatever can be wrong with the machine is said in one line, with what to do.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import http.client
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOOPBACK = {"127.0.0.1", "localhost"}
MEGABYTES_TO_INSTALL, MEGABYTES_TO_RUN = 600, 20
# The demo keeps everything in var/demo and mails nobody, whatever the shell carries for other work.
NOT_FOR_THE_DEMO = (
    "SECRET_KEY",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "EMAIL_BACKEND",
    "ANYMAIL",
    "DEFAULT_FROM_EMAIL",
    "WEB_CONCURRENCY",
    "BEHIND_PROXY",
    "DEBUG",
)
DEMO = """
  The demo practice is open at {address}   (Ctrl-C stops it)

  Sign in as                        password         and try
  maya.chen@example.com             practice-demo    provider: Appointments, choose one, Actions, Cancel appointment
  sam.ortiz@example.com             practice-demo    provider: the same, for another set of clients
  jordan.lee@example.com            practice-demo    client: why it is too late to cancel, and a fee explained
  priya.natarajan@example.com       practice-demo    client: cancel an appointment in time, book another
  admin@example.com                 practice-demo    office: {address}/admin/, fee cap, payers, reasons

  What would have been mailed is at {address}/demo/mail/. To start over, stop it and delete {var}.
"""
SERVE = """
  The practice is open at {address}, answering on 127.0.0.1:{port}   (Ctrl-C stops it)
  The first office account: .venv/bin/python manage.py createsuperuser
"""


class Stop(Exception):
    """Why nothing was started, in one line that says what to do."""


class Ended(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else "run"
    heed_signals()
    hold_together()
    try:
        if command == "install":
            install("requirements-dev.txt")
        else:
            start(demo=command == "run")
    except Stop as why:
        print(f"make {command}: {why}", file=sys.stderr)
        return 1
    except Ended:
        return 0
    except OSError as error:
        print(f"make {command}: {disk_trouble(error) or error}", file=sys.stderr)
        return 1
    return 0


def heed_signals() -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup: a closed terminal ends nothing
        signal.signal(signal.SIGHUP, end)


def end(number: int, frame: FrameType | None) -> None:
    raise Ended


def start(*, demo: bool) -> None:
    """Make everything ready, start the Procfile and stay until it ends."""
    environment = environment_for(demo=demo)
    var, port = Path(environment["PRACTICE_VAR"], "demo" if demo else ""), int(environment["PORT"])
    address = environment["BASE_URL"]
    writable(var)
    with one_at_a_time(var, address):
        free(port)
        install("requirements.txt")
        os.umask(0o077)  # what the practice keeps is for its own account alone
        keep_secret(var, environment)
        prepare(environment)
        with processes(environment) as running:
            wait_until_it_answers(running, port, address)
            print((DEMO if demo else SERVE).format(address=address, port=port, var=shown(var)), flush=True)
            stay(running)


# --- What the shell asks for ---


def environment_for(*, demo: bool) -> dict[str, str]:
    """The environment that every process gets; refuses what the demo must not do."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    port = environment.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Stop(
            f"PORT={port} is no port. Choose one from 1024 to 65535: PORT=8123 make {'run' if demo else 'serve'}"
        )
    address = f"http://127.0.0.1:{port}"
    if demo:
        hosts = environment.pop("ALLOWED_HOSTS", "").split(",")
        hosts.append(urlsplit(environment.pop("BASE_URL", "")).hostname or "")
        beyond = next((host for host in map(str.strip, hosts) if host and host not in LOOPBACK), "")
        if beyond:
            raise Stop(f"the demo answers on this machine only, not as {beyond}. Unset ALLOWED_HOSTS and BASE_URL.")
        ignored = [name for name in NOT_FOR_THE_DEMO if environment.pop(name, "")]
        if ignored:
            print(f"Not used by the demo, which keeps to itself: {', '.join(ignored)}", flush=True)
    environment["PRACTICE_DEMO"] = "1" if demo else ""
    environment["PRACTICE_VAR"] = str(Path(environment.get("PRACTICE_VAR") or ROOT / "var").resolve())
    environment["PORT"] = port
    environment["DJANGO_SETTINGS_MODULE"] = "practice.settings"
    environment["PYTHONUNBUFFERED"] = "1"
    if demo:  # true of any process, and no worry on a machine of one's own
        environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
    environment.setdefault("BASE_URL", address)
    if not demo:
        del environment["PRACTICE_DEMO"]
    return environment


# --- What the machine can do ---


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


# --- What must be there first ---


def install(requirements: str) -> None:
    """Make ``.venv`` with these requirements, unless it has them."""
    python = VENV / "bin" / "python"
    if (
        python.exists()
        and stamp(requirements).is_file()
        and stamp(requirements).read_text() == fingerprint(requirements)
    ):
        return
    writable(VENV, megabytes=MEGABYTES_TO_INSTALL)
    print(f"Installing {requirements} into .venv (this once, about a minute)", flush=True)
    if not runs(python):
        make_venv()
    pip = [
        str(python),
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "-r",
        requirements,
    ]
    step(pip, dict(os.environ), "the requirements could not be installed. Is the package index reachable?")
    for name in {"requirements.txt", requirements}:  # the longer list holds the shorter one
        stamp(name).write_text(fingerprint(name))


def stamp(requirements: str) -> Path:
    return VENV / f"installed-{requirements}"


def fingerprint(requirements: str) -> str:
    """What an installed ``.venv`` depends on."""
    texts = [sys.version, *((ROOT / name).read_text() for name in dict.fromkeys(("requirements.txt", requirements)))]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def runs(python: Path) -> bool:
    """Whether ``.venv`` was made whole, by a Python that is still there and new enough."""
    ask = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([str(python), "-c", ask], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    try:
        import ensurepip  # noqa: F401  Debian ships it apart, with venv
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Stop(f"Python's venv module is missing. Install it: sudo apt-get install python{version}-venv") from None
    step([sys.executable, "-m", "venv", "--clear", str(VENV)], dict(os.environ), ".venv could not be made.")


def keep_secret(var: Path, environment: dict[str, str]) -> None:
    """A key of its own, made once and readable by its owner alone."""
    kept = var / "secret"
    if environment.get("SECRET_KEY") or kept.exists():
        return
    aside = var / f".secret-{os.getpid()}"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    aside.rename(kept)


def prepare(environment: dict[str, str]) -> None:
    """Migrate and load alone: processes that open a fresh SQLite file at once lock each other out."""
    command = [str(VENV / "bin" / "python"), "manage.py", "prepare"]
    step(command, environment, "the practice could not be made ready.", warns=True)


def step(command: list[str], environment: dict[str, str], failed: str, *, warns: bool = False) -> None:
    """Run one command; where it fails, say why in the shortest true words. ``warns``: what it says is of use."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    with process:
        try:
            words = process.communicate()[1].strip()
        except Ended:
            process.terminate()
            raise
    if process.returncode == 0:
        if words and warns:
            print(words, file=sys.stderr, flush=True)
        return
    for sign in ("No space left on device", "database or disk is full", "Disk quota exceeded"):
        if sign in words:
            raise Stop("the disk is full. Free some space, then start again.")
    for sign in ("Read-only file system", "readonly database", "unable to open database file", "Permission denied"):
        if sign in words:
            raise Stop(f"a folder can't be written ({sign.lower()}). Make {ROOT} writable, or set PRACTICE_VAR.")
    if "Traceback (most recent call last)" in words or len(words.splitlines()) > 12:
        words = "\n".join(words.splitlines()[-12:])
    raise Stop(f"{failed}\n{words}")


# --- While it runs ---


@contextlib.contextmanager
def processes(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Web, worker and beat, under honcho; all ended on the way out, however that is."""
    environment = environment | {"PATH": f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"}
    # -e: honcho would read a .env that the steps before it have not seen.
    command = [str(VENV / "bin" / "honcho"), "-e", os.devnull, "-f", "Procfile", "start"]
    # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        yield running
    finally:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        bring_down(running)


def stay(running: subprocess.Popen[bytes]) -> None:
    """Until a process ends, or nobody is left to read what they say."""
    while running.poll() is None:
        if nobody_reads():
            raise Stop("nobody reads its output any more, so all of it ended. To keep it, send that to a file.")
        time.sleep(0.5)
    raise Stop("a process ended by itself, and the others with it; its own words are above.")


def nobody_reads() -> bool:
    """Whether the terminal or program at the other end of the output is gone."""
    output = select.poll()
    output.register(1, 0)  # asks for nothing, and so hears only that
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in output.poll(0))


def bring_down(running: subprocess.Popen[bytes], *, patience: float = 10) -> None:
    """Honcho ends its own within 5 s, unless it can't any more: then each that is left is ended here."""
    if nobody_reads():
        running.kill()  # it fails at the first word it can't say, and would wait for what it then never ends
    else:
        running.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(timeout=patience)
    for last in (signal.SIGTERM, signal.SIGKILL):
        for pid in descendants():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, last)
        until = time.monotonic() + patience
        while descendants() and time.monotonic() < until:
            time.sleep(0.05)


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


def wait_until_it_answers(running: subprocess.Popen[bytes], port: int, address: str) -> None:
    """Until a page comes back; a first start on a slow disk may take a while."""
    until = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < until:
        web = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            web.request("GET", "/health/", headers={"Host": urlsplit(address).netloc})
            status = web.getresponse().status
            if status < 500:
                return
            raise Stop(f"the application answers with an error ({status}); its own words are above.")
        except (OSError, http.client.HTTPException):
            pass
        finally:
            web.close()
        time.sleep(0.05)
    raise Stop("the application does not answer; its own words are above.")


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


def shown(path: Path) -> str:
    """A path as short as it can be said."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
