"""What the cancel form judges: the amount it showed, when the client told, and the fee block that follows both."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from appointments.models import Cancellation, Fee
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_cancelling import (
    CHARGED,
    NOTHING_YET,
    fee_block,
    nothing_happened,
    page,
    reason,
    submit,
    told,
)
from clients.models import Client, Payer
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Practice, Provider
from practice.policies import supersede
from practice.tests.reading import text

# --- The amount shown is the amount decided on ---


def test_without_a_script_the_fee_block_comes_back_before_anything_is_canceled(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    response = submit(as_maya, appointment, note_to_client="Take any time.", private_note="Phoned.")
    words = text(response)
    assert f"A late fee of $75.00 applies: decide it below. {NOTHING_YET}" in words
    assert "Because this is 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026 to $75.00" in words
    assert "Charge $75.00 Reduce to Waive" in words
    html = response.content.decode()
    assert 'name="fee_shown" value="75.00"' in html
    assert 'value="charge" id="id_fee_0" checked' in html
    assert 'role="alert" tabindex="-1" data-error-summary autofocus' in html
    assert "Take any time." in words
    assert "Phoned." in words
    assert nothing_happened(appointment)


def test_a_reason_that_presets_waive_comes_back_with_waive_and_still_asks_why(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    html = submit(as_maya, appointment, "client-emergency").content.decode()
    assert 'value="waive" id="id_fee_2" checked' in html
    assert 'name="fee_preset" value="waive"' in html
    shown = {"fee_shown": "75.00", "fee_preset": "waive", "fee": "waive"}
    assert "Say why" in text(submit(as_maya, appointment, "client-emergency", **shown))
    submit(as_maya, appointment, "client-emergency", why="Ill", **shown)
    assert Fee.objects.get().status == "waived"


def test_a_charge_preset_by_another_reason_is_not_taken_for_a_choice(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    response = submit(as_maya, appointment, "client-emergency", **CHARGED)
    assert f"With this reason the fee is waived unless you change it. {NOTHING_YET}" in text(response)
    assert 'value="waive" id="id_fee_2" checked' in response.content.decode()
    assert nothing_happened(appointment)


def test_late_by_now_returns_the_form_with_what_changed(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=24))
    assert "Late fee" not in text(page(as_maya, appointment))
    with time_machine.travel(NOW + timedelta(microseconds=1), tick=False):
        response = submit(as_maya, appointment)
    assert f"A late fee of $75.00 applies: decide it below. {NOTHING_YET}" in text(response)
    assert nothing_happened(appointment)
    submit(as_maya, appointment)
    assert not Fee.objects.exists()


def test_a_bound_lowered_meanwhile_returns_the_form_with_the_new_amount(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    lower = Terms(notice_hours=24, late_fee=Decimal(60), no_show_fee=Decimal(60), grace_minutes=15)
    supersede(maya, terms=lower, by=Actor.provider(maya.user_id), at=NOW - timedelta(minutes=1))
    response = submit(as_maya, appointment, **CHARGED | {"fee": "waive"})
    assert f"The late fee is $60.00 now, not $75.00. {NOTHING_YET}" in text(response)
    assert "Say why" not in text(response)
    assert 'name="fee_shown" value="60.00"' in response.content.decode()
    assert nothing_happened(appointment)


def test_a_fee_that_no_longer_applies_is_not_charged_either(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    response = submit(as_maya, appointment, "provider-unwell", **CHARGED)
    assert "The late fee of $75.00 no longer applies. No late fee: a cancellation on your side never owes one." in (
        text(response)
    )
    assert 'name="fee_shown"' not in response.content.decode()
    assert nothing_happened(appointment)


def test_the_cap_lowered_while_waiting_for_the_lock_is_told_too(
    as_maya: Browser, maya: Provider, jordan: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment, held = late(maya, jordan), AppointmentQuerySet.held

    def lowered_first(rows: AppointmentQuerySet) -> AppointmentQuerySet:
        Practice.objects.update(fee_cap=Decimal(50))
        return held(rows)

    monkeypatch.setattr(AppointmentQuerySet, "held", lowered_first)
    response = submit(as_maya, appointment, **CHARGED)
    assert f"The late fee is $50.00 now, not $75.00. {NOTHING_YET}" in text(response)
    assert 'name="fee_shown" value="50.00"' in response.content.decode()
    assert nothing_happened(appointment)


@pytest.mark.parametrize("shown", ["", "0", "abc", "NaN", "Infinity", "74.99", "-75", "1e999999999", "7,500"])
def test_nobody_confirms_an_amount_that_was_not_on_their_page(
    shown: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    assert NOTHING_YET in text(submit(as_maya, appointment, **CHARGED | {"fee_shown": shown}))
    assert nothing_happened(appointment)


# --- When the client told ---


def test_told_26_hours_ahead_is_on_time_though_entered_20_hours_ahead(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    submit(as_maya, booked(maya, jordan, start=NOW + timedelta(hours=20)), **told("2026-03-03", "04:44"))
    kept = Cancellation.objects.get()
    assert (kept.told_at, kept.canceled_at) == (NOW - timedelta(hours=6), NOW)
    assert (kept.notice, kept.late) == (timedelta(hours=26), False)
    assert not Fee.objects.exists()


def test_what_was_told_counts_only_where_the_client_caused_it(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    submit(as_maya, late(maya, jordan), "provider-unwell", **told("2031-01-01", "no time"))
    assert Cancellation.objects.get().told_at == NOW


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (told("2026-03-03", ""), "Time: Enter the time, or choose Now."),
        (told("", "09:00"), "Day: Enter the day, or choose Now."),
        (told("March", "09:00"), "Day: “March” is not a date. Write it like 2026-03-05."),
        (told("2026-03-03", "25:00"), "Time: Write the time like 9:00 AM."),
        (told("2026-03-03", "09:00:30"), "Time: Write the time like 9:00 AM."),
        (told("2026-03-03", "10:45"), "Day: That is in the future: it is Tue, Mar 3, 10:44 AM EST now."),
        (told("9999-12-31", "23:59"), "Day: Choose a day between 2000 and 2100."),
        (told("0001-01-01", "00:00"), "Day: Choose a day between 2000 and 2100."),
        (told("2026-01-12", "19:05"), "That is before it was booked: Mon, Jan 12, 7:06 PM EST."),
    ],
)
def test_when_it_was_told_has_to_be_possible(
    then: dict[str, str], words: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    page = text(submit(as_maya, appointment, **then))
    assert words in page
    assert page.count(words.partition(": ")[2] if words.startswith(("Day", "Time")) else words) == 2  # summary, field
    assert nothing_happened(appointment)


def test_told_in_the_very_minute_of_the_booking_or_of_now_is_taken(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    one = on_time(maya, jordan, booked_at=datetime(2026, 1, 13, 0, 6, 41, tzinfo=UTC))
    submit(as_maya, one, **told("2026-01-12", "7:06 PM"))
    other = booked(maya, jordan, start=NOW + timedelta(hours=40))
    submit(as_maya, other, **told("2026-03-03", "10:44"))
    assert [row.told_at for row in Cancellation.objects.order_by("id")] == [
        datetime(2026, 1, 13, 0, 6, tzinfo=UTC),
        NOW,
    ]


def test_a_skipped_spring_hour_is_refused_with_the_reason(maya: Provider, jordan: Client) -> None:
    at = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        browser = Browser()
        browser.force_login(maya.user)
        appointment = booked(maya, jordan, start=at + timedelta(hours=30))
        response = submit(browser, appointment, **told("2026-03-08", "02:30"))
        assert "There is no 2:30 AM on Sun, Mar 8: clocks go forward over it. Choose another time." in text(response)
        assert nothing_happened(appointment)


def test_a_doubled_autumn_hour_is_its_first(maya: Provider, jordan: Client) -> None:
    at = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        browser = Browser()
        browser.force_login(maya.user)
        submit(browser, booked(maya, jordan, start=at + timedelta(hours=30)), **told("2026-11-01", "01:30"))
    assert Cancellation.objects.get().told_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


# --- The fee block that htmx asks for ---


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("provider-unwell", {}, "No late fee: a cancellation on your side never owes one."),
        ("technical", {}, "No late fee: nobody caused this cancellation."),
        ("client-asked", told("2026-03-02", "08:00"), "No late fee: 2 days before the start is on time;"),
        ("client-asked", told("2026-03-03", "23:00"), "That is in the future: it is Tue, Mar 3, 10:44 AM EST now."),
        ("client-asked", {}, "Because this is 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026"),
    ],
)
def test_the_fee_block_follows_reason_and_told_at(
    *, key: str, change: dict[str, str], words: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    assert words in fee_block(as_maya, appointment, key, **change)
    assert nothing_happened(appointment)


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("medicaid", "No late fee: Medicaid does not allow fees for missed visits."),
        ("never asked", "No late fee: Jordan has not agreed to your fee policy for this appointment."),
        ("free", "No late fee: the fee is set to $0.00."),
        ("capped", "Magellan allows at most $60.00 for a missed visit."),
        ("raised since", "$75.00, not today’s $90.00: Jordan agreed to $75.00 at booking, and the lower one counts."),
    ],
)
def test_one_line_says_why_the_fee_is_what_it_is(
    situation: str, words: str, as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan, acknowledged=situation != "never asked")
    if situation == "medicaid":
        jordan.payer = Payer.objects.get(name="Medicaid")
    if situation == "capped":
        Payer.objects.filter(name="Magellan").update(cap=Decimal(60))
        jordan.payer = Payer.objects.get(name="Magellan")
    jordan.save()
    if situation in ("free", "raised since"):
        amount = Decimal(0) if situation == "free" else Decimal(90)
        terms = Terms(notice_hours=24, late_fee=amount, no_show_fee=amount, grace_minutes=15)
        supersede(maya, terms=terms, by=Actor.provider(maya.user_id), at=NOW)
    assert words in fee_block(as_maya, appointment, "client-asked")


def test_the_fee_block_brings_the_new_consequences_and_asks_for_nothing_yet(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    words = fee_block(as_maya, late(maya, jordan), "client-asked", **told("2026-03-02", "08:00"))
    assert "On time: 2 days notice" in words
    assert "Late fee" not in words
    another = booked(maya, make_client(maya), start=NOW + timedelta(hours=20))
    words = fee_block(as_maya, another, "client-asked", **CHARGED | {"fee": "reduce"})
    assert "Say why" not in words
    assert "Enter the new amount" not in words


def test_the_fee_block_keeps_a_choice_made_and_drops_a_mere_preset(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    url = f"/appointments/{appointment.uid}/cancel/fee/"
    reduced = {"fee_shown": "75.00", "fee_preset": "charge", "fee": "reduce", "reduced_to": "40", "why": "First time"}
    same = as_maya.post(url, {"reason": reason("client-other-time").pk} | reduced).content.decode()
    assert 'value="reduce" id="id_fee_1" checked' in same
    assert 'value="40"' in same
    assert 'value="First time"' in same
    preset = as_maya.post(url, {"reason": reason("client-emergency").pk} | CHARGED).content.decode()
    assert 'value="waive" id="id_fee_2" checked' in preset
