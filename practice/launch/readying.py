"""What must be there first: ``.venv``, a secret, and a database of this version."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from .machine import ROOT, VENV, Stop, writable
from .ties import Ended, die_with_parent

MEGABYTES_TO_INSTALL = 600


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
