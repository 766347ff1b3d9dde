"""Marking a session: from when it is possible, twice, what it leaves, what a no-show owes, and corrections."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import attendance, attendance_refusals, fees, late_requests, refusals, rules
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Fee, HistoryEntry, LateRequest
from appointments.rules import MOVES, Session, Status
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel, reason
from clients.models import Client, Payer
from notifications.models import OutboxMessage
from practice import discretion, policies
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider, User
from practice.tests.reading import without_keys, words_of
from practice.zones import plain

MICRO = timedelta(microseconds=1)
START = NOW - timedelta(hours=2)
GRACE_OVER = START + timedelta(minutes=15)
CHARGED = FeeDecision(FeeChoice.CHARGE, shown=Decimal(75))


@pytest.fixture
def session(maya: Provider, jordan: Client) -> Appointment:
    """At 8:44 AM, two hours ago."""
    return booked(maya, jordan, start=START)


def no_show(
    appointment: Appointment, by: Actor, fee: FeeDecision | None = CHARGED, *, at: datetime = NOW
) -> Appointment:
    return attendance.mark_no_show(appointment, by=by, fee=fee, at=at)


def attended(appointment: Appointment, by: Actor, *, at: datetime = NOW) -> Appointment:
    return attendance.mark_completed(appointment, by=by, at=at)


def state(appointment: Appointment) -> str:
    return Appointment.objects.values_list("status", flat=True).get(pk=appointment.pk)


def told() -> list[str]:
    return list(HistoryEntry.objects.exclude(kind="booked").order_by("id").values_list("kind", flat=True))


def ask_late(appointment: Appointment) -> LateRequest:
    by = Actor.client(appointment.client.user_id)
    at = appointment.start - timedelta(hours=3)
    return late_requests.ask(appointment, by=by, reason=reason("not-well"), note="", at=at)


def follows(provider: Provider, grace_minutes: int, *, at: datetime) -> None:
    terms = Terms(notice_hours=24, late_fee=Decimal(75), no_show_fee=Decimal(75), grace_minutes=grace_minutes)
    policies.supersede(provider, terms=terms, by=Actor.system(), at=at)


# --- From when on ---


def test_a_no_show_is_marked_from_start_and_grace_on_and_not_a_microsecond_before(
    session: Appointment, her: Actor
) -> None:
    with pytest.raises(attendance_refusals.TooSoonToMark) as refused:
        no_show(session, her, at=GRACE_OVER - MICRO)
    assert plain(str(refused.value)) == (
        "Jordan may still come. It can be marked as a no-show from Tue, Mar 3, 8:59 AM EST on."
    )
    assert (state(session), told(), Fee.objects.exists()) == ("booked", [], False)

    assert no_show(session, her, at=GRACE_OVER).status == "no_show"
    assert state(session) == "no_show"


def test_attended_is_marked_from_the_start_on_and_not_a_microsecond_before(session: Appointment, her: Actor) -> None:
    with pytest.raises(attendance_refusals.TooSoonToMark) as refused:
        attended(session, her, at=START - MICRO)
    assert plain(str(refused.value)) == (
        "This session has not started. It can be marked from Tue, Mar 3, 8:44 AM EST on."
    )
    assert (state(session), told()) == ("booked", [])

    assert attended(session, her, at=START).status == "completed"
    assert (state(session), told()) == ("completed", ["completed"])
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("minutes", [5, 60])
def test_the_longest_grace_of_the_two_policies_counts(minutes: int, maya: Provider, jordan: Client, her: Actor) -> None:
    session = booked(maya, jordan, start=START)
    follows(maya, minutes, at=START - MICRO)
    counts = START + timedelta(minutes=max(15, minutes))
    with pytest.raises(attendance_refusals.TooSoonToMark):
        no_show(session, her, at=counts - MICRO)
    assert no_show(session, her, at=counts).status == "no_show"


def test_a_policy_that_begins_after_the_start_gives_no_other_grace(session: Appointment, her: Actor) -> None:
    follows(session.provider, 60, at=START + MICRO)
    assert no_show(session, her, at=GRACE_OVER).status == "no_show"


def test_a_session_held_keeps_its_time_while_it_lasts(maya: Provider, jordan: Client, her: Actor) -> None:
    running = booked(maya, jordan, start=NOW - timedelta(minutes=5))
    attended(running, her)
    assert maya.appointments.taking_time().touching(NOW, NOW + timedelta(minutes=1)).get() == running


# --- Twice, and over what stands ---


def test_twice_is_once_and_the_second_reads_who_was_first(session: Appointment, her: Actor, office: User) -> None:
    no_show(session, her)
    with pytest.raises(attendance_refusals.MarkedAlready) as refused:
        no_show(session, Actor.admin(office.pk), at=NOW + timedelta(minutes=3))
    assert plain(str(refused.value)) == (
        "Maya marked this session as a no-show at 10:44 AM, 3 min ago. Nothing was changed."
    )
    assert (Fee.objects.count(), OutboxMessage.objects.count()) == (1, 1)

    attended(session, her, at=NOW + timedelta(minutes=4))
    with pytest.raises(attendance_refusals.MarkedAlready) as refused:
        attended(session, her, at=NOW + timedelta(minutes=4))
    assert plain(str(refused.value)) == (
        "You marked this session as attended at 10:48 AM, moments ago. Nothing was changed."
    )
    assert told() == ["no_show", "fee_decided", "completed"]


def test_what_is_canceled_is_not_marked(maya: Provider, jordan: Client, her: Actor) -> None:
    session = booked(maya, jordan, start=START)
    cancel(session, her, "provider-unwell", at=START - timedelta(hours=30))
    for mark in (no_show, attended):
        with pytest.raises(refusals.AlreadyCanceled, match="You canceled this"):
            mark(session, her)
    assert state(session) == "canceled"


def test_a_session_that_the_provider_missed_is_marked_no_more(maya: Provider, jordan: Client, her: Actor) -> None:
    session = booked(maya, jordan, start=START, status=Status.PROVIDER_ABSENT)
    for mark in (no_show, attended):
        with pytest.raises(attendance_refusals.MarkedAlready, match="as one that the provider did not come to"):
            mark(session, her)


def test_every_mark_of_the_table_is_possible_and_no_other() -> None:
    judged = {"mark_completed": rules.may_mark_completed, "mark_no_show": rules.may_mark_no_show}
    for status in Status:
        for act, may in judged.items():
            no = may(Session(status, START, grace=timedelta(minutes=15)), at=NOW)
            assert (no is None) == ((status, act) in MOVES)


# --- The fee ---


def test_a_no_show_owes_what_was_agreed_and_the_client_is_told_once(session: Appointment, her: Actor) -> None:
    no_show(session, her)
    fee = Fee.objects.get()
    assert (fee.kind, fee.status, fee.amount, fee.cancellation) == ("no_show", "due", Decimal(75), None)
    assert (fee.decided_by, fee.decided_at) == ("provider", NOW)
    assert told() == ["no_show", "fee_decided"]
    mail = OutboxMessage.objects.get()
    assert HistoryEntry.objects.get(kind="fee_decided").messages.get() == mail
    assert (mail.recipient, mail.kind, mail.subject) == (
        "jordan.lee@example.com", "fee_decided", "About the fee for Tue, Mar 3",
    )  # fmt: skip
    said = " ".join(plain(mail.text).split())
    assert "You did not come, and you agreed on Jan 12, 2026 to $75.00 for that." in said
    assert "canceled" not in said
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert discretion.clinical_words(everything, also="") == []
    assert "Lee" not in without_keys(everything)


def test_nobody_marks_a_no_show_on_an_amount_that_was_not_shown(session: Appointment, her: Actor) -> None:
    for fee in (None, FeeDecision(FeeChoice.CHARGE, shown=Decimal("74.99"))):
        with pytest.raises(refusals.FeeChanged, match="Nothing is marked yet"):
            no_show(session, her, fee)
    assert (state(session), told()) == ("booked", [])


def test_a_fee_is_reduced_or_waived_with_its_why_and_never_raised(maya: Provider, jordan: Client, her: Actor) -> None:
    reduced = FeeDecision(FeeChoice.REDUCE, shown=Decimal(75), reduced_to=Decimal(40), why="Bus")
    session = booked(maya, jordan, start=START)
    with pytest.raises(refusals.TooMuch):
        no_show(session, her, FeeDecision(FeeChoice.REDUCE, shown=Decimal(75), reduced_to=Decimal("75.01")))
    assert not Fee.objects.exists()
    no_show(session, her, reduced)
    waived = FeeDecision(FeeChoice.WAIVE, shown=Decimal(75), why="Ill")
    no_show(booked(maya, jordan, start=START - timedelta(days=1)), her, waived)
    assert list(Fee.objects.order_by("id").values_list("status", "amount", "why")) == [
        ("due", Decimal(40), "Bus"), ("waived", Decimal(0), "Ill"),
    ]  # fmt: skip


def test_the_office_leaves_the_fee_to_the_provider_and_nobody_is_told_yet(session: Appointment, office: User) -> None:
    no_show(session, Actor.admin(office.pk), None)
    assert Fee.objects.get().status == "to_decide"
    assert (told(), OutboxMessage.objects.exists()) == (["no_show"], False)


def test_where_nothing_is_owed_there_is_no_fee_and_no_mail(maya: Provider, jordan: Client, her: Actor) -> None:
    never_agreed = booked(maya, jordan, start=START, acknowledged=None)
    no_show(never_agreed, her, None)
    jordan.payer = Payer.objects.filter(rule=Payer.Rule.FORBIDDEN).first()
    jordan.save()
    no_show(booked(maya, jordan, start=START - timedelta(days=1)), her, None)
    assert (Fee.objects.exists(), OutboxMessage.objects.exists()) == (False, False)
    assert told() == ["no_show", "no_show"]


def test_the_policy_of_the_start_counts_and_none_that_came_later(maya: Provider, jordan: Client, her: Actor) -> None:
    session = booked(maya, jordan, start=START)
    cheaper = Terms(notice_hours=24, late_fee=Decimal(10), no_show_fee=Decimal(10), grace_minutes=15)
    policies.supersede(maya, terms=cheaper, by=her, at=START + MICRO)
    no_show(session, her)
    assert Fee.objects.get().amount == Decimal(75)


# --- Corrections ---


def test_who_came_after_all_owes_nothing_and_is_told_where_they_had_heard_of_a_fee(
    session: Appointment, her: Actor
) -> None:
    no_show(session, her)
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    attended(session, her, at=NOW + timedelta(hours=1))
    assert (state(session), Fee.objects.get().status) == ("completed", "void")
    mail = OutboxMessage.objects.get(kind="fee_void")
    assert HistoryEntry.objects.get(kind="completed").messages.get() == mail
    assert mail.subject == "About the fee for Tue, Mar 3"
    before, _, after = plain(mail.text).partition("Maya")
    assert before.startswith(
        "The fee no longer applies\n\nHello Jordan,\n\n"
        "The fee of $75.00 no longer applies: it had been marked by mistake that you did not come. You owe nothing.\n\n"
        "It is about the appointment of Tue, Mar 3, 8:44 AM EST.\n\n"
    )
    assert "(212) 555-0186" in before + after


def test_who_came_after_all_before_they_heard_of_a_fee_hears_nothing(session: Appointment, her: Actor) -> None:
    no_show(session, her)
    attended(session, her)
    assert list(OutboxMessage.objects.values_list("kind", "status")) == [("fee_decided", "dropped")]


def test_a_paid_fee_is_settled_first(session: Appointment, her: Actor) -> None:
    no_show(session, her)
    paid(Fee.objects.get(), by=her, at=NOW)
    with pytest.raises(attendance_refusals.PaidForNotComing, match=r"has paid the fee of .75.00 for this session"):
        attended(session, her)
    assert (state(session), Fee.objects.get().status) == ("no_show", "paid")

    fees.unsettle(Fee.objects.get(), why="Given back", by=her, at=NOW)
    attended(session, her)
    assert (state(session), Fee.objects.get().status) == ("completed", "void")


def test_attended_by_mistake_becomes_a_no_show_that_is_assessed_anew(session: Appointment, her: Actor) -> None:
    no_show(session, her)
    attended(session, her)
    no_show(session, her, FeeDecision(FeeChoice.WAIVE, shown=Decimal(75), why="A hard week"))
    assert state(session) == "no_show"
    assert list(Fee.objects.order_by("id").values_list("status", flat=True)) == ["void", "waived"]


@pytest.mark.only_sqlite
def test_a_mark_takes_as_many_queries_beside_30_sessions_as_beside_none(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    def queries() -> list[int]:
        session = booked(maya, jordan, start=START)
        made = []
        for mark in (no_show, attended):
            with CaptureQueriesContext(connection) as captured:
                mark(session, her)
            made.append(len(captured))
        Appointment.objects.filter(pk=session.pk).update(start=START - timedelta(days=99), end=START)
        return made

    alone = queries()
    for days in range(1, 31):
        no_show(booked(maya, jordan, start=START - timedelta(days=days)), her)
    assert queries() == alone
