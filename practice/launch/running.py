"""Web, worker and beat while they run, from the first answer to the end of the last of them."""

import contextlib
import http.client
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from .machine import ROOT, VENV, Stop
from .ties import descendants, die_with_parent


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
