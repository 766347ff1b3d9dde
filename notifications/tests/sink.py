"""A real SMTP server at the far side, on a free port of this machine: keeps what it takes, refuses on demand."""

import asyncio
import contextlib
import email
import email.policy
import re
import socket
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE)
Hook = Callable[["Sink", str], str | None]


class Session(SMTP):
    """One connection; its sink knows when it ends."""

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.sink.open -= 1
        super().connection_lost(error)


class Sink:
    """``on["mail"]``, ``on["rcpt"]`` and ``on["data"]`` are asked first, and may answer instead of it.

    A hook gets the sink and the sender, the recipient or the message; it may raise ConnectionResetError
    to hang up.
    """

    def __init__(self) -> None:
        self.on: dict[str, Hook] = {}
        self.delay = 0.0  # seconds that it takes over each message
        self.raw: list[bytes] = []
        self.connections = 0
        self.open = 0  # of these, still
        self.socket = socket.create_server(("127.0.0.1", 0))
        # A greeting of several lines goes at once: asyncio sees to that for sockets only that it makes itself.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port: int = self.socket.getsockname()[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=email.policy.default) for content in self.raw]

    @property
    def recipients(self) -> list[str]:
        return [mail["To"] for mail in self.mails]

    @property
    def message_ids(self) -> list[str]:
        return [found[1].decode() for content in self.raw if (found := MESSAGE_ID.search(content))]

    def serve(self) -> SMTP:
        self.connections += 1
        self.open += 1
        return Session(Handler(self), hostname="sink", ident="sink", loop=asyncio.get_running_loop())

    def ask(self, stage: str, said: str, server: SMTP) -> str | None:
        try:
            return self.on[stage](self, said) if stage in self.on else None
        except ConnectionResetError:
            cast(asyncio.Transport, server.transport).abort()
            return "421 gone"


class Handler:
    """What aiosmtpd asks. Apart from the sink, because it reads every property of its handler at each connection."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.sink.ask("mail", address, server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.sink.ask("rcpt", address, server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.sink.delay:
            await asyncio.sleep(self.sink.delay)
        answer = self.sink.ask("data", envelope.content.decode(), server)
        if answer is None or answer.startswith("2"):
            self.sink.raw.append(envelope.content)
        return answer or "250 OK"


@contextlib.contextmanager
def running() -> Iterator[Sink]:
    """A sink that listens until the end of the block."""
    sink = Sink()
    loop = asyncio.new_event_loop()
    # In a thread of its own from first to last: a browser test leaves Playwright's loop running in the tests' thread.
    thread = threading.Thread(target=loop.run_forever, name="sink", daemon=True)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(loop.create_server(sink.serve, sock=sink.socket), loop)
    server = listening.result(5)
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(closed(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def closed(server: asyncio.Server) -> None:
    """Listen no more, and end what is still being said."""
    server.close()
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
