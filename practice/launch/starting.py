"""One start, from what the shell asks for to its end."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from .machine import ROOT, Stop, disk_trouble, free, one_at_a_time, shown, writable
from .readying import install, keep_secret, prepare
from .running import processes, stay, wait_until_it_answers
from .ties import Ended, heed_signals, hold_together, open_streams

LOOPBACK = {"127.0.0.1", "localhost"}
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


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else "run"
    open_streams()
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
