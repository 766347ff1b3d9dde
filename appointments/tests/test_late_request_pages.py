"""A late request as its provider meets it: what needs them, the appointment, approving, declining."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from appointments import late_requests
from appointments.models import Appointment, Cancellation, Fee, LateRequest
from appointments.tests.factories import NOW, booked, late
from appointments.tests.test_cancellation import reason
from appointments.tests.test_cancelling import queries
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import text

# With seconds: the form shows whole minutes.
ASKED_AT = NOW - timedelta(minutes=33, seconds=17)


def asked(appointment: Appointment, key: str = "not-well", note: str = "A fever since tonight.") -> LateRequest:
    return late_requests.ask(appointment, by=Actor.client(), reason=reason(key), note=note, at=ASKED_AT)


def url(name: str, appointment: Appointment) -> str:
    return reverse(f"appointments:{name}", args=[appointment.uid])


def test_it_needs_the_provider_who_may_approve_or_decline(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    asked(appointment)
    dashboard = as_maya.get("/dashboard/")
    assert (
        "Jordan Lee asks to cancel For tomorrow’s 8:59 AM, asked 22 h 48 min before the start. "
        "Approve Jordan Lee’s request Decline Jordan Lee’s request"
    ) in text(dashboard)
    for name in ("cancel", "decline_late"):
        assert f'href="{url(name, appointment)}"' in dashboard.content.decode()
    assert "Asked to cancel" in text(as_maya.get("/appointments/"))
    page = text(as_maya.get(url("detail", appointment)))
    assert "Asked to cancel" in page
    assert (
        "Jordan asks you to cancel Jordan asked Tue, Mar 3, 10:10 AM EST, 22 h 48 min before the start. "
        "Jordan is not well. Note from Jordan A fever since tonight. Approve Decline"
    ) in page


def test_approving_opens_the_form_filled_in_with_the_fee_shown(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    asked(appointment)
    page = as_maya.get(url("cancel", appointment))
    form, shown = page.context["form"], text(page)
    assert not form.errors
    assert (form.picked, form.told_at) == (reason("not-well"), ASKED_AT)
    assert "Note from Jordan A fever since tonight." in shown
    assert "Because this is 22 h 48 min before the start" in shown
    assert "Charge $75.00" in shown
    html = page.content.decode()
    assert 'name="told_date" value="2026-03-03"' in html
    assert 'name="told_time" value="10:10"' in html

    sent = form.data | {"fee": "charge", "note_to_client": "Get well soon."}
    answer = as_maya.post(url("cancel", appointment), sent)

    assert answer["Location"] == url("canceled", appointment)
    done = Cancellation.objects.get()
    assert (done.told_at, done.notice) == (ASKED_AT, appointment.start - ASKED_AT)
    assert (done.reason.key, done.note_to_provider, done.note_to_client) == (
        "not-well", "A fever since tonight.", "Get well soon.",
    )  # fmt: skip
    assert Fee.objects.get().status == "due"
    request = LateRequest.objects.get()
    assert (request.answer, request.cancellation) == ("approved", done)
    sent = OutboxMessage.objects.exclude(status="dropped")
    assert sorted(sent.values_list("kind", flat=True)) == ["canceled", "canceled"]
    assert "Jordan Lee asks to cancel" not in text(as_maya.get("/dashboard/"))


def test_asked_again_the_form_counts_from_the_first_time_and_says_so(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=20))
    first = asked(appointment)
    late_requests.decline(first, by=Actor.provider(maya.user_id), words="No.", at=ASKED_AT + timedelta(minutes=1))
    late_requests.ask(appointment, by=Actor.client(), reason=reason("not-well"), note="", at=NOW)
    said = (
        "Jordan asked Tue, Mar 3, 10:44 AM EST, 20 h before the start. Jordan is not well. "
        "Jordan first asked Tue, Mar 3, 10:10 AM EST, 20 h 33 min before the start. The notice counts from then."
    )
    for name in ("cancel", "detail", "decline_late"):
        assert said in text(as_maya.get(url(name, appointment)))
    assert "asked 20 h 33 min before the start." in text(as_maya.get("/dashboard/"))
    page = as_maya.get(url("cancel", appointment))
    assert page.context["form"].told_at == ASKED_AT
    assert "Because this is 20 h 33 min before the start" in text(page)

    as_maya.post(url("cancel", appointment), page.context["form"].data | {"fee": "charge"})

    assert Cancellation.objects.get().told_at == ASKED_AT


def test_a_reason_that_presets_a_waiver_asks_why_only_once_it_is_sent(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    asked(appointment, "in-distress", note="")
    form = as_maya.get(url("cancel", appointment)).context["form"]
    assert not form.errors
    assert form.preset == "waive"
    again = as_maya.post(url("cancel", appointment), form.data | {"fee": "waive"})
    assert "Say why: it is kept with the fee." in text(again)
    assert not Cancellation.objects.exists()


def test_without_a_request_a_clients_own_reason_is_not_offered(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    page = as_maya.get(url("cancel", late(maya, jordan)))
    assert "Jordan is not well" not in text(page)
    assert page.context["form"].picked is None


def test_declining_takes_words_that_the_client_gets(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    asked(appointment)
    page = text(as_maya.get(url("decline_late", appointment)))
    assert "Jordan asked Tue, Mar 3, 10:10 AM EST, 22 h 48 min before the start. Jordan is not well." in page
    refused = text(as_maya.post(url("decline_late", appointment), {"words": " "}))
    assert "Write a few words: Jordan waits for an answer." in refused
    assert LateRequest.objects.get().is_open

    done = as_maya.post(url("decline_late", appointment), {"words": "Let us meet by video."}, follow=True)

    assert done.redirect_chain == [(url("detail", appointment), 302)]
    assert "Declined. Jordan gets a mail with your words." in text(done)
    assert "Maya writes:\nLet us meet by video." in OutboxMessage.objects.get(kind="late_declined").text
    again = as_maya.post(url("decline_late", appointment), {"words": "No."}, follow=True)
    assert "You declined this at 10:44 AM, moments ago. Nothing was sent twice." in text(again)
    assert as_maya.get(url("decline_late", appointment))["Location"] == url("detail", appointment)
    assert OutboxMessage.objects.filter(kind="late_declined").count() == 1


def test_unanswered_at_the_start_it_stays_and_says_what_counts(maya: Provider, jordan: Client, now: datetime) -> None:
    appointment = late(maya, jordan)
    asked(appointment)
    with time_machine.travel(appointment.end + timedelta(days=1), tick=False):
        browser = Browser()
        browser.force_login(maya.user)
        dashboard, page = text(browser.get("/dashboard/")), text(browser.get(url("detail", appointment)))
    assert (
        "Jordan Lee asked to cancel, and has no answer Wed, Mar 4, 8:59 AM EST: Jordan asked 22 h 48 min before the "
        "start. That counts, and it is no no-show."
    ) in dashboard
    assert "Jordan asked you to cancel, and has no answer" in page
    assert "If Jordan did not come, approve it: it is a late cancellation then, and no no-show. Approve Decline" in page


def test_another_providers_request_is_not_there(as_maya: Browser, sam: Provider) -> None:
    theirs = late(sam, make_client(sam))
    asked(theirs)
    assert as_maya.post(url("decline_late", theirs), {"words": "No."}).status_code == 404
    assert "asks to cancel" not in text(as_maya.get("/dashboard/"))
    assert LateRequest.objects.get().is_open


@pytest.mark.only_sqlite
def test_many_requests_take_no_more_queries(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    asked(late(maya, jordan))
    asked(booked(maya, jordan, start=NOW + timedelta(hours=1)))
    pages = ["/dashboard/", "/appointments/"]
    one = [queries(lambda page=page: as_maya.get(page)) for page in pages]  # type: ignore[misc]
    for number in range(2, 20):
        asked(booked(maya, make_client(maya), start=NOW + timedelta(hours=number)))
    assert [queries(lambda page=page: as_maya.get(page)) for page in pages] == one  # type: ignore[misc]
