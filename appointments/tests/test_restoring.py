"""Taking a cancellation back: until the start, by whom, into a time still free; everything returns as it was."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from appointments import booking, cancellation, fees, refusals, restore_refusals
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.paying import paid
from appointments.tests.test_booking import FRIDAY_10, policy_of
from appointments.tests.test_cancellation import cancel
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, TimeOff
from practice.models.provider import Format

SOON = NOW + timedelta(minutes=6)
CHARGED = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))


@pytest.fixture
def theirs(jordan: Client) -> Actor:
    return Actor.client(jordan.user_id)


def restore(appointment: Appointment, by: Actor, **changes: object) -> Appointment:
    return cancellation.restore(appointment, by=by, **({"at": SOON} | changes))  # type: ignore[arg-type]


def deliver_all() -> None:
    OutboxMessage.objects.filter(status="queued").update(status="delivered", sent_at=NOW, delivered_at=NOW)


def plain(refused: pytest.ExceptionInfo[Exception]) -> str:
    return str(refused.value).replace("\xa0", " ")


def test_everything_returns_as_it_was(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = late(maya, jordan)
    kept = Appointment.objects.filter(pk=appointment.pk).values().get()
    done = cancel(appointment, her, fee=CHARGED)
    deliver_all()

    restored = restore(appointment, her)

    now = Appointment.objects.filter(pk=appointment.pk).values().get()
    assert now == kept | {"sequence": 2}
    assert (restored.cancellation, restored.fee) == (None, None)
    done.refresh_from_db()
    assert (done.undone_at, done.undone_actor, done.undone_by) == (SOON, "provider", maya.user)
    assert Fee.objects.get().status == "void"
    entry = HistoryEntry.objects.latest("id")
    assert (entry.kind, entry.at, entry.user, entry.facts) == ("restored", SOON, maya.user, {"void": "75.00"})
    assert [(mail.key, mail.calendar_method) for mail in entry.messages.order_by("id")] == [
        (f"restoring:{done.pk}:client", "REQUEST"), (f"restoring:{done.pk}:provider", "REQUEST"),
    ]  # fmt: skip


@pytest.mark.parametrize("decision", [None, CHARGED, FeeDecision(FeeChoice.WAIVE, Decimal("75.00"), why="First time")])
def test_a_fee_is_void_whatever_was_decided(
    maya: Provider, jordan: Client, her: Actor, decision: FeeDecision | None
) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, her if decision else Actor.admin(maya.user_id), fee=decision)
    restore(appointment, her)
    assert Fee.objects.get().status == "void"
    # Another late cancellation has a fee of its own.
    cancel(appointment, her, fee=CHARGED, at=SOON)
    assert sorted(Fee.objects.values_list("status", flat=True)) == ["due", "void"]


def test_a_paid_fee_has_to_be_settled_first(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, her, fee=CHARGED)
    paid(Fee.objects.get(), by=Actor.admin(maya.user_id), at=SOON)
    with pytest.raises(restore_refusals.FeePaid) as refused:
        restore(appointment, her)
    assert plain(refused) == (
        "Jordan has paid the fee of $75.00 for this cancellation, so that has to be settled first. "
        "The office can help: call (212) 555-0100 or write to office@alderstreet.example."
    )
    appointment.refresh_from_db()
    assert (appointment.status, Fee.objects.get().status) == ("canceled", "paid")


# --- Until when, and by whom ---


@pytest.mark.parametrize("by", ["client", "provider", "admin"])
def test_until_the_start_and_not_from_it_on(maya: Provider, jordan: Client, theirs: Actor, by: str) -> None:
    actor = theirs if by == "client" else getattr(Actor, by)(maya.user_id)
    appointment = on_time(maya, jordan)
    cancel(appointment, theirs, "not-well")
    with pytest.raises(restore_refusals.TimeHasCome, match="so it stays canceled"):
        restore(appointment, actor, at=appointment.start)
    assert restore(appointment, actor, at=appointment.start - timedelta(microseconds=1)).is_booked


def test_a_client_takes_back_only_their_own_cancellation(
    maya: Provider, jordan: Client, her: Actor, theirs: Actor
) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, her, "provider-unwell")
    with pytest.raises(restore_refusals.NotYours) as refused:
        restore(appointment, theirs)
    assert plain(refused) == (
        "Maya canceled this appointment, so it can’t be brought back here. To talk about it, "
        "call Maya at (212) 555-0186 or write to maya.chen@example.com."
    )
    assert restore(appointment, Actor.admin(maya.user_id)).is_booked


def test_a_client_may_inside_the_notice_too(maya: Provider, jordan: Client, theirs: Actor) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, theirs, "not-well")
    assert restore(appointment, theirs, at=appointment.start - timedelta(hours=2)).is_booked


def test_the_second_is_told_who_was_first(maya: Provider, jordan: Client, her: Actor, theirs: Actor) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, theirs, "not-well")
    restore(appointment, theirs)
    with pytest.raises(restore_refusals.AlreadyRestored) as refused:
        restore(appointment, her, at=SOON + timedelta(minutes=2))
    assert plain(refused) == "Jordan brought this appointment back at 10:50 AM, 2 min ago. Nothing was sent twice."


def test_what_was_never_canceled_is_not_brought_back(maya: Provider, jordan: Client, her: Actor) -> None:
    with pytest.raises(restore_refusals.NothingToRestore):
        restore(on_time(maya, jordan), her)
    with pytest.raises(restore_refusals.NothingToRestore):
        restore(booked(maya, jordan, start=NOW - timedelta(days=1), status="no_show"), her)


def test_once_care_has_ended_nothing_comes_back(
    maya: Provider, jordan: Client, care: CareRelationship, her: Actor, theirs: Actor
) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, theirs, "not-well")
    care.ended_at = NOW
    care.save()
    with pytest.raises(restore_refusals.CareIsOver, match="Your work with Jordan has ended here"):
        restore(appointment, her)
    with pytest.raises(restore_refusals.CareIsOver, match="can’t be brought back online"):
        restore(appointment, theirs)


# --- Into a time still free ---


def test_a_time_booked_since_is_refused_with_the_nearest_and_never_by_whom(
    maya: Provider, jordan: Client, theirs: Actor
) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    cancel(appointment, theirs, "not-well")
    booked(maya, make_client(maya, first_name="Priya"), start=FRIDAY_10 + timedelta(minutes=30))
    with pytest.raises(refusals.NotOpen) as refused:
        restore(appointment, theirs)
    assert plain(refused) == "That time has been booked since, so nothing was changed. Other times near it are below."
    assert len(refused.value.nearest) == 3
    assert all(abs(start - FRIDAY_10) < timedelta(hours=3) for start in refused.value.nearest)
    appointment.refresh_from_db()
    assert appointment.status == "canceled"
    assert not HistoryEntry.objects.filter(kind="restored").exists()


def test_one_that_only_touches_is_no_hindrance(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    cancel(appointment, her, "provider-unwell")
    booked(maya, make_client(maya), start=appointment.end)
    booked(maya, make_client(maya), start=FRIDAY_10 - maya.session_length)
    assert restore(appointment, her).is_booked


def test_time_off_keeps_a_client_away_and_not_the_provider(
    maya: Provider, jordan: Client, her: Actor, theirs: Actor
) -> None:
    appointment = booked(maya, jordan, start=FRIDAY_10)
    cancel(appointment, theirs, "not-well")
    TimeOff.objects.create(provider=maya, begins=FRIDAY_10, ends=FRIDAY_10 + timedelta(hours=2), label="Dentist")
    with pytest.raises(restore_refusals.ClosedSince, match="Maya is no longer available then") as refused:
        restore(appointment, theirs)
    assert "Dentist" not in str(refused.value)
    assert restore(appointment, her).is_booked


def test_what_was_booked_instead_makes_up_for_nothing_any_more(
    maya: Provider, jordan: Client, care: CareRelationship, her: Actor, theirs: Actor
) -> None:
    lost = booked(maya, jordan, start=FRIDAY_10)
    cancel(lost, theirs, "not-well")
    instead = booking.book(
        care, start=FRIDAY_10 + timedelta(hours=2), format=Format.VIDEO, by=theirs, at=NOW, agreed=policy_of(maya)
    )
    assert instead.replaces == lost
    restore(lost, her)
    assert list(Appointment.objects.booked().values_list("pk", "replaces")) == [(lost.pk, None), (instead.pk, None)]


# --- Who is told ---


def queued() -> list[str]:
    return list(OutboxMessage.objects.filter(status="queued").order_by("id").values_list("key", flat=True))


def test_whose_mail_is_still_queued_hears_nothing_of_either(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, her, "provider-unwell")
    restore(appointment, her)
    assert queued() == []
    assert OutboxMessage.objects.filter(status="dropped").count() == 2
    assert HistoryEntry.objects.latest("id").messages.count() == 0


def test_who_has_heard_is_told_and_who_has_not_is_not(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = on_time(maya, jordan)
    done = cancel(appointment, her, "provider-unwell")
    OutboxMessage.objects.filter(key=f"cancellation:{done.pk}:client").update(status="sent", sent_at=NOW)
    restore(appointment, her)
    assert queued() == [f"restoring:{done.pk}:client"]


def test_a_mail_in_a_workers_hands_counts_as_heard(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = on_time(maya, jordan)
    done = cancel(appointment, her, "provider-unwell")
    OutboxMessage.objects.update(leased_until=SOON + timedelta(minutes=1))
    restore(appointment, her)
    assert queued()[-2:] == [f"restoring:{done.pk}:client", f"restoring:{done.pk}:provider"]


def test_what_was_decided_about_the_fee_is_not_said_any_more(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = late(maya, jordan)
    done = cancel(appointment, Actor.admin(maya.user_id))
    deliver_all()
    fees.decide(Fee.objects.get(), decision=CHARGED, by=her, at=SOON)
    restore(appointment, her)
    assert OutboxMessage.objects.get(kind="fee_decided").status == "dropped"
    assert queued() == [f"restoring:{done.pk}:client", f"restoring:{done.pk}:provider"]


def test_who_heard_of_an_earlier_cancellation_is_told_in_the_end(maya: Provider, jordan: Client, her: Actor) -> None:
    """Canceled and told, restored and canceled again while nothing went out, and restored."""
    appointment = on_time(maya, jordan)
    cancel(appointment, her, "provider-unwell")
    deliver_all()
    restore(appointment, her)
    again = cancel(appointment, her, "provider-unwell", at=SOON + timedelta(minutes=1))
    restore(appointment, her, at=SOON + timedelta(minutes=2))
    assert queued() == [f"restoring:{again.pk}:client", f"restoring:{again.pk}:provider"]


def test_canceled_again_nobody_is_told_first_that_it_stands(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, her, "provider-unwell")
    deliver_all()
    restore(appointment, her)
    again = cancel(appointment, her, "provider-unwell", at=SOON + timedelta(minutes=1))
    assert queued() == [f"cancellation:{again.pk}:client", f"cancellation:{again.pk}:provider"]


def test_who_was_never_told_of_the_new_time_is_told_now(
    maya: Provider, jordan: Client, care: CareRelationship, her: Actor, theirs: Actor
) -> None:
    """Booked and told, moved and canceled while nothing went out: a calendar still has the old time."""
    appointment = booking.book(care, start=FRIDAY_10, format=Format.VIDEO, by=theirs, at=NOW, agreed=policy_of(maya))
    deliver_all()
    booking.reschedule(appointment, start=FRIDAY_10 + timedelta(hours=1), format=Format.VIDEO, by=her, at=NOW)
    OutboxMessage.objects.filter(status="queued").update(status="dropped", dropped_at=NOW)
    done = cancel(appointment, her, "provider-unwell")
    restore(appointment, her)
    assert queued() == [f"restoring:{done.pk}:client", f"restoring:{done.pk}:provider"]


def test_it_takes_the_same_number_of_queries_however_full_the_calendar(
    maya: Provider, jordan: Client, her: Actor, django_assert_num_queries: object
) -> None:
    care = care_of(jordan, maya)
    for day in range(2, 30):
        booked(maya, care.client, start=NOW + timedelta(days=day))
    appointment = on_time(maya, jordan)
    cancel(appointment, her, "provider-unwell")
    deliver_all()
    holds_the_address = connection.vendor == "postgresql"
    with django_assert_num_queries(22 + holds_the_address):  # type: ignore[operator]
        restore(appointment, her)
