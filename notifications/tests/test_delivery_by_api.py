"""Mail by a provider's API, such as Postmark's: what is handed over, and what each answer means."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from notifications import outbox
from notifications.models import OutboxMessage
from notifications.tests.factories import AT, INVITATION, one, queued

pytestmark = pytest.mark.django_db


class Provider:
    """Postmark, as far as a message to one address needs it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        if self.answers:
            return self.answers.pop(0)
        return 200, {"To": asked["To"], "MessageID": f"id-{len(self.asked)}", "ErrorCode": 0, "Message": "OK"}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    far = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code, answer = far.answer(asked)
            content = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
    }
    yield far
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_calendar_is_an_attachment_with_its_method(provider: Provider, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "appointments@alder.example"
    row = one(calendar=INVITATION, calendar_method="REQUEST")

    assert outbox.deliver_due(at=AT) == 1

    (asked,) = provider.asked
    (attachment,) = asked["Attachments"]
    assert attachment["Name"] == "appointment.ics"
    assert attachment["ContentType"].replace('"', "") == "text/calendar; charset=utf-8; method=REQUEST"
    assert (asked["From"], asked["To"]) == ("Alder Street <appointments@alder.example>", row.recipient)
    assert (asked["TextBody"], asked["HtmlBody"]) == (row.text, row.html)
    assert {header["Name"]: header["Value"] for header in asked["Headers"]} == {
        "Message-ID": row.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def test_the_providers_id_is_kept(provider: Provider) -> None:
    queued(2)

    outbox.deliver_due(at=AT)

    assert list(OutboxMessage.objects.order_by("id").values_list("status", "provider_id")) == [
        ("sent", "id-1"),
        ("sent", "id-2"),
    ]


def test_an_address_that_the_provider_refuses_is_a_bounce_and_the_others_go(provider: Provider) -> None:
    gone, _ = queued(2)
    words = f"Found inactive addresses: {gone.recipient}.\nInactive recipients are ones that have bounced."
    provider.answers = [(422, {"ErrorCode": 406, "Message": words})]

    assert outbox.deliver_due(at=AT) == 1

    assert list(OutboxMessage.objects.order_by("id").values_list("status", "error")) == [
        ("bounced", "AnymailRecipientsRefused"),
        ("sent", ""),
    ]


def test_a_message_that_the_provider_cannot_take_has_failed(provider: Provider) -> None:
    provider.answers = [(422, {"ErrorCode": 300, "Message": "Invalid JSON"})]
    one()

    outbox.deliver_due(at=AT)

    assert OutboxMessage.objects.get().status == "failed"


@pytest.mark.parametrize("code", [401, 429])
def test_our_key_or_quota_refused_costs_nobody_a_try(provider: Provider, code: int) -> None:
    provider.answers = [(code, {"ErrorCode": 10, "Message": "No"})]
    queued(2)

    assert outbox.deliver_due(at=AT) == 0

    assert len(provider.asked) == 1
    assert set(OutboxMessage.objects.values_list("status", "attempts", "leased_until")) == {("queued", 0, None)}


def test_a_provider_in_trouble_is_left_alone_for_a_while(provider: Provider) -> None:
    provider.answers = [(503, {})]
    queued(2)

    assert outbox.deliver_due(at=AT) == 0

    assert len(provider.asked) == 1
    assert list(OutboxMessage.objects.order_by("id").values_list("status", "attempts")) == [
        ("queued", 1),
        ("queued", 0),
    ]


def test_a_message_that_a_receiver_of_anymails_signals_cancels_has_failed(provider: Provider) -> None:
    from anymail.exceptions import AnymailCancelSend
    from anymail.signals import pre_send

    def cancel(**kwargs: object) -> None:
        raise AnymailCancelSend

    one()
    pre_send.connect(cancel)
    try:
        outbox.deliver_due(at=AT)
    finally:
        pre_send.disconnect(cancel)

    row = OutboxMessage.objects.get()
    assert (row.status, row.error) == ("failed", "NotAccepted")
