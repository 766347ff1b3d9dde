"""Moving an appointment: who may until when, which times, what stays and what is asked for anew."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import booking, history, refusals
from appointments.models import Appointment, CancellationReason, HistoryEntry, LateRequest, RescheduleRequest
from appointments.openings import Span
from appointments.tests.factories import BOOKED_AT, NOW, booked, late, on_time
from appointments.tests.test_booking import FRIDAY_10, ONE_HOUR, policy_of
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import FeePolicy, Provider, TimeOff, User
from practice.models.provider import Format
from practice.policies import supersede
from practice.zones import plain

# Monday, March 9, 11:00 AM in New York (EDT): after the clocks went forward.
MONDAY_11 = datetime(2026, 3, 9, 15, tzinfo=UTC)
LENGTH = timedelta(minutes=50)


def move(appointment: Appointment, by: Actor | None = None, **changes: object) -> Appointment:
    """As the client does it, unless told otherwise."""
    facts: dict[str, object] = {"start": MONDAY_11, "format": Format.VIDEO, "at": NOW}
    return booking.reschedule(appointment, by=by or Actor.client(), **(facts | changes))  # type: ignore[arg-type]


def nothing_moved(appointment: Appointment) -> bool:
    was = (appointment.start, appointment.end, appointment.sequence, appointment.acknowledged_policy_id)
    appointment.refresh_from_db()
    told = OutboxMessage.objects.exists() or HistoryEntry.objects.filter(kind="moved").exists()
    now = (appointment.start, appointment.end, appointment.sequence, appointment.acknowledged_policy_id)
    return now == was and not told


def new_policy(provider: Provider, *, hours: int = 24, fee: int = 75, no_show: int = 75) -> FeePolicy:
    terms = Terms(hours, Decimal(fee), Decimal(no_show), 15)
    return supersede(provider, terms=terms, by=Actor.provider(provider.user_id), at=NOW)


def asked_to_move(appointment: Appointment, **fields: object) -> RescheduleRequest:
    reason = CancellationReason.objects.get(key="provider-not-available")
    fields = {"asked_at": NOW, "asked_by": "provider", "reason": reason} | fields
    by = Actor.provider(appointment.provider.user_id)
    history.record(appointment, HistoryEntry.Kind.ASKED_TO_RESCHEDULE, by=by, at=NOW)
    return RescheduleRequest.objects.create(appointment=appointment, **fields)


# --- What a move keeps ---


def test_the_same_row_has_a_new_time_and_a_higher_sequence(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    done = move(appointment, format=Format.IN_PERSON)
    row = Appointment.objects.get()
    assert (row.pk, row.uid) == (done.pk, done.uid) == (appointment.pk, appointment.uid)
    assert (row.start, row.end, row.status, row.sequence) == (MONDAY_11, MONDAY_11 + LENGTH, "booked", 1)
    assert row.format == "in_person"
    assert (row.acknowledged_policy, row.acknowledged_at) == (policy_of(maya), BOOKED_AT)
    assert (row.manage_token, row.booked_at) == (appointment.manage_token, appointment.booked_at)


def test_the_record_tells_both_times_and_both_mails(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    move(appointment, Actor.client(jordan.user_id))
    entry = HistoryEntry.objects.get(kind="moved")
    assert (entry.at, entry.actor, entry.user) == (NOW, "client", jordan.user)
    assert entry.facts == {
        "old_start": "2026-03-06T15:00:00+00:00",
        "old_end": "2026-03-06T15:50:00+00:00",
        "start": "2026-03-09T15:00:00+00:00",
        "end": "2026-03-09T15:50:00+00:00",
    }
    keys = set(entry.messages.values_list("key", flat=True))
    assert keys == {f"move:{appointment.pk}:1:client", f"move:{appointment.pk}:1:provider"}
    assert OutboxMessage.objects.count() == 2


def test_an_appointment_keeps_its_own_length(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10, end=FRIDAY_10 + timedelta(minutes=80))
    booked(maya, make_client(maya), start=MONDAY_11 + timedelta(minutes=60))
    with pytest.raises(refusals.NotOpen):
        move(appointment)
    assert move(appointment, start=MONDAY_11 - timedelta(minutes=30)).end == MONDAY_11 + timedelta(minutes=50)


def test_moved_twice_each_is_told_twice(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    move(appointment)
    OutboxMessage.objects.update(status="sent", sent_at=NOW)
    assert move(appointment, start=FRIDAY_10, at=NOW + ONE_HOUR).sequence == 2
    assert OutboxMessage.objects.filter(kind="moved").count() == 4


def test_the_freed_time_can_be_booked_at_once(maya: Provider, jordan: Client, care: CareRelationship) -> None:
    move(booked(maya, jordan, start=FRIDAY_10))
    again = booking.book(care, start=FRIDAY_10, format=Format.VIDEO, by=Actor.client(), at=NOW, agreed=policy_of(maya))
    assert again.start == FRIDAY_10


def test_mail_of_the_old_time_that_is_still_waiting_is_not_sent(
    maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    appointment = booking.book(
        care, start=FRIDAY_10, format=Format.VIDEO, by=Actor.client(), at=NOW, agreed=policy_of(maya)
    )
    OutboxMessage.objects.filter(about__startswith="provider:").update(leased_until=NOW)  # a worker has it
    move(appointment)
    status = dict(OutboxMessage.objects.values_list("key", "status"))
    assert status == {
        f"booking:{appointment.pk}:client": "dropped",
        f"booking:{appointment.pk}:provider": "queued",
        f"move:{appointment.pk}:1:client": "queued",
        f"move:{appointment.pk}:1:provider": "queued",
    }


# --- Who, until when ---


def test_a_client_moves_until_the_deadline_itself(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    deadline = appointment.start - timedelta(hours=24)
    assert move(appointment, at=deadline).start == MONDAY_11


def test_a_client_past_the_deadline_is_told_the_cutoff_the_fee_and_whom_to_reach(
    maya: Provider, jordan: Client
) -> None:
    appointment = late(maya, jordan)
    with pytest.raises(refusals.PastDeadlineToMove) as refused:
        move(appointment)
    assert plain(str(refused.value)) == (
        "This appointment can no longer be moved online. You could move it yourself until Tue, Mar 3, 8:59 AM EST, "
        "24 hours ahead. That was 1 h 45 min ago. If Maya cancels it for you, a fee of up to $75.00 may apply, as you "
        "agreed on Jan 12, 2026. Maya can reduce or waive it. To move it, call Maya at (212) 555-0186 or write to "
        "maya.chen@example.com."
    )
    assert nothing_moved(appointment)


def test_a_client_whom_the_provider_asked_to_move_is_not_late(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    asked_to_move(appointment)
    assert move(appointment).start == MONDAY_11


def test_a_provider_moves_until_the_start_and_not_after_it(maya: Provider, jordan: Client) -> None:
    by = Actor.provider(maya.user_id)
    appointment = late(maya, jordan)
    with pytest.raises(refusals.Started, match="has started, so it can’t be moved here"):
        move(appointment, by, at=appointment.start)
    assert nothing_moved(appointment)
    assert move(appointment, by, at=appointment.start - timedelta(seconds=1)).start == MONDAY_11


def test_the_office_corrects_also_afterwards(maya: Provider, jordan: Client, office: User) -> None:
    appointment = late(maya, jordan)
    assert move(appointment, Actor.admin(office.pk), at=appointment.end + ONE_HOUR).start == MONDAY_11


@pytest.mark.parametrize("status", ["canceled", "no_show", "completed"])
def test_what_is_no_longer_booked_does_not_move(maya: Provider, jordan: Client, status: str) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10, status=status)
    with pytest.raises(refusals.NothingToMove, match="nothing left to move"):
        move(appointment)
    assert nothing_moved(appointment)


def test_the_same_time_again_is_refused_kindly(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    with pytest.raises(refusals.AlreadyThen, match=r"at that time already\. Nothing was sent twice"):
        move(appointment, start=FRIDAY_10)
    assert nothing_moved(appointment)


def test_where_care_has_ended_nothing_moves(maya: Provider, jordan: Client, care: CareRelationship) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    care.ended_at = NOW
    care.save()
    for by, words in ((Actor.client(), "can’t be moved online"), (Actor.provider(maya.user_id), "has ended here")):
        with pytest.raises(refusals.CareEnded, match=words):
            move(appointment, by)
    assert nothing_moved(appointment)


# --- Openings ---


def test_a_time_that_is_taken_is_refused_with_the_nearest_others(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    booked(maya, make_client(maya), start=MONDAY_11)
    with pytest.raises(refusals.NotOpen, match=r"so nothing was moved\. Other times near it") as refused:
        move(appointment)
    assert MONDAY_11 not in refused.value.nearest
    assert nothing_moved(appointment)


def test_its_own_time_does_not_count_as_taken(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    half_later = FRIDAY_10 + timedelta(minutes=30)
    assert move(appointment, start=half_later).start == half_later


def test_its_own_time_is_not_offered_among_the_nearest(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    booked(maya, make_client(maya), start=FRIDAY_10 + ONE_HOUR)
    with pytest.raises(refusals.NotOpen) as refused:
        move(appointment, start=FRIDAY_10 + ONE_HOUR)
    assert FRIDAY_10 not in refused.value.nearest


def test_the_minimum_notice_is_the_clients_alone(maya: Provider, jordan: Client) -> None:
    near = NOW + timedelta(hours=3, minutes=16)
    appointment = booked(maya, jordan, start=FRIDAY_10)
    with pytest.raises(refusals.NotOpen):
        move(appointment, start=near, knows_it_is_near=True)
    assert move(appointment, Actor.provider(maya.user_id), start=near).start == near


def test_a_format_that_is_not_offered_is_refused(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    maya.offers_in_person = False
    maya.save()
    with pytest.raises(refusals.FormatNotOffered, match="so nothing was moved"):
        move(appointment, format=Format.IN_PERSON)
    assert nothing_moved(appointment)


def test_a_time_inside_the_notice_is_moved_to_only_by_a_client_who_knows(maya: Provider, jordan: Client) -> None:
    near = NOW + timedelta(hours=22, minutes=16)
    appointment = booked(maya, jordan, start=FRIDAY_10)
    with pytest.raises(refusals.InsideNotice) as refused:
        move(appointment, start=near)
    assert plain(str(refused.value)) == (
        "This is less than 24 hours ahead, so it can’t be canceled online. If you cancel or do not come, "
        "a fee of up to $75.00 may apply. Nothing is moved yet."
    )
    assert nothing_moved(appointment)
    assert move(appointment, start=near, knows_it_is_near=True).start == near
    with pytest.raises(refusals.AlreadyThen):  # pressed twice: there already, not too late
        move(appointment, start=near, knows_it_is_near=True)


# --- The policy ---


@pytest.mark.parametrize("more", [{"hours": 48}, {"fee": 90}, {"no_show": 90}])
def test_a_policy_that_asks_for_more_is_agreed_to_anew(maya: Provider, jordan: Client, more: dict[str, int]) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    agreed, asks_more = policy_of(maya), new_policy(maya, **more)
    with pytest.raises(refusals.NotAgreed, match="Nothing was moved: it needs your agreement"):
        move(appointment)
    with pytest.raises(refusals.PolicyChanged, match="so nothing was moved"):
        move(appointment, agreed=agreed)
    assert nothing_moved(appointment)
    done = move(appointment, agreed=asks_more)
    done.refresh_from_db()
    assert (done.acknowledged_policy, done.acknowledged_at) == (asks_more, NOW)
    assert HistoryEntry.objects.get(kind="moved").facts["agreed"] == "anew"


@pytest.mark.parametrize("less", [{"hours": 12}, {"fee": 50}, {"hours": 12, "no_show": 0}, {}])
def test_a_policy_that_asks_for_no_more_leaves_what_was_agreed_to(
    maya: Provider, jordan: Client, less: dict[str, int]
) -> None:
    appointment, agreed = booked(maya, jordan, start=FRIDAY_10), policy_of(maya)
    done = move(appointment, agreed=new_policy(maya, **less))
    assert (done.acknowledged_policy, done.acknowledged_at) == (agreed, BOOKED_AT)


def test_a_provider_agrees_to_nothing_in_the_clients_place(maya: Provider, jordan: Client) -> None:
    appointment, agreed = booked(maya, jordan, start=FRIDAY_10), policy_of(maya)
    done = move(appointment, Actor.provider(maya.user_id), agreed=new_policy(maya, fee=90))
    assert (done.acknowledged_policy, done.acknowledged_at) == (agreed, BOOKED_AT)


def test_a_client_who_was_never_asked_agrees_when_they_move(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10, acknowledged=None)
    with pytest.raises(refusals.NotAgreed):
        move(appointment)
    assert move(appointment, agreed=policy_of(maya)).acknowledged_at == NOW


def test_a_payer_that_forbids_fees_is_not_named_when_the_time_is_near(maya: Provider, jordan: Client) -> None:
    jordan.payer = Payer.objects.get(name="Medicaid")
    jordan.save()
    with pytest.raises(refusals.InsideNotice, match="no fee applies"):
        move(booked(maya, jordan, start=FRIDAY_10), start=NOW + timedelta(hours=22, minutes=16))


# --- What hangs on it ---


def test_what_the_client_asked_late_is_no_longer_needed(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    reason = CancellationReason.objects.get(key="not-well")
    LateRequest.objects.create(appointment=appointment, asked_at=NOW, reason=reason)
    move(appointment, Actor.provider(maya.user_id))
    request = LateRequest.objects.get()
    assert (request.answer, request.answered_at) == ("moot", NOW)


@pytest.mark.parametrize("block", [True, False])
def test_the_providers_question_is_answered_and_the_freed_time_blocked_if_they_wished(
    maya: Provider, jordan: Client, block: bool
) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    asked_to_move(appointment, block=block)
    move(appointment)
    request = RescheduleRequest.objects.get()
    assert (request.outcome, request.closed_at) == ("moved", NOW)
    spans = [Span(off.begins, off.ends) for off in TimeOff.objects.all()]
    assert spans == ([Span(FRIDAY_10, FRIDAY_10 + LENGTH)] if block else [])
    assert ("time off" in OutboxMessage.objects.get(kind="moved", about=f"provider:{maya.pk}").text) is block


def test_time_that_is_to_be_blocked_is_no_time_to_move_into(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    asked_to_move(appointment, block=True)
    with pytest.raises(refusals.NotOpen):
        move(appointment, start=FRIDAY_10 + timedelta(minutes=30))


@pytest.mark.only_sqlite
def test_a_move_takes_as_many_queries_beside_30_appointments_as_beside_1(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)

    def queries(**to: object) -> int:
        with CaptureQueriesContext(connection) as captured:
            move(appointment, None, **to)
        return len(captured)

    move(appointment, start=FRIDAY_10 + ONE_HOUR)  # each move counted below drops the mails of one before
    alone = queries()
    for number in range(30):
        booked(maya, make_client(maya, signs_in=False), start=FRIDAY_10 + timedelta(days=7 + number))
    assert queries(start=FRIDAY_10) == alone
    assert alone <= 25
