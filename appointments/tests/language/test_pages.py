"""All that a client sees on a page can be said in another language, at every address and in every state."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse

from appointments import attendance, cancellation, fees, late_requests, reschedule_requests
from appointments.fees import Answer, FeeChoice, FeeDecision
from appointments.models import AbsenceReport, Appointment, CancellationReason, Fee
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.language.reader import FACING, Reader
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from appointments.views.ways_in import PAGES
from clients import messages
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage, Status
from practice import calendar_feed
from practice.actors import Actor
from practice.models import Provider
from practice.tests.signing_in import just_signed_in

pytestmark = pytest.mark.only_sqlite

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# No words of ours: what machines read, what only leads elsewhere, and what the demo alone has.
ACTS = {"ask", "restore"}  # of pages: what only a button asks for
SETTINGS = {"preferred_name": "", "language": "es", "time_zone": "America/New_York", "phone": "", "phone_use": "call"}


def is_of_one(name: str) -> bool:
    """Whether this is a page of one appointment."""
    return name.startswith("appointments:") and name.partition("_")[2] in PAGES


def states(maya: Provider, rosa: Client) -> Iterator[Appointment]:
    """An appointment in each state that its pages tell apart."""
    by_maya, by_rosa = Actor.provider(maya.user_id), Actor.client(rosa.user_id)
    fits = CancellationReason.objects.get(key="not-well")
    yield on_time(maya, rosa)
    yield late(maya, rosa)
    yield booked(maya, rosa, start=NOW - timedelta(minutes=5))
    yield booked(maya, rosa, start=NOW - DAY)
    yield booked(maya, rosa, start=NOW + 5 * DAY, acknowledged=None, format="in_person")
    canceled = booked(maya, rosa, start=NOW + 4 * DAY)
    cancel(canceled, by_rosa, "not-well")
    yield canceled
    for hours, choice in ((14, FeeChoice.REDUCE), (16, FeeChoice.WAIVE), (18, FeeChoice.CHARGE)):
        near = booked(maya, rosa, start=NOW + timedelta(hours=hours))
        cancel(near, by_maya, fee=FeeDecision(choice, Decimal(75), Decimal(40), why="w"))
        yield near
    for hours, how in ((1, None), (2, Answer.UPHELD), (3, Answer.REDUCED), (4, Answer.WAIVED)):
        contested = booked(maya, rosa, start=NOW + timedelta(hours=hours))
        cancel(contested, by_maya, fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)))
        fee = contested.fees.get()
        fees.dispute(fee, words="⟦⟧", by=by_rosa, at=NOW)
        if how is not None:
            fees.answer(fee, answer=how, reduced_to=Decimal(40), words="⟦⟧", by=by_maya, at=NOW)
        yield contested
    undecided = booked(maya, rosa, start=NOW + timedelta(hours=12))
    cancel(undecided, Actor.admin(maya.user_id))
    yield undecided
    asked = booked(maya, rosa, start=NOW + 3 * DAY)
    why = CancellationReason.objects.get(key="provider-not-available")
    reschedule_requests.ask(asked, by=by_maya, note="", reason=why, let_go_at=NOW + DAY, block=False, at=NOW)
    yield asked
    waiting = booked(maya, rosa, start=NOW + timedelta(hours=8))
    late_requests.ask(waiting, by=by_rosa, reason=fits, note="", at=NOW)
    yield waiting
    declined = booked(maya, rosa, start=NOW + timedelta(hours=6))
    late_requests.decline(
        late_requests.ask(declined, by=by_rosa, reason=fits, note="", at=NOW), by=by_maya, words="", at=NOW
    )
    yield declined
    restored = booked(maya, rosa, start=NOW + 6 * DAY)
    cancel(restored, by_rosa, "not-well")
    cancellation.restore(restored, by=by_rosa, at=NOW)
    yield restored


def test_pages_of_one_appointment(
    marked: None,
    reader: Reader,
    stranger: Browser,
    maya: Provider,
    rosa: Client,
    now: datetime,
) -> None:
    assert rosa.user is not None
    herself = just_signed_in(rosa.user)
    for number, appointment in enumerate(states(maya, rosa)):
        ways: dict[str, tuple[Browser, object]] = {"manage": (stranger, appointment.manage_token)}
        if number < 2:
            ways["client"] = herself, appointment.uid
        with reader.only_looking():
            for page in sorted(set(PAGES) - ACTS):
                for way, (browser, key) in ways.items():
                    reader.read(browser, reverse(f"appointments:{way}_{page}", args=[key]))
        for page in ("agree", "cancel", "move", *sorted(ACTS)):
            for way, (browser, key) in ways.items():
                reader.read(browser, reverse(f"appointments:{way}_{page}", args=[key]), sends={})
    canceled = booked(maya, rosa, start=NOW + 8 * DAY)
    cancel(canceled, Actor.client(rosa.user_id), "not-well")
    for status in Status:
        OutboxMessage.objects.update(status=status, **{f"{status}_at": NOW})
        for page in ("canceled", "appointment"):
            reader.read(herself, reverse(f"appointments:client_{page}", args=[canceled.uid]))
    assert reader.found == {}
    assert {name for name in FACING if is_of_one(name)} - reader.seen == set()


def read_receipts(reader: Reader, herself: Browser, *, by: Actor) -> None:
    """Of a payment, and of one taken back."""
    stands, ended = Fee.objects.filter(status="due").order_by("-pk")[:2]
    for fee in (stands, ended):
        paid(fee, by=by)
    fees.unsettle(ended, why="w", by=by, at=NOW)
    for fee in (stands, ended):
        reader.read(herself, reverse("appointments:client_receipt", args=[fee.pk]), answer=200)


def test_objecting_to_a_fee(marked: None, reader: Reader, maya: Provider, rosa: Client, now: datetime) -> None:
    assert rosa.user is not None
    herself = just_signed_in(rosa.user)
    for each in list(states(maya, rosa)):
        if each.fees.exists():
            form = reverse("appointments:client_object", args=[each.uid])
            reader.read(herself, form)
            for words in ("", "⟦⟧" * 1001, "⟦⟧", "⟦⟧"):
                reader.read(herself, form, sends={"words": words})
    old = booked(maya, rosa, start=NOW + timedelta(hours=19))
    cancel(old, Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)))
    old.fees.update(decided_at=NOW - 31 * DAY)
    reader.read(herself, reverse("appointments:client_object", args=[old.uid]))
    reader.read(herself, reverse("appointments:client_fees"))
    for hours, how in enumerate(["", *AbsenceReport.Answer], start=1):
        there = booked(maya, rosa, start=NOW - hours * HOUR)
        form = reverse("appointments:client_absence", args=[there.uid])
        reader.read(herself, form)
        for words in ("⟦⟧" * 1001, "⟦⟧", "⟦⟧"):
            reader.read(herself, form, sends={"words": words})
        if how:
            report = AbsenceReport.objects.get(appointment=there)
            answer = AbsenceReport.Answer(how)
            attendance.answer_absence(report, by=Actor.provider(maya.user_id), answer=answer, words="⟦⟧", at=NOW)
        reader.read(herself, reverse("appointments:client_appointment", args=[there.uid]))
        reader.read(herself, form)
    for ago in (-HOUR, 15 * DAY):  # too early to tell, too late to report
        there = booked(maya, rosa, start=NOW - ago)
        reader.read(herself, reverse("appointments:client_absence", args=[there.uid]))
    assert reader.found == {}


def test_the_portal_and_what_needs_no_account(
    marked: None,
    reader: Reader,
    stranger: Browser,
    maya: Provider,
    rosa: Client,
    care: CareRelationship,
    now: datetime,
) -> None:
    assert rosa.user is not None
    herself = just_signed_in(rosa.user)
    home, rows = reverse("appointments:client_home"), reverse("appointments:client_appointments")
    thread, book = reverse("clients:my_thread", args=[care.pk]), reverse("appointments:book", args=[care.booking_token])
    empty = [home, rows, f"{rows}?show=past", reverse("appointments:client_fees"), thread, f"{thread}?q=nowhere"]
    for url in empty:
        reader.read(herself, url)
    every = list(states(maya, rosa))
    read_receipts(reader, herself, by=Actor.provider(maya.user_id))
    messages.send(care, by=Actor.provider(maya.user_id), text="⟦⟧", at=now)
    for url in [*empty, book, *(reverse("appointments:booked", args=[care.booking_token, each.uid]) for each in every)]:
        reader.read(herself if url in empty else stranger, url)
    taken = every[0].start.isoformat()
    policy = maya.fee_policies.latest("pk").pk
    for sends in ({}, {"start": taken, "format": "video", "policy": policy}, {"start": "x", "policy": policy + 1}):
        reader.read(stranger, book, sends=sends)
    for name in ("my_settings", "my_address", "my_calendar", "my_messages", "my_thread", "my_mark_read"):
        url = reverse(f"clients:{name}", args=[care.pk] if name in {"my_thread", "my_mark_read"} else [])
        if name != "my_mark_read":
            reader.read(herself, url)
        if name != "my_messages":
            reader.read(herself, url, sends={"phone": "x", "email": "x"}, answer=400 if name == "my_calendar" else 0)
    reader.read(herself, reverse("clients:my_address"), sends={"email": "rosa.diaz@example.com"})
    reader.read(herself, reverse("clients:my_settings"), sends=SETTINGS)
    reader.read(herself, reverse("clients:my_settings"), sends=SETTINGS | {"discreet": "on"})
    for act in ("make", "replace", "remove"):
        reader.read(herself, reverse("clients:my_calendar"), sends={"act": act})
    feed = calendar_feed.url(calendar_feed.make(rosa.user, at=now))
    assert "SUMMARY:⟦" in reader.read(stranger, urlsplit(feed).path)
    reader.read(stranger, reverse("appointments:help_how_to_cancel"))
    for gone in (book.replace(care.booking_token, "gone"), "/m/gone/", "/i/gone/", "/nowhere/"):
        reader.read(stranger, gone, answer=404)
    care.ended_at = now
    care.save()
    for url in (home, rows, thread, book):
        reader.read(herself, url)
    assert reader.found == {}
    portals = ("appointments:", "clients:")
    facing = {name for name in FACING if name.startswith(portals) and not is_of_one(name)}
    assert facing - reader.seen == {"appointments:client_object", "appointments:client_absence"}  # read above
