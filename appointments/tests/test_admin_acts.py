"""The office corrects by the acts, each with a reason, in Django admin."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import Cancellation, CancellationReason, Fee, HistoryEntry, Settlement
from appointments.tests.factories import NOW, booked, late
from appointments.tests.paying import paid
from appointments.tests.test_admin import act, by_the_office, words
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User

CHECK = {"amount": "75.00", "method": "check", "reference": "7", "paid_on": "2026-03-03"}


def test_the_office_cancels_with_a_reason_and_leaves_the_fee_to_the_provider(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    page = act(as_clerk, "appointments_appointment", "cancel_appointment", appointment)
    assert "Day it was told" in words(page)
    assert not Cancellation.objects.exists()

    reason = CancellationReason.objects.get(key="client-asked")
    told = {"told_date": "2026-03-03", "told_time": "10:30"}
    done = act(
        as_clerk, "appointments_appointment", "cancel_appointment", appointment,
        confirm="1", reason=str(reason.pk), private_note="Rang", **told,
    )  # fmt: skip

    assert "Canceled: Jordan Lee, Wed, Mar 4, 8:59 AM EST. Both are being told. A late fee waits" in words(done)
    kept = Cancellation.objects.get()
    assert (kept.actor, kept.user, kept.private_note) == ("admin", clerk, "Rang")
    assert kept.told_at == NOW - timedelta(minutes=14)
    assert Fee.objects.get().status == "to_decide"
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("date", "time", "says"),
    [
        ("0001-01-01", "00:00", "Choose a day between 2000 and 2100."),
        ("9999-12-31", "23:59", "Choose a day between 2000 and 2100."),
        ("2026-03-08", "02:30", "There is no 2:30 AM on Sun, Mar 8: clocks go forward over it. Choose another time."),
        ("2026-03-03", "10:45", "That is in the future: it is Tue, Mar 3, 10:44 AM EST now."),
        ("2026-03-03", "", "Enter both the day and the time it was told, or neither."),
    ],
)
def test_when_the_office_was_told_has_to_be_possible(
    as_clerk: Browser, maya: Provider, jordan: Client, date: str, time: str, says: str
) -> None:
    page = act(
        as_clerk, "appointments_appointment", "cancel_appointment", late(maya, jordan), confirm="1",
        reason=str(CancellationReason.objects.get(key="client-asked").pk), told_date=date, told_time=time,
        note_to_client="Rest well.",
    )  # fmt: skip
    assert says in words(page)
    assert "Rest well.</textarea>" in page.content.decode()  # nothing need be written twice
    assert not Cancellation.objects.exists()


def test_the_office_picks_no_reason_in_a_clients_own_words(as_clerk: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    page = act(as_clerk, "appointments_appointment", "cancel_appointment", appointment)
    assert "The client asked to cancel" in words(page)
    assert "Clinical reasons, talked over with the client" in words(page)
    assert "{client}" not in page.content.decode()
    assert "not well" not in words(page)
    unfit = CancellationReason.objects.get(key="not-well")
    act(
        as_clerk, "appointments_appointment", "cancel_appointment", appointment, confirm="1", reason=str(unfit.pk)
    )  # fmt: skip
    assert not Cancellation.objects.exists()


def test_a_line_break_in_the_offices_note_counts_once(as_clerk: Browser, maya: Provider, jordan: Client) -> None:
    reason = str(CancellationReason.objects.get(key="client-asked").pk)
    act(
        as_clerk, "appointments_appointment", "cancel_appointment", late(maya, jordan),
        confirm="1", reason=reason, note_to_client="x" * 998 + "\r\ny",
    )  # fmt: skip
    assert Cancellation.objects.get().note_to_client == "x" * 998 + "\ny"


def test_a_second_cancellation_is_refused_in_words(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    by_the_office(appointment, clerk)
    reason = CancellationReason.objects.get(key="client-asked")
    page = act(
        as_clerk, "appointments_appointment", "cancel_appointment", appointment, confirm="1", reason=str(reason.pk)
    )
    assert "You canceled this at 10:44 AM, moments ago. Nothing was sent twice." in words(page)
    assert Cancellation.objects.count() == 1


def test_the_office_takes_a_cancellation_back_once(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    cancellation.cancel(
        appointment, by=Actor.client(jordan.user_id), reason=CancellationReason.objects.get(key="not-well"),
        told_at=None, notes=Notes(), send_link=True, fee=None, at=NOW - timedelta(hours=2),
    )  # fmt: skip
    page = act(as_clerk, "appointments_appointment", "undo_cancellation", appointment)
    assert "Undo cancellation" in words(page)
    assert Cancellation.objects.live().exists()
    unsaid = act(as_clerk, "appointments_appointment", "undo_cancellation", appointment, confirm="1", why=" ")
    assert "This field is required" in words(unsaid)
    assert Cancellation.objects.live().exists()

    said = {"confirm": "1", "why": "The wrong Jordan"}
    done = act(as_clerk, "appointments_appointment", "undo_cancellation", appointment, **said)

    assert "Stands again: Jordan Lee, Wed, Mar 4, 8:59 AM EST." in words(done)
    undone = Cancellation.objects.get()
    assert (undone.undone_actor, undone.undone_by) == ("admin", clerk)
    assert HistoryEntry.objects.latest("id").facts == {"why": "The wrong Jordan"}
    assert not OutboxMessage.objects.filter(text__contains="wrong Jordan").exists()
    again = act(as_clerk, "appointments_appointment", "undo_cancellation", appointment, **said)
    assert "You brought this appointment back at 10:44 AM, moments ago. Nothing was sent twice." in words(again)


FRIDAY_10 = {"confirm": "1", "day": "2026-03-06", "time": "10:00", "why": "Told on the phone"}


def test_the_office_moves_with_a_reason_and_both_are_told(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    page = act(as_clerk, "appointments_appointment", "move_appointment", appointment)
    assert "New time: By the clock in the provider’s time zone." in words(page)
    for missing in ("day", "time", "why"):
        act(as_clerk, "appointments_appointment", "move_appointment", appointment, **FRIDAY_10 | {missing: ""})
    assert not OutboxMessage.objects.exists()

    done = act(as_clerk, "appointments_appointment", "move_appointment", appointment, **FRIDAY_10)

    assert "Moved: Jordan Lee, to Fri, Mar 6, 10:00 AM EST. Both are being told." in words(done)
    appointment.refresh_from_db()
    assert (appointment.start.isoformat(), appointment.sequence) == ("2026-03-06T15:00:00+00:00", 1)
    entry = HistoryEntry.objects.latest("id")
    assert (entry.kind, entry.actor, entry.user, entry.facts["why"]) == ("moved", "admin", clerk, "Told on the phone")
    assert entry.messages.count() == OutboxMessage.objects.count() == 2
    assert not OutboxMessage.objects.filter(text__contains="phone").exists()
    again = act(as_clerk, "appointments_appointment", "move_appointment", appointment, **FRIDAY_10)
    assert "This appointment is at that time already. Nothing was sent twice." in words(again)


@pytest.mark.parametrize(
    ("day", "time", "says"),
    [
        ("2026-03-06", "10:30", "so nothing was moved. Open near it: Fri, Mar 6, 9:00 AM EST;"),
        ("2026-03-08", "02:30", "There is no 2:30 AM on Sun, Mar 8: clocks go forward over it."),
        ("2026-03-02", "10:00", "so nothing was moved. Open near it:"),
    ],
)
def test_the_office_moves_to_an_open_time_alone(
    as_clerk: Browser, maya: Provider, jordan: Client, day: str, time: str, says: str
) -> None:
    appointment, start = late(maya, jordan), datetime(2026, 3, 6, 15, tzinfo=UTC)
    booked(maya, make_client(maya), start=start)
    there = FRIDAY_10 | {"day": day, "time": time}
    page = act(as_clerk, "appointments_appointment", "move_appointment", appointment, **there)
    assert says in words(page)
    assert not OutboxMessage.objects.exists()
    assert not HistoryEntry.objects.filter(kind="moved").exists()


def test_one_appointment_is_moved_at_a_time(as_clerk: Browser, maya: Provider, jordan: Client) -> None:
    both = [late(maya, jordan), booked(maya, jordan, start=NOW + timedelta(hours=3))]
    data = {"action": "move_appointment", "_selected_action": [str(row.pk) for row in both]} | FRIDAY_10
    page = as_clerk.post(reverse("admin:appointments_appointment_changelist"), data, follow=True)
    assert "Choose one appointment: where each moves to differs." in words(page)
    assert not OutboxMessage.objects.exists()


def test_a_fee_is_waived_with_a_why_and_then_can_not_be_paid(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    by_the_office(late(maya, jordan), clerk)
    fee = Fee.objects.get()
    asks = words(act(as_clerk, "appointments_fee", "waive_fee", fee, confirm="1"))
    assert "This field is required" in asks
    assert "Jordan Lee, Wed, Mar 4, 8:59 AM EST, $75.00" in asks
    act(as_clerk, "appointments_fee", "waive_fee", fee, confirm="1", why="Storm")
    fee.refresh_from_db()
    assert (fee.status, fee.amount, fee.why, fee.decided_by_user) == ("waived", Decimal(0), "Storm", clerk)
    page = act(as_clerk, "appointments_fee", "mark_as_paid", fee, confirm="1", **CHECK)
    assert "This fee is already waived, so nothing was changed." in words(page)


def test_only_a_due_fee_is_marked_as_paid(as_clerk: Browser, clerk: User, maya: Provider, jordan: Client) -> None:
    by_the_office(late(maya, jordan), clerk)
    fee = Fee.objects.get()
    act(as_clerk, "appointments_fee", "mark_as_paid", fee, confirm="1", **CHECK)
    assert Fee.objects.get().status == "to_decide"
    Fee.objects.update(status="due", decided_by="provider", decided_at=NOW)
    part = CHECK | {"amount": "40"}
    page = act(as_clerk, "appointments_fee", "mark_as_paid", fee, confirm="1", **part)
    assert "part payments are not kept here" in words(page)
    assert Fee.objects.get().status == "due"
    page = act(as_clerk, "appointments_fee", "mark_as_paid", fee, confirm="1", **CHECK)
    assert "Paid: $75.00 of Jordan Lee, who is being told." in words(page)
    assert Fee.objects.get().status == "paid"
    settlement = Settlement.objects.get()
    assert (settlement.how, settlement.settled_by, settlement.settled_by_user) == ("Check, 7", "admin", clerk)
    again = act(as_clerk, "appointments_fee", "mark_as_paid", fee, confirm="1", **CHECK)
    assert "You marked this fee as paid at 10:44 AM, moments ago. Nothing was kept twice." in words(again)


def test_how_each_fee_was_paid_differs_so_one_is_marked_at_a_time(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    for number in range(2):
        by_the_office(booked(maya, jordan, start=NOW + timedelta(hours=3 + number)), clerk)
    Fee.objects.update(status="due", decided_by="provider", decided_at=NOW)
    both = [str(fee.pk) for fee in Fee.objects.all()]
    data = {"action": "mark_as_paid", "_selected_action": both, "confirm": "1"} | CHECK
    page = as_clerk.post(reverse("admin:appointments_fee_changelist"), data, follow=True)
    assert "Choose one fee: how each was paid differs." in words(page)
    assert not Settlement.objects.exists()


def test_a_payment_is_taken_back_with_a_why_and_stays_on_record(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    by_the_office(late(maya, jordan), clerk)
    Fee.objects.update(status="due", decided_by="provider", decided_at=NOW)
    fee = paid(Fee.objects.get(), by=Actor.provider(maya.user_id))
    assert "This field is required" in words(act(as_clerk, "appointments_fee", "take_back_payment", fee, confirm="1"))
    page = act(as_clerk, "appointments_fee", "take_back_payment", fee, confirm="1", why="It bounced")
    assert "Due again: $75.00 of Jordan Lee." in words(page)
    kept = Settlement.objects.get()
    assert (kept.taken_back_by, kept.taken_back_by_user, kept.taken_back_why) == ("admin", clerk, "It bounced")
    assert Fee.objects.get().status == "due"
    again = act(as_clerk, "appointments_fee", "take_back_payment", fee, confirm="1", why="It bounced")
    assert "This fee is already charged, so nothing was changed." in words(again)
