"""The provider's cancel form: what it shows, what it refuses, and what one POST of it does."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, Cancellation, CancellationReason, Fee
from appointments.tests.factories import NOW, booked, late, on_time
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.models import Provider
from practice.tests.reading import text

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NOTHING_YET = "Nothing is canceled yet."


def reason(key: str) -> CancellationReason:
    return CancellationReason.objects.get(key=key)


def page(browser: Browser, appointment: Appointment) -> "Response":
    return browser.get(f"/appointments/{appointment.uid}/cancel/")


def submit(browser: Browser, appointment: Appointment, key: str = "client-asked", **fields: str) -> "Response":
    """As a browser without a script sends it: both boxes as they stand, no fee block unless given."""
    data = {"reason": str(reason(key).pk) if key else "", "told": "now", "send_link": "on"} | fields
    return browser.post(f"/appointments/{appointment.uid}/cancel/", data)


def fee_block(browser: Browser, appointment: Appointment, key: str, **fields: str) -> str:
    data = {"reason": str(reason(key).pk), "told": "now"} | fields
    return text(browser.post(f"/appointments/{appointment.uid}/cancel/fee/", data))


def nothing_happened(appointment: Appointment) -> bool:
    appointment.refresh_from_db()
    return appointment.status == "booked" and not Cancellation.objects.exists() and not OutboxMessage.objects.exists()


def told(day: str, time: str) -> dict[str, str]:
    return {"told": "earlier", "told_date": day, "told_time": time}


CHARGED = {"fee_shown": "75.00", "fee_preset": "charge", "fee": "charge"}


# --- The page ---


def test_each_reason_shows_what_it_brings_for_this_appointment_now(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    words = text(page(as_maya, late(maya, jordan)))
    assert "I am unwell or have an emergency No fee Sends link" in words
    assert "Jordan asked to cancel Late fee Sends link" in words
    assert "Jordan is unwell or has an emergency Late fee, waived unless you change it Sends link" in words
    assert "Our work together is ending No fee No link" in words
    assert "Late: 22 h 15 min notice" in words
    assert "Wed, Mar 4, 8:59–9:49 AM EST" in words
    assert "Sent at once to jordan.lee@example.com." in words


def test_on_time_no_reason_brings_a_fee(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    words = text(page(as_maya, on_time(maya, jordan)))
    assert "Jordan asked to cancel No fee Sends link" in words
    assert "Late fee" not in words
    assert "On time: 26 h notice" in words


def test_once_care_has_ended_no_link_is_offered_and_none_goes_out(
    as_maya: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    care.ended_at = NOW
    care.save()
    appointment = on_time(maya, jordan)
    words = text(page(as_maya, appointment))
    assert "Jordan asked to cancel No fee No link" in words
    assert "Sends link" not in words
    assert "Send the booking link" not in words
    submit(as_maya, appointment, send_link="on")
    assert not Cancellation.objects.get().link_sent
    assert care.booking_token not in OutboxMessage.objects.order_by("id")[0].text


def test_the_reasons_of_clients_and_retired_ones_are_not_offered(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    CancellationReason.objects.filter(key="technical").update(active=False)
    words = text(page(as_maya, late(maya, jordan)))
    assert "Technical problem" not in words
    assert "rather not say" not in words


def test_the_other_time_stands_beside_where_zones_differ(as_maya: Browser, maya: Provider) -> None:
    far = make_client(maya, first_name="Kai", time_zone="America/Los_Angeles")
    assert "Wed, Mar 4, 5:59 AM PST for Kai." in text(page(as_maya, late(maya, far)))


def test_opening_the_form_changes_nothing_and_names_no_undo(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    response = page(as_maya, appointment)
    assert "undo" not in text(response).lower()
    head = as_maya.head(f"/appointments/{appointment.uid}/cancel/")
    assert (head.status_code, head.content) == (200, b"")
    assert nothing_happened(appointment)


def test_its_parts_answer_to_nothing_but_a_sent_form(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    for part in ("fee", "preview"):
        answer = as_maya.get(f"/appointments/{appointment.uid}/cancel/{part}/")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize("part", ["", "fee/", "preview/"])
def test_to_another_provider_it_does_not_exist(part: str, sam: Provider, maya: Provider, jordan: Client) -> None:
    browser = Browser()
    browser.force_login(sam.user)
    appointment = late(maya, jordan)
    url = f"/appointments/{appointment.uid}/cancel/{part}"
    data = {"reason": reason("client-asked").pk} | CHARGED
    sent = browser.post(url, data)
    # The parts of the form are only ever sent; who asks for one is told so before it is looked for.
    assert (browser.get(url).status_code, sent.status_code) == (405 if part else 404, 404)
    assert "Jordan" not in sent.content.decode()
    assert nothing_happened(appointment)


def test_a_client_and_a_stranger_never_see_it(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    answer = submit(as_jordan, appointment, **CHARGED)
    assert answer.status_code == 404
    assert "75.00" not in answer.content.decode()
    form = f"/appointments/{appointment.uid}/cancel/"
    assert submit(Browser(), appointment, **CHARGED).headers["Location"] == f"/accounts/login/?next={form}"
    assert nothing_happened(appointment)


# --- One POST ---


def test_canceling_keeps_what_was_typed_and_leads_to_the_confirmation(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    response = submit(
        as_maya,
        appointment,
        note_to_client="Take any time\r\nnext week.",
        private_note="Phoned at 9.",
        **CHARGED,
    )
    assert response.headers["Location"] == f"/appointments/{appointment.uid}/canceled/"
    kept = Cancellation.objects.get()
    assert (kept.actor, kept.user, kept.canceled_at, kept.told_at) == ("provider", maya.user, NOW, NOW)
    assert (kept.note_to_client, kept.private_note) == ("Take any time\nnext week.", "Phoned at 9.")
    assert (kept.late, kept.link_sent, kept.reason.key) == (True, True, "client-asked")
    fee = Fee.objects.get()
    assert (fee.status, fee.amount, fee.why, fee.decided_by_user) == ("due", Decimal("75.00"), "", maya.user)
    assert OutboxMessage.objects.count() == 2


def test_a_fee_is_reduced_with_a_why(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    fields = CHARGED | {"fee": "reduce", "reduced_to": "$40", "why": "First time late"}
    submit(as_maya, late(maya, jordan), **fields)
    fee = Fee.objects.get()
    assert (fee.status, fee.assessed, fee.amount, fee.why) == ("due", Decimal(75), Decimal(40), "First time late")


def test_a_fee_is_waived_with_a_why(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    submit(as_maya, late(maya, jordan), **CHARGED | {"fee": "waive", "why": "A hard week"})
    fee = Fee.objects.get()
    assert (fee.status, fee.assessed, fee.amount, fee.why) == ("waived", Decimal(75), Decimal(0), "A hard week")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fee": "waive"}, "Why: Say why: it is kept with the fee."),
        ({"fee": "reduce", "reduced_to": "40"}, "Why: Say why: it is kept with the fee."),
        ({"fee": "reduce", "why": "x"}, "New amount: Enter the new amount."),
        ({"fee": "reduce", "reduced_to": "forty", "why": "x"}, "New amount: Enter an amount such as 40.00."),
        ({"fee": "reduce", "reduced_to": "NaN", "why": "x"}, "New amount: Enter an amount such as 40.00."),
        ({"fee": "reduce", "reduced_to": "1e3", "why": "x"}, "New amount: Enter an amount such as 40.00."),
        ({"fee": "reduce", "reduced_to": "1,5", "why": "x"}, "New amount: Enter an amount such as 40.00."),
        ({"fee": "reduce", "reduced_to": "1,500", "why": "x"}, "New amount: At most $75.00"),
        ({"fee": "reduce", "reduced_to": "40.005", "why": "x"}, "New amount: Enter an amount such as 40.00."),
        ({"fee": "reduce", "reduced_to": "90", "why": "x"}, "At most $75.00: that is what Jordan agreed to."),
        ({"fee": "reduce", "reduced_to": "75.00", "why": "x"}, "$75.00 is all of it. To ask for that, choose Charge."),
        ({"fee": "reduce", "reduced_to": "0", "why": "x"}, "More than $0.00. To ask for nothing, choose Waive."),
        ({"fee": "reduce", "reduced_to": "-5", "why": "x"}, "More than $0.00. To ask for nothing, choose Waive."),
        ({"fee": "waive", "why": "y" * 201}, "Why: At most 200 characters: this has 201."),
    ],
)
def test_what_is_amiss_about_the_fee_cancels_nothing(
    fields: dict[str, str], words: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    response = submit(as_maya, appointment, note_to_client="Kept.", **CHARGED | fields)
    assert words in text(response)
    assert "<title>Error: Cancel Jordan’s appointment" in response.content.decode()
    assert "Kept." in text(response)
    assert f'value="{fields["fee"]}" id="id_fee_{["charge", "reduce", "waive"].index(fields["fee"])}" checked' in (
        response.content.decode()
    )
    assert nothing_happened(appointment)


def test_what_a_choice_hides_is_nobodys_mistake(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    submit(as_maya, late(maya, jordan), **CHARGED | {"reduced_to": "forty", "why": "y" * 201})
    assert Fee.objects.get().amount == 75


def test_without_a_reason_nothing_is_canceled(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    response = submit(as_maya, appointment, key="", note_to_client="Kept.")
    assert "One thing to correct Reason: Choose a reason." in text(response)
    assert "Kept." in text(response)
    assert nothing_happened(appointment)


def test_a_reason_retired_meanwhile_is_not_taken(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    CancellationReason.objects.filter(key="client-asked").update(active=False)
    assert "This reason is no longer offered. Choose another one." in text(submit(as_maya, appointment))
    not_for_providers = submit(as_maya, appointment, key="not-well")
    assert "This reason is no longer offered." in text(not_for_providers)
    assert nothing_happened(appointment)


def test_a_line_break_counts_once_in_the_thousand(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    too_long = submit(as_maya, late(maya, jordan), "provider-unwell", note_to_client="y" * 1001)
    assert "Note to Jordan: At most 1,000 characters: this has 1001." in text(too_long)
    submit(as_maya, Appointment.objects.get(), "provider-unwell", note_to_client="y\r\n" * 499 + "zz")
    assert len(Cancellation.objects.get().note_to_client) == 1000


# --- The booking link: preset by the reason, with or without a script ---


@pytest.mark.parametrize(
    ("key", "boxes", "goes_out"),
    [
        ("provider-unwell", {"send_link": "on"}, True),
        ("provider-unwell", {"send_link": ""}, False),
        ("care-ending", {"send_link": "on"}, False),
        ("care-ending", {"send_link": "on", "send_link_anyway": "on"}, True),
        ("care-ending", {"send_link": ""}, False),
    ],
)
def test_each_kind_of_reason_has_its_own_box_for_the_link(
    *, key: str, boxes: dict[str, str], goes_out: bool, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    submit(as_maya, on_time(maya, jordan), key, **boxes)
    assert Cancellation.objects.get().link_sent is goes_out
    assert ("/b/" in OutboxMessage.objects.get(recipient=jordan.email).text) is goes_out


# --- Queries ---


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as made:
        act()
    return len(made)


def test_form_and_act_make_the_same_queries_however_many_rows_there_are(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    few, many = late(maya, jordan), booked(maya, jordan, start=NOW + timedelta(hours=20))
    page(as_maya, few)
    before = [
        queries(lambda: page(as_maya, few)),
        queries(lambda: fee_block(as_maya, few, "client-asked")),
        queries(lambda: submit(as_maya, few, **CHARGED)),
    ]
    for day in range(30):
        booked(maya, make_client(maya), start=NOW + timedelta(days=2 + day))
        booked(maya, jordan, start=NOW + timedelta(days=2 + day, hours=2))
    after = [
        queries(lambda: page(as_maya, many)),
        queries(lambda: fee_block(as_maya, many, "client-asked")),
        queries(lambda: submit(as_maya, many, **CHARGED)),
    ]
    assert before == after
    # PostgreSQL holds the provider's address by a query of its own.
    assert after == [10, 9, 21 if connection.vendor == "postgresql" else 20]
    assert Cancellation.objects.count() == 2
