"""Booking: what may be booked by whom, what is acknowledged, and being second."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import booking, cancellation, refusals
from appointments.drafts import Notes
from appointments.models import Appointment, CancellationReason, HistoryEntry
from appointments.tests.factories import NOW, booked
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import FeePolicy, Provider, TimeOff, User
from practice.models.provider import Format
from practice.policies import supersede
from practice.zones import instant_of, plain

# Friday, March 6, 2026, 10:00 AM in New York: 71 hours ahead of NOW, in Maya's hours.
FRIDAY_10 = datetime(2026, 3, 6, 15, tzinfo=UTC)
ONE_HOUR = timedelta(hours=1)


def policy_of(provider: Provider) -> FeePolicy:
    return provider.fee_policies.in_force(at=NOW)


def book(care: CareRelationship, by: Actor | None = None, **changes: object) -> Appointment:
    """As the client does it behind the link, unless told otherwise."""
    facts: dict[str, object] = {
        "start": FRIDAY_10, "format": Format.VIDEO, "at": NOW, "agreed": policy_of(care.provider),
    }  # fmt: skip
    return booking.book(care, by=by or Actor.client(), **(facts | changes))  # type: ignore[arg-type]


def nothing_happened() -> bool:
    return not (Appointment.objects.exists() or OutboxMessage.objects.exists() or HistoryEntry.objects.exists())


# --- What a booking keeps ---


def test_a_client_books_and_what_they_agreed_to_is_kept(care: CareRelationship) -> None:
    done = book(care, format=Format.IN_PERSON)
    done.refresh_from_db()
    assert (done.provider, done.client, done.status) == (care.provider, care.client, "booked")
    assert (done.start, done.end) == (FRIDAY_10, FRIDAY_10 + timedelta(minutes=50))
    assert (done.booked_at, done.format, done.sequence) == (NOW, "in_person", 0)
    assert (done.acknowledged_policy, done.acknowledged_at) == (policy_of(care.provider), NOW)
    assert done.organizer == "office@alderstreet.example"
    assert done.replaces is None


def test_the_record_tells_who_booked_and_both_mails(care: CareRelationship) -> None:
    done = book(care)
    entry = HistoryEntry.objects.get()
    assert (entry.appointment, entry.kind, entry.actor, entry.user, entry.at) == (done, "booked", "client", None, NOW)
    assert entry.facts == {"start": "2026-03-06T15:00:00+00:00", "end": "2026-03-06T15:50:00+00:00"}
    assert set(entry.messages.values_list("key", flat=True)) == {
        f"booking:{done.pk}:client",
        f"booking:{done.pk}:provider",
    }


def test_what_a_provider_books_is_never_acknowledged(care: CareRelationship, maya: Provider) -> None:
    done = book(care, Actor.provider(maya.user_id), agreed=None)
    assert (done.acknowledged_policy, done.acknowledged_at) == (None, None)
    assert HistoryEntry.objects.get().actor == "provider"


def test_not_even_a_policy_handed_over_makes_the_office_agree_for_the_client(
    care: CareRelationship, office: User
) -> None:
    done = book(care, Actor.admin(office.pk))
    assert (done.acknowledged_policy, done.acknowledged_at) == (None, None)


# --- The agreement ---


def test_a_client_who_did_not_agree_books_nothing(care: CareRelationship) -> None:
    with pytest.raises(refusals.NotAgreed, match="it needs your agreement"):
        book(care, agreed=None)
    assert nothing_happened()


def test_agreeing_to_a_superseded_policy_books_nothing(care: CareRelationship, maya: Provider) -> None:
    shown = policy_of(maya)
    supersede(maya, terms=Terms(24, shown.late_fee, shown.no_show_fee, 15), by=Actor.provider(maya.user_id), at=NOW)
    with pytest.raises(refusals.PolicyChanged, match="Read it again before you agree"):
        book(care, agreed=shown)
    assert nothing_happened()
    assert book(care).acknowledged_policy == policy_of(maya)


def test_agreeing_to_another_providers_policy_books_nothing(care: CareRelationship, sam: Provider) -> None:
    with pytest.raises(refusals.PolicyChanged):
        book(care, agreed=policy_of(sam))
    assert nothing_happened()


# --- Openings ---


@pytest.mark.parametrize(
    ("what", "start"),
    [
        ("outside the hours", FRIDAY_10 - 2 * ONE_HOUR),
        ("beside the increment", FRIDAY_10 + timedelta(minutes=10)),
        ("to the second", FRIDAY_10 + timedelta(seconds=1)),
        ("so late that the session would not end in time", FRIDAY_10 + 6.5 * ONE_HOUR),
        ("on a Sunday", FRIDAY_10 + timedelta(days=2)),
        ("inside the minimum notice", NOW + timedelta(hours=3, minutes=16)),
        ("in the past", NOW - timedelta(hours=1, minutes=44)),
        ("beyond the horizon", FRIDAY_10 + timedelta(days=70, hours=-1)),
    ],
)
def test_a_time_that_is_no_opening_is_refused(care: CareRelationship, what: str, start: object) -> None:
    with pytest.raises(refusals.NotOpen):
        book(care, start=start)
    assert nothing_happened(), what


def test_the_minimum_notice_is_the_clients_alone(care: CareRelationship, maya: Provider) -> None:
    near = NOW + timedelta(hours=3, minutes=16)
    assert book(care, Actor.provider(maya.user_id), start=near, agreed=None).start == near


def test_time_off_is_not_booked_over(care: CareRelationship, maya: Provider) -> None:
    TimeOff.objects.create(provider=maya, begins=FRIDAY_10 - ONE_HOUR, ends=FRIDAY_10 + timedelta(minutes=1))
    with pytest.raises(refusals.NotOpen):
        book(care)


def test_a_time_taken_meanwhile_is_refused_with_the_nearest_others(care: CareRelationship, maya: Provider) -> None:
    booked(maya, make_client(maya), start=FRIDAY_10)
    with pytest.raises(refusals.NotOpen, match=r"so nothing was booked.* Other times near it") as refused:
        book(care)
    minutes = [(start - FRIDAY_10) / timedelta(minutes=1) for start in refused.value.nearest]
    assert minutes == [-60, 60, 90]
    assert Appointment.objects.count() == 1


def test_a_canceled_time_is_free_again_at_once(care: CareRelationship, maya: Provider) -> None:
    booked(maya, make_client(maya), start=FRIDAY_10, status="canceled")
    assert book(care).start == FRIDAY_10


def test_another_providers_booking_takes_nothing(care: CareRelationship, sam: Provider) -> None:
    booked(sam, make_client(sam), start=FRIDAY_10)
    assert book(care).start == FRIDAY_10


def test_a_format_that_is_not_offered_is_refused(care: CareRelationship, maya: Provider) -> None:
    maya.offers_in_person = False
    maya.save()
    with pytest.raises(refusals.FormatNotOffered, match="Maya no longer offers that format"):
        book(care, format=Format.IN_PERSON)
    assert nothing_happened()


# --- Inside the notice ---


def test_a_time_inside_the_notice_is_booked_only_by_a_client_who_knows(care: CareRelationship) -> None:
    near = NOW + timedelta(hours=22, minutes=16)
    with pytest.raises(refusals.InsideNotice) as refused:
        book(care, start=near)
    assert plain(str(refused.value)) == (
        "This is less than 24 hours ahead, so it can’t be canceled online. "
        "If you cancel or do not come, a fee of up to $75.00 may apply. Nothing is booked yet."
    )
    assert nothing_happened()
    assert book(care, start=near, knows_it_is_near=True).start == near


def test_the_notice_is_exact_to_the_microsecond(care: CareRelationship) -> None:
    start = NOW + timedelta(hours=23, minutes=16)
    with pytest.raises(refusals.InsideNotice):
        book(care, start=start, at=start - timedelta(hours=24) + timedelta(microseconds=1))
    assert book(care, start=start, at=start - timedelta(hours=24)).start == start


def test_a_payer_who_forbids_fees_is_not_named(care: CareRelationship, jordan: Client) -> None:
    jordan.payer = Payer.objects.get(name="Medicaid")
    jordan.save()
    with pytest.raises(refusals.InsideNotice) as refused:
        book(care, start=NOW + timedelta(hours=22, minutes=16))
    assert "If you cancel or do not come, no fee applies. Nothing is booked yet." in str(refused.value)
    assert "Medicaid" not in str(refused.value)


def test_over_a_clock_change_24_hours_are_elapsed_hours(care: CareRelationship) -> None:
    """Clocks go forward on Sunday, March 8: Monday 9:00 AM EDT is 24 hours after Sunday 9:00 AM EDT, 8:00 AM EST."""
    monday = instant_of(datetime(2026, 3, 9, 9), "America/New_York")
    sunday = instant_of(datetime(2026, 3, 8, 9), "America/New_York")
    with pytest.raises(refusals.InsideNotice):
        book(care, start=monday, at=sunday + timedelta(microseconds=1))
    assert book(care, start=monday, at=sunday).start == monday


# --- Twice, and after the end ---


def test_the_same_booking_twice_leads_to_the_first(care: CareRelationship) -> None:
    first = book(care)
    with pytest.raises(refusals.AlreadyBooked) as refused:
        book(care, format=Format.IN_PERSON)
    assert refused.value.appointment == first
    assert (Appointment.objects.count(), OutboxMessage.objects.count(), HistoryEntry.objects.count()) == (1, 2, 1)


def test_another_client_learns_nothing_of_who_was_first(care: CareRelationship, maya: Provider) -> None:
    book(care)
    other = care_of(make_client(maya), maya)
    with pytest.raises(refusals.NotOpen) as refused:
        book(other)
    assert "Jordan" not in str(refused.value)


def test_a_provider_who_no_longer_works_here_is_booked_by_nobody(care: CareRelationship, maya: Provider) -> None:
    maya.user.is_active = False
    maya.user.save()
    with pytest.raises(refusals.LinkEnded):
        book(care)
    assert nothing_happened()


def test_a_relationship_that_ended_books_nothing_whoever_asks(care: CareRelationship, maya: Provider) -> None:
    stale = CareRelationship.objects.get(pk=care.pk)
    care.ended_at = NOW
    care.save()
    with pytest.raises(refusals.LinkEnded, match=r"no longer books appointments\. Call .* or write to office@"):
        book(stale)
    with pytest.raises(refusals.LinkEnded, match="Your work with Jordan has ended here"):
        book(stale, Actor.provider(maya.user_id), agreed=None)
    assert nothing_happened()


def test_a_link_replaced_meanwhile_books_nothing_and_the_provider_still_may(
    care: CareRelationship, maya: Provider
) -> None:
    stale = CareRelationship.objects.get(pk=care.pk)
    care.booking_token = "another"
    care.save()
    with pytest.raises(refusals.LinkEnded):
        book(stale)
    assert nothing_happened()
    assert book(stale, Actor.provider(maya.user_id), agreed=None).status == "booked"


# --- What a booking makes up for ---


def canceled(care: CareRelationship, *, days_ago: int) -> Appointment:
    at = NOW - timedelta(days=days_ago)
    appointment = booked(care.provider, care.client, start=at + timedelta(hours=48))
    cancellation.cancel(
        appointment,
        by=Actor.client(),
        reason=CancellationReason.objects.get(key="not-well"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=at,
    )
    return appointment


def test_a_booking_makes_up_for_the_last_canceled_one(care: CareRelationship) -> None:
    earlier, last = canceled(care, days_ago=9), canceled(care, days_ago=2)
    assert book(care).replaces == last
    assert book(care, start=FRIDAY_10 + ONE_HOUR).replaces == earlier
    assert book(care, start=FRIDAY_10 + 2 * ONE_HOUR).replaces is None


def test_after_thirty_days_a_booking_makes_up_for_nothing(care: CareRelationship) -> None:
    canceled(care, days_ago=31)
    assert book(care).replaces is None
    on_the_day = canceled(care, days_ago=30)
    assert book(care, start=FRIDAY_10 + ONE_HOUR).replaces == on_the_day


def test_another_clients_cancellation_is_nothing_to_make_up_for(care: CareRelationship, maya: Provider) -> None:
    canceled(care_of(make_client(maya), maya), days_ago=2)
    assert book(care).replaces is None


# --- Cost ---


@pytest.mark.only_sqlite
def test_a_booking_takes_as_many_queries_beside_30_as_beside_1(care: CareRelationship, maya: Provider) -> None:
    booked(maya, care.client, start=FRIDAY_10 + ONE_HOUR)
    assert care.provider == maya  # read, so that only the act's own queries are counted
    with CaptureQueriesContext(connection) as beside_one:
        book(care)
    for number in range(30):
        booked(maya, care.client, start=FRIDAY_10 + timedelta(days=7 + number))
    with CaptureQueriesContext(connection) as beside_many:
        book(care, start=FRIDAY_10 + 2 * ONE_HOUR)
    assert len(beside_many) == len(beside_one)
