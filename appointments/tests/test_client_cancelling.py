"""A client cancels: both sides of the deadline through the page, who was first, and what the confirmation says."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import Appointment, Cancellation, CancellationReason, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_client_home import own, words
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider

A_MICROSECOND = timedelta(microseconds=1)
NO_LONGER = "This appointment can no longer be canceled online"


def form_of(appointment: Appointment) -> str:
    return f"{own(appointment)}cancel/"


def said(key: str = "not-well", note: str = "") -> dict[str, str]:
    return {"reason": str(CancellationReason.objects.get(key=key).pk), "note": note}


def nothing_changed(appointment: Appointment) -> bool:
    appointment.refresh_from_db()
    kept = (Cancellation.objects.exists(), Fee.objects.exists(), OutboxMessage.objects.exists())
    return appointment.is_booked and kept == (False, False, False)


def provider_cancels(appointment: Appointment, *, at: datetime) -> Cancellation:
    return cancellation.cancel(
        appointment,
        by=Actor.provider(appointment.provider.user_id),
        reason=CancellationReason.objects.get(key="provider-unwell"),
        told_at=None,
        notes=Notes(private="Migraine"),
        send_link=True,
        fee=None,
        at=at,
    )


# --- The form ---


def test_the_form_says_that_no_fee_applies_and_until_when(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    response = as_jordan.get(form_of(on_time(maya, jordan)))
    text = words(response)
    assert "Cancel this appointment? Wednesday, March 4, 12:44–1:34 PM EST, with Maya Chen, LCSW" in text
    assert "You can cancel free of charge until Tue, Mar 3, 12:44 PM EST That is 24 hours ahead." in text
    assert "Note to Maya optional" in text
    assert "Cancel appointment Keep appointment" in text
    offered = [reason.client_words for reason in CancellationReason.objects.for_clients()]
    assert len(offered) == 7
    assert offered[-1] == "I would rather not say"
    assert all(each in text for each in offered)
    assert "I am unwell or have an emergency" not in text


def test_a_reasons_help_stands_beside_it(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    CancellationReason.objects.filter(key="not-well").update(help="Get well soon.")
    assert "I am not well Get well soon." in words(as_jordan.get(form_of(on_time(maya, jordan))))


def test_canceling_on_time_frees_it_without_a_fee_and_tells_both(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = on_time(maya, jordan)
    response = as_jordan.post(form_of(appointment), said("other-time", "See you in <April>\r\nJ."))
    assert response["Location"] == f"{own(appointment)}canceled/"
    appointment.refresh_from_db()
    done = Cancellation.objects.get()
    assert appointment.status == "canceled"
    assert (done.actor, done.user_id, done.canceled_at, done.told_at) == ("client", jordan.user_id, NOW, NOW)
    assert (done.reason.key, done.late, done.link_sent) == ("other-time", False, True)
    assert (done.note_to_provider, done.note_to_client, done.private_note) == ("See you in <April>\nJ.", "", "")
    assert not Fee.objects.exists()
    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {
        "jordan.lee@example.com", "maya.chen@example.com",
    }  # fmt: skip


def test_the_link_goes_out_only_where_the_reason_sends_it_and_care_goes_on(
    as_jordan: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    as_jordan.post(form_of(on_time(maya, jordan)), said("not-the-fit"))
    assert not Cancellation.objects.get().link_sent
    care.ended_at = NOW
    care.save()
    as_jordan.post(form_of(booked(maya, jordan)), said("not-well"))
    assert list(Cancellation.objects.values_list("link_sent", flat=True)) == [False, False]
    assert not OutboxMessage.objects.filter(text__contains=care.booking_token).exists()


def test_what_is_missing_or_too_long_is_said_and_nothing_is_canceled(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = on_time(maya, jordan)
    response = as_jordan.post(form_of(appointment), {"note": "x" * 1001})
    assert "<title>Error: Cancel appointment" in response.content.decode()
    assert "Choose what fits best, or say that you would rather not." in words(response)
    assert "At most 1,000 characters: this has 1001." in words(response)
    response = as_jordan.post(form_of(appointment), {"reason": said("client-asked")["reason"]})
    assert "This reason is no longer offered. Choose another one." in words(response)
    assert nothing_changed(appointment)


def test_a_thousand_characters_with_line_breaks_are_not_too_long(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    as_jordan.post(form_of(on_time(maya, jordan)), said(note="\r\n".join(["x" * 99] * 10)))
    assert len(Cancellation.objects.get().note_to_provider) == 999


# --- The deadline ---


def test_the_very_deadline_is_on_time_and_a_microsecond_later_is_not(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    first, second = booked(maya, jordan), booked(maya, jordan, start=NOW + timedelta(hours=96))
    with time_machine.travel(first.start - timedelta(hours=24), tick=False):
        as_jordan.post(form_of(first), said())
    with time_machine.travel(second.start - timedelta(hours=24) + A_MICROSECOND, tick=False):
        response = as_jordan.post(form_of(second), said())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("canceled", "booked")
    assert NO_LONGER in words(response)
    assert Cancellation.objects.get().appointment == first


@pytest.mark.parametrize(
    ("zone", "start", "cutoff"),
    [
        ("America/New_York", datetime(2026, 3, 8, 18, tzinfo=UTC), "Sat, Mar 7, 1:00 PM EST"),
        ("America/Los_Angeles", datetime(2026, 11, 1, 22, tzinfo=UTC), "Sat, Oct 31, 3:00 PM PDT"),
        ("Europe/London", datetime(2026, 3, 29, 13, tzinfo=UTC), "Sat, Mar 28, 1:00 PM GMT"),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 2, tzinfo=UTC), "Sat, Apr 4, 1:00 PM GMT+11"),
    ],
)
def test_the_deadline_is_elapsed_time_over_a_clock_change(
    maya: Provider, zone: str, start: datetime, cutoff: str
) -> None:
    client = make_client(maya, time_zone=zone)
    assert client.user is not None
    appointment, browser = booked(maya, client, start=start), Browser()
    with time_machine.travel(start - timedelta(hours=24) + A_MICROSECOND, tick=False):
        browser.force_login(client.user)
        refused = words(browser.post(form_of(appointment), said()))
    assert f"You could cancel yourself until {cutoff}, 24 hours ahead." in refused
    assert "in between." in refused
    assert nothing_changed(appointment)
    with time_machine.travel(start - timedelta(hours=24), tick=False):
        assert f"You can cancel free of charge until {cutoff}" in words(browser.get(form_of(appointment)))
        browser.post(form_of(appointment), said())
    assert not Cancellation.objects.get().late


def test_where_no_fee_can_follow_the_form_speaks_of_none(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    text = words(as_jordan.get(form_of(on_time(maya, jordan, acknowledged=None))))
    assert "You can cancel online until Tue, Mar 3, 12:44 PM EST That is 24 hours ahead." in text
    assert "free of charge" not in text.partition("Reason")[0]


def test_later_the_page_says_why_not_what_it_may_cost_and_whom_to_reach(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=22, minutes=26))
    response = as_jordan.get(form_of(appointment))
    text, html = words(response), response.content.decode()
    assert f"{NO_LONGER} Wednesday, March 4, 9:10–10:00 AM EST, with Maya Chen, LCSW." in text
    assert "Nothing has changed; it is still booked." in text
    assert "Now, 10:44\xa0AM" in html
    assert (
        "Why You could cancel yourself until Tue, Mar 3, 9:10 AM EST, 24 hours ahead. That was 1 h 34 min ago." in text
    )
    assert (
        "Fee If Maya cancels it for you, a fee of up to $75.00 may apply, as you agreed on Jan 12, 2026. "
        "Maya can reduce or waive it." in text
    )
    assert 'href="tel:2125550186"' in html
    assert (
        'href="mailto:maya.chen@example.com?subject=Appointment%20on%20Wed%2C%20Mar%204%2C%209%3A10%20AM%20EST"' in html
    )
    assert html.split("<main", 1)[1].split('class="foot', 1)[0].count("<form") == 1  # to ask, not to cancel


def test_where_no_fee_can_follow_the_refusal_says_so(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    never_agreed = late(maya, jordan, acknowledged=None)
    assert "Fee No fee can follow: you have not agreed to one" in words(as_jordan.get(form_of(never_agreed)))
    jordan.payer = Payer.objects.get(name="Medicaid")
    jordan.save()
    forbidden = booked(maya, jordan, start=NOW + timedelta(hours=2))
    text = words(as_jordan.get(form_of(forbidden)))
    assert "Fee No fee can follow: Medicaid does not allow fees for missed visits." in text
    assert "$" not in text


def test_a_page_opened_before_the_cutoff_and_sent_after_it_is_refused_the_same_way(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = on_time(maya, jordan)
    assert "Cancel this appointment?" in words(as_jordan.get(form_of(appointment)))
    with time_machine.travel(NOW + timedelta(hours=2, minutes=12), tick=False):
        response = as_jordan.post(form_of(appointment), said(note="My <train> is late"))
        asked = as_jordan.get(form_of(appointment))
    text = words(response)
    assert "Nothing was canceled Your request reached us after the deadline." in text
    assert 'role="alert"' in response.content.decode()
    assert "until Tue, Mar 3, 12:44 PM EST, 24 hours ahead. That was 12 min ago." in text
    assert "What you wrote is below; it was not sent." in text
    assert "My &lt;train&gt; is late</textarea>" in response.content.decode()
    for sentence in (NO_LONGER, "That was 12 min ago.", "a fee of up to $75.00 may apply", "Call Maya"):
        assert sentence in text
        assert sentence in words(asked)
    assert nothing_changed(appointment)


@pytest.mark.parametrize("sent", [{}, {"reason": "999"}, {"reason": "", "note": "", "at": "2026-01-01", "fee": "0"}])
def test_a_post_made_by_hand_after_the_cutoff_changes_nothing(
    as_jordan: Browser, maya: Provider, jordan: Client, sent: dict[str, str]
) -> None:
    appointment = late(maya, jordan)
    text = words(as_jordan.post(form_of(appointment), sent))
    assert NO_LONGER in text
    assert "Choose what fits best" not in text
    assert nothing_changed(appointment)


# --- Nothing to cancel ---


def test_a_session_that_has_started_or_is_over_says_what_to_do(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    running = booked(maya, jordan, start=NOW - timedelta(minutes=10))
    past = booked(maya, jordan, start=NOW - timedelta(hours=2))
    done = booked(maya, jordan, start=NOW - timedelta(hours=30), status="completed")
    no_longer = "It started Tue, Mar 3, 10:34 AM EST, so it can no longer be canceled."
    for appointment, sentence in [
        (running, f"{no_longer} If you can’t come, call or write to Maya."),
        (past, "It ended Tue, Mar 3, 9:34 AM EST. If that seems wrong, call or write to Maya."),
        (done, "This session is marked as completed, so there is nothing left to cancel."),
    ]:
        for response in (as_jordan.get(form_of(appointment)), as_jordan.post(form_of(appointment), said())):
            assert sentence in words(response)
            assert 'href="tel:2125550186"' in response.content.decode()
    assert not Cancellation.objects.exists()


def test_someone_was_first_is_named_with_the_time(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    provider_cancels(appointment, at=NOW - timedelta(minutes=3))
    response = as_jordan.post(form_of(appointment), said(note="Sorry"))
    text = words(response)
    assert "Maya canceled this at 10:41 AM, 3 min ago. Nothing was sent twice." in text
    assert "This appointment is already canceled" in text
    assert "It was not sent. You can copy it into a mail to Maya. Sorry" in text
    assert "Maya canceled it on Tue, Mar 3, 10:41 AM EST." in words(as_jordan.get(form_of(appointment)))
    assert "Migraine" not in text
    assert (Cancellation.objects.count(), OutboxMessage.objects.count()) == (1, 2)


def test_pressing_twice_makes_one_cancellation_and_leads_to_it(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = on_time(maya, jordan)
    answers = [as_jordan.post(form_of(appointment), said()) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{own(appointment)}canceled/"] * 2
    assert (Cancellation.objects.count(), OutboxMessage.objects.count()) == (1, 2)
    assert HistoryEntry.objects.filter(kind="canceled").count() == 1


def test_anothers_appointment_can_not_be_canceled(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    theirs = on_time(maya, make_client(maya))
    for url in (form_of(theirs), f"{own(theirs)}canceled/"):
        assert as_jordan.get(url).status_code == 404
    assert as_jordan.post(form_of(theirs), said()).status_code == 404
    assert Browser().post(form_of(theirs), said())["Location"].startswith("/accounts/login/")
    assert nothing_changed(theirs)


def test_a_form_from_elsewhere_is_refused(jordan: Client, maya: Provider, now: datetime) -> None:
    appointment, browser = on_time(maya, jordan), Browser(enforce_csrf_checks=True)
    assert jordan.user is not None
    browser.force_login(jordan.user)
    assert browser.post(form_of(appointment), said()).status_code == 403
    assert nothing_changed(appointment)


@pytest.mark.only_sqlite
def test_canceling_takes_as_many_queries_beside_30_appointments_as_beside_none(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    def queries(appointment: Appointment) -> int:
        with CaptureQueriesContext(connection) as made:
            as_jordan.post(form_of(appointment), said(), follow=True)
        return len(made)

    first, second = on_time(maya, jordan), booked(maya, jordan)
    as_jordan.get(form_of(first))
    booked(maya, jordan, start=NOW + timedelta(days=60))
    alone = queries(first)
    for number in range(30):
        booked(maya, jordan, start=NOW + timedelta(days=number + 5))
    assert queries(second) == alone
