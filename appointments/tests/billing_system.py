"""A practice's billing system at the far side: a real HTTP server that believes only what is signed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"


@dataclass
class BillingSystem:
    """``answers`` are given in turn, the last one from then on; ``pause`` is how long it thinks."""

    answers: list[int] = field(default_factory=lambda: [204])
    pause: float = 0.0
    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    forged: int = 0

    def answer(self, handler: BaseHTTPRequestHandler) -> int:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        self.tries.append(handler.headers["webhook-id"])
        time.sleep(self.pause)
        try:
            event = Webhook(SECRET).verify(body, dict(handler.headers.items()))
        except WebhookVerificationError:
            self.forged += 1
            return 401
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if status < 300:
            self.taken.append(event)
            self.ids.append(handler.headers["webhook-id"])
        return status


@contextmanager
def running() -> Iterator[BillingSystem]:
    system = BillingSystem()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(system.answer(self))
            self.send_header("location", f"{system.url}elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Says nothing of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    system.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
