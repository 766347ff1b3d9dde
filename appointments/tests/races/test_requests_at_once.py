"""Requests at the same instant, each through its view and on a connection of its own: pressed twice, or two people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser

from appointments.models import Appointment, Cancellation, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_booking_page import choice
from appointments.tests.test_cancelling import CHARGED, reason, submit
from appointments.tests.test_client_cancelling import form_of, said
from clients.models import Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.models import Provider, User
from practice.tests.at_once import at_once
from practice.tests.reading import text

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db(transaction=True)

TWICE = "You canceled this at 10:44 AM, moments ago. Nothing was sent twice."


def signed_in(user: User | None) -> Browser:
    assert user is not None
    browser = Browser()
    browser.force_login(user)
    return browser


def answers(requests: list[Callable[[], "Response"]]) -> "list[Response]":
    """What each got; a request that raised fails here with what it raised."""
    results = at_once(requests)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def kept() -> tuple[int, int, int, int]:
    """How many cancellations, fees, mails, and entries that say it was canceled."""
    entries = HistoryEntry.objects.filter(kind=HistoryEntry.Kind.CANCELED).count()
    return Cancellation.objects.count(), Fee.objects.count(), OutboxMessage.objects.count(), entries


def test_20_presses_at_once_are_one_cancellation_one_fee_and_two_mails(
    maya: Provider, jordan: Client, now: datetime
) -> None:
    appointment = late(maya, jordan)
    browsers = [signed_in(maya.user) for _ in range(20)]

    responses = answers([partial(submit, browser, appointment, **CHARGED) for browser in browsers])

    done = f"/appointments/{appointment.uid}/canceled/"
    assert [(response.status_code, response["Location"]) for response in responses] == [(302, done)] * 20
    pages = [text(browser.get(done)) for browser in browsers]
    assert [TWICE in page for page in pages].count(True) == 19
    assert all("$75.00" in page and "Due, and shown to Jordan under Fees." in page for page in pages)
    assert kept() == (1, 1, 2, 1)
    assert sorted(OutboxMessage.objects.values_list("recipient", flat=True)) == [jordan.email, maya.user.email]


def test_20_presses_of_a_client_lead_to_the_one_cancellation_they_made(
    maya: Provider, jordan: Client, now: datetime
) -> None:
    appointment = on_time(maya, jordan)
    browsers = [signed_in(jordan.user) for _ in range(20)]
    responses = answers([partial(browser.post, form_of(appointment), said()) for browser in browsers])
    done = f"/my/appointments/{appointment.uid}/canceled/"
    assert [(response.status_code, response.get("Location")) for response in responses] == [(302, done)] * 20
    assert kept() == (1, 0, 2, 1)


def test_client_and_provider_at_once_cancel_once_and_the_second_is_shown_who_was_first(
    maya: Provider, jordan: Client, now: datetime
) -> None:
    for hours in range(26, 31):
        appointment = booked(maya, jordan, start=NOW + timedelta(hours=hours))
        theirs, hers = answers(
            [
                partial(signed_in(jordan.user).post, form_of(appointment), said()),
                partial(submit, signed_in(maya.user), appointment, "provider-unwell"),
            ]
        )
        live = Cancellation.objects.get(appointment=appointment)
        if live.actor == "client":
            assert (theirs.status_code, hers.status_code) == (302, 200)
            assert "Jordan canceled this at 10:44 AM, moments ago. Nothing was sent twice." in text(hers)
        else:
            assert (theirs.status_code, hers.status_code) == (200, 302)
            assert "Maya canceled this" in text(theirs)
    assert kept() == (5, 0, 10, 5)


def test_two_providers_of_a_late_time_never_charge_what_the_other_has_canceled(
    maya: Provider, jordan: Client, now: datetime
) -> None:
    """One tab charges, the other says the provider is unwell: whichever comes first decides the fee alone."""
    appointment = late(maya, jordan)
    responses = answers(
        [
            partial(submit, signed_in(maya.user), appointment, **CHARGED),
            partial(submit, signed_in(maya.user), appointment, "provider-unwell"),
        ]
    )
    assert [response.status_code for response in responses] == [302, 302]
    live = Cancellation.objects.get()
    assert Fee.objects.count() == (1 if live.reason == reason("client-asked") else 0)
    assert OutboxMessage.objects.count() == 2


def test_a_time_canceled_while_another_books_it_is_booked_or_refused_and_never_both(
    maya: Provider, jordan: Client, now: datetime
) -> None:
    for number in range(5):
        start = FRIDAY_10 + timedelta(hours=number)
        held = booked(maya, jordan, start=start)
        other = care_of(make_client(maya, signs_in=False), maya)
        wish = choice(other, start=start.strftime("%Y-%m-%dT%H:%M:%SZ"))

        freed, wanted = answers(
            [
                partial(submit, signed_in(maya.user), held, "provider-unwell"),
                partial(Browser().post, f"/b/{other.booking_token}/", wish),
            ]
        )

        assert (freed.status_code, freed["Location"]) == (302, f"/appointments/{held.uid}/canceled/")
        now_booked = Appointment.objects.filter(start=start, status="booked").first()
        if wanted.status_code == 302:
            assert now_booked is not None
            assert now_booked.client == other.client
            assert wanted["Location"] == f"/b/{other.booking_token}/{now_booked.uid}/"
        else:
            assert now_booked is None
            assert "That time is no longer free, so nothing was booked." in text(wanted)
    assert OutboxMessage.objects.filter(key__startswith="cancellation:").count() == 10
