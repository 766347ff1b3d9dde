"""What the client will get: the preview is the mail itself, byte for byte, and nothing else happens."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client as Browser

from appointments.models import Appointment, Cancellation, CancellationReason, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_cancelling import CHARGED, NOTHING_YET, page, reason, submit, told
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.models import Provider
from practice.tests.reading import text
from practice.zones import plain

NOTE = "Take <b>any</b> time & “rest”\r\n\r\nMaya"


def preview(browser: Browser, appointment: Appointment, key: str = "client-asked", **fields: str) -> bytes:
    data = {"reason": str(reason(key).pk) if key else "", "told": "now", "send_link": "on"} | fields
    return browser.post(f"/appointments/{appointment.uid}/cancel/preview/", data).content


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("provider-unwell", {"note_to_client": NOTE}),
        ("provider-unwell", {"send_link": ""}),
        ("client-asked", CHARGED | {"note_to_client": NOTE, "private_note": "Relapse"}),
        ("client-asked", CHARGED | {"fee": "reduce", "reduced_to": "40", "why": "First time late"}),
        ("client-asked", CHARGED | {"fee": "waive", "why": "A hard week"}),
        ("client-asked", told("2026-03-02", "08:00")),
        ("client-emergency", {"fee_shown": "75.00", "fee_preset": "waive", "fee": "waive", "why": "Ill"}),
        ("care-ending", {"send_link_anyway": "on"}),
        ("technical", {}),
    ],
)
@pytest.mark.parametrize("next_booked", [False, True])
def test_subject_text_and_html_are_what_the_outbox_gets(
    *, key: str, fields: dict[str, str], next_booked: bool, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    if next_booked:
        booked(maya, jordan, start=NOW + timedelta(days=8))
    subject = page(as_maya, appointment).content.decode()
    html = preview(as_maya, appointment, key, **fields)
    words = preview(as_maya, appointment, key, show="text", **fields)
    assert not Cancellation.objects.exists()

    assert submit(as_maya, appointment, key, **fields).status_code == 302
    row = OutboxMessage.objects.get(recipient=jordan.email)
    assert html == row.html.encode()
    assert words == row.text.encode()
    assert f"Subject<strong>{row.subject}</strong>" in unescape(subject)


def test_a_discreet_mail_shows_its_neutral_subject_and_is_the_one_that_goes(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    jordan.discreet = True
    jordan.save()
    appointment = late(maya, jordan)
    subject, html = page(as_maya, appointment).content.decode(), preview(as_maya, appointment, **CHARGED)
    submit(as_maya, appointment, **CHARGED)
    row = OutboxMessage.objects.get(recipient=jordan.email)
    assert row.subject == "About your schedule"
    assert f"Subject<strong>{row.subject}</strong>" in unescape(subject)
    assert html == row.html.encode()


def test_before_the_fee_block_has_come_it_shows_the_preset(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    assert b"The late fee is $75.00." in preview(as_maya, appointment, show="text")
    assert b"The late fee of $75.00 is waived." in preview(as_maya, appointment, "client-emergency")


def test_what_the_mail_does_not_say_keeps_nobody_from_seeing_it(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    for fields in ({"fee": "waive"}, {"fee": "reduce", "reduced_to": "40"}, {"private_note": "y" * 1001}):
        assert b"What happens next" in preview(as_maya, appointment, **CHARGED | fields)


@pytest.mark.parametrize(
    ("key", "fields", "words"),
    [
        ("", {}, "Choose a reason."),
        ("client-asked", CHARGED | {"fee": "reduce"}, "Enter the new amount."),
        ("client-asked", CHARGED | {"fee": "reduce", "reduced_to": "80"}, "At most $75.00"),
        ("client-asked", {"fee_shown": "90", "fee": "reduce", "reduced_to": "80"}, "More than $0.00 and less than"),
        ("client-asked", told("2026-03-03", "10:45"), "That is in the future: it is Tue, Mar 3, 10:44 AM EST now."),
        ("client-asked", CHARGED | {"note_to_client": "y" * 1001}, "At most 1,000 characters"),
    ],
)
def test_it_says_in_plain_words_what_is_missing(
    *, key: str, fields: dict[str, str], words: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    shown = plain(preview(as_maya, late(maya, jordan), key, **fields).decode())
    assert words in shown
    assert "The mail shows here then." in shown
    assert NOTHING_YET not in shown


def test_a_canceled_or_started_one_shows_why_there_is_no_mail(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    started = booked(maya, jordan, start=NOW - timedelta(minutes=5))
    shown = preview(as_maya, started).decode()
    assert "This session has started" in shown
    assert "The mail shows here then." not in shown
    gone = on_time(maya, jordan)
    submit(as_maya, gone)
    assert "You canceled this at" in preview(as_maya, gone).decode()


def test_it_has_its_own_policy_and_is_kept_nowhere(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    url = f"/appointments/{appointment.uid}/cancel/preview/"
    for show, kind in (("html", "text/html; charset=utf-8"), ("text", "text/plain; charset=utf-8")):
        response = as_maya.post(url, {"reason": reason("technical").pk, "show": show})
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        assert response.headers["Content-Security-Policy"] == policy
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert response.headers["Content-Type"] == kind
        assert "no-store" in response.headers["Cache-Control"]
    around = page(as_maya, appointment)
    assert "style-src 'self'" in around.headers["Content-Security-Policy"]
    frame = '<iframe name="preview" title="The mail to Jordan" sandbox></iframe>'
    assert frame in around.content.decode()
    assert f'formaction="{url}" formtarget="preview"' in around.content.decode()


def test_looking_changes_nothing(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    history = HistoryEntry.objects.count()
    preview(as_maya, appointment, **CHARGED | {"fee": "waive", "why": "x"})
    appointment.refresh_from_db()
    assert (appointment.status, appointment.sequence) == ("booked", 0)
    assert HistoryEntry.objects.count() == history
    assert Cancellation.objects.count() + Fee.objects.count() + OutboxMessage.objects.count() == 0


def test_another_clients_link_is_never_in_it(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    other = make_client(maya)
    shown = preview(as_maya, late(maya, jordan)).decode()
    assert CareRelationship.objects.get(client=jordan).booking_token in shown
    assert CareRelationship.objects.get(client=other).booking_token not in shown


def test_a_reason_worded_with_markup_is_only_text(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    CancellationReason.objects.filter(key="technical").update(
        provider_words="<i>Tech</i> & {client}", client_words="<script>alert(1)</script>"
    )
    appointment = late(maya, jordan)
    assert b"<script" not in preview(as_maya, appointment, "technical")
    assert "<i>Tech</i> & Jordan No fee" in text(page(as_maya, appointment))
