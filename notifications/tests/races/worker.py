"""A worker process, without Celery's start-up: it does what the task does, again and again.

Run as a module, it keeps one process in reserve that has everything loaded; each line it reads makes it
fork a worker, whose pid it prints. A worker killed in a test is a process like any other.
"""

import os
import signal
import sys
import time

import django
from django.utils import timezone

from practice.launch.ties import die_with_parent


def work() -> None:
    from notifications import outbox

    while True:
        outbox.deliver_due(at=timezone.now())
        time.sleep(0.01)


def main() -> None:
    django.setup()
    for _ in sys.stdin:
        be_orphaned_never = die_with_parent(signal.SIGKILL)
        pid = os.fork()
        if not pid:
            if be_orphaned_never:
                be_orphaned_never()
            work()
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
