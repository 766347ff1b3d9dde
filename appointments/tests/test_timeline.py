"""The timeline: each event as its reader says it, each mail as it stands now."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from appointments import booking, cancellation, fees, history, late_requests, timeline
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason, HistoryEntry
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.paying import paid
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor, ActorKind
from practice.models import Provider, User
from practice.models.provider import Format
from practice.zones import plain


def cancel(
    appointment: Appointment,
    *,
    by: Actor,
    key: str = "client-asked",
    told_at: datetime | None = None,
    fee: FeeDecision | None = None,
    private: str = "",
) -> None:
    cancellation.cancel(
        appointment,
        by=by,
        reason=CancellationReason.objects.get(key=key),
        told_at=told_at,
        notes=Notes(private=private),
        send_link=True,
        fee=fee,
        at=NOW,
    )


def told(appointment: Appointment, reader: ActorKind, at: datetime = NOW) -> list[timeline.Item]:
    return timeline.items(Appointment.objects.with_people().get(pk=appointment.pk), reader=reader, at=at)


def words(items: list[timeline.Item]) -> list[str]:
    """Everything a reader could read."""
    return [
        plain(text)
        for item in items
        for text in [item.sentence, *item.details, item.when, *(mail.words for mail in item.mails)]
    ]


def stand(kind: str, status: Status, minutes: int) -> None:
    """The mail to a client or provider moves on, by the mail provider's word."""
    at = NOW + timedelta(minutes=minutes)
    OutboxMessage.objects.filter(about__startswith=f"{kind}:").update(status=status, **{f"{status}_at": at})


def test_newest_first_as_the_provider_says_it(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    decision = FeeDecision(FeeChoice.REDUCE, Decimal("75.00"), Decimal("40.00"), "First time late")
    cancel(appointment, by=Actor.provider(maya.user_id), fee=decision)
    assert words(told(appointment, ActorKind.PROVIDER)) == [
        "You reduced the late fee from $75.00 to $40.00",
        "First time late",
        "Today, 10:44 AM EST",
        "You canceled it",
        "Jordan asked to cancel, 22 h 15 min before the start",
        "Today, 10:44 AM EST",
        "Jordan’s mail is queued",
        "Your mail is queued",
        "Jordan booked it and agreed to the policy",
        "Mon, Jan 12, 7:06 PM EST",
    ]


def test_the_client_reads_it_without_what_is_the_providers(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    decision = FeeDecision(FeeChoice.WAIVE, Decimal("75.00"), why="First time late")
    cancel(appointment, by=Actor.provider(maya.user_id), fee=decision, private="Third time this month.")
    assert words(told(appointment, ActorKind.CLIENT)) == [
        "Maya waived the late fee of $75.00",
        "Today, 10:44 AM EST",
        "Maya canceled it",
        "As you asked, Maya canceled this appointment.",
        "Today, 10:44 AM EST",
        "Your mail is queued",
        "Maya’s mail is queued",
        "You booked it and agreed to the policy",
        "Mon, Jan 12, 7:06 PM EST",
    ]


def test_each_reads_instants_in_their_own_zone(maya: Provider) -> None:
    priya = make_client(maya, first_name="Priya", time_zone="America/Los_Angeles")
    appointment = on_time(maya, priya)
    cancel(appointment, by=Actor.client(priya.user_id), key="not-well")
    assert plain(told(appointment, ActorKind.CLIENT)[0].when) == "Today, 7:44 AM PST"
    assert plain(told(appointment, ActorKind.PROVIDER)[0].when) == "Today, 10:44 AM EST"
    assert words(told(appointment, ActorKind.PROVIDER))[:2] == [
        "Priya canceled it",
        "Priya is not well, 26 h before the start",
    ]
    assert words(told(appointment, ActorKind.CLIENT))[:2] == ["You canceled it", "I am not well"]


def test_when_it_was_told_is_kept_beside_when_it_was_entered(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=20))
    cancel(appointment, by=Actor.provider(maya.user_id), told_at=NOW - timedelta(hours=6))
    assert [plain(line) for line in told(appointment, ActorKind.PROVIDER)[0].details] == [
        "Jordan asked to cancel, 26 h before the start",
        "Told Tue, Mar 3, 4:44 AM EST, entered 20 h before the start",
    ]


def test_the_office_is_named_as_the_office(maya: Provider, jordan: Client, office: User) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, by=Actor.admin(office.pk))
    fees.waive(appointment.fees.get(), why="Our mistake", by=Actor.admin(office.pk), at=NOW)
    items = told(appointment, ActorKind.PROVIDER)
    assert [item.sentence for item in items] == [
        "The office waived the late fee of $75.00",
        "The office canceled it",
        "Jordan booked it and agreed to the policy",
    ]
    assert items[0].details == ["Our mistake"]


def test_why_the_office_brought_it_back_is_told_to_the_provider_alone(
    maya: Provider, jordan: Client, office: User
) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, by=Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, Decimal("75.00")))
    cancellation.restore(appointment, by=Actor.admin(office.pk), at=NOW, why="The wrong Jordan")
    void = "The fee of $75.00 for canceling no longer applies."
    to_her, to_them = (told(appointment, reader)[0] for reader in (ActorKind.PROVIDER, ActorKind.CLIENT))
    assert (to_her.sentence, to_her.details) == ("The office brought it back", ["The wrong Jordan", void])
    assert (to_them.sentence, to_them.details) == ("The office brought it back", [void])


def test_why_the_office_moved_it_is_told_to_the_provider_alone(maya: Provider, jordan: Client, office: User) -> None:
    appointment, by = late(maya, jordan), Actor.admin(office.pk)
    start = datetime(2026, 3, 6, 15, tzinfo=UTC)
    booking.reschedule(appointment, start=start, format=Format.VIDEO, by=by, at=NOW, why="Told on the phone")
    to_her, to_them = (told(appointment, reader)[0] for reader in (ActorKind.PROVIDER, ActorKind.CLIENT))
    assert plain(to_her.sentence) == plain(to_them.sentence) == "The office moved it to Fri, Mar 6, 10:00 AM EST"
    assert [plain(line) for line in to_her.details] == ["From Wed, Mar 4, 8:59 AM EST", "Told on the phone"]
    assert [plain(line) for line in to_them.details] == ["From Wed, Mar 4, 8:59 AM EST"]


def test_a_fee_paid_is_told_with_how(maya: Provider, jordan: Client, office: User) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, by=Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, Decimal("75.00")))
    paid(appointment.fees.get(), by=Actor.admin(office.pk), at=NOW)
    settled, charged, *_ = told(appointment, ActorKind.PROVIDER)
    assert settled.sentence == "The office marked the fee of $75.00 as paid"
    assert settled.details == ["Check, 1042, on Mar\xa03,\xa02026"]
    assert charged.sentence == "You charged the late fee of $75.00"
    assert told(appointment, ActorKind.CLIENT)[0].details == settled.details


def test_a_payment_taken_back_is_told_and_its_why_to_the_provider_alone(
    maya: Provider, jordan: Client, office: User
) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, by=Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, Decimal("75.00")))
    paid(appointment.fees.get(), by=Actor.provider(maya.user_id))
    fees.unsettle(appointment.fees.get(), why="It bounced", by=Actor.admin(office.pk), at=NOW)
    taken_back, *_ = told(appointment, ActorKind.PROVIDER)
    assert taken_back.sentence == "The office took back that the fee of $75.00 was paid: it is due again"
    assert taken_back.details == ["It bounced"]
    assert told(appointment, ActorKind.CLIENT)[0].details == []


def test_a_fee_paid_before_payments_were_kept_is_told_as_it_was(maya: Provider, jordan: Client, office: User) -> None:
    appointment = late(maya, jordan)
    HistoryEntry.objects.create(
        appointment=appointment, kind="fee_paid", at=NOW, actor="admin", user=office,
        facts={"status": "paid", "assessed": "75.00", "amount": "75.00", "why": "Check 1042"},
    )  # fmt: skip
    settled, *_ = told(appointment, ActorKind.PROVIDER)
    assert (settled.sentence, settled.details) == ("The office marked the fee of $75.00 as paid", ["Check 1042"])
    assert told(appointment, ActorKind.CLIENT)[0].details == []


def test_a_booking_made_for_the_client_says_what_was_not_asked(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, acknowledged=None)
    HistoryEntry._base_manager.filter(appointment=appointment).update(actor="provider", user=maya.user)
    [item] = told(appointment, ActorKind.PROVIDER)
    assert item.sentence == "You booked it for Jordan"
    assert item.details == ["No fee can follow: Jordan has not agreed to your fee policy for this appointment."]
    assert told(appointment, ActorKind.CLIENT)[0].sentence == "Maya booked it for you"


def test_what_nobody_did_is_told_without_a_name(maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan)
    history.record(appointment, HistoryEntry.Kind.COMPLETED, by=Actor.system(), at=NOW)
    assert told(appointment, ActorKind.PROVIDER)[0].sentence == "The practice marked it as attended"


@pytest.mark.parametrize(
    ("status", "to_client", "to_provider"),
    [
        (Status.SENT, "Jordan was told: sent 10:46 AM", "You were told: sent 10:46 AM"),
        (Status.DELIVERED, "Jordan was told: delivered 10:46 AM", "You were told: delivered 10:46 AM"),
        (Status.BOUNCED, "Jordan’s mail bounced 10:46 AM", "Your mail bounced 10:46 AM"),
        (Status.COMPLAINED, "Jordan’s mail was marked as spam 10:46 AM", "Your mail was marked as spam 10:46 AM"),
        (Status.FAILED, "Jordan’s mail failed 10:46 AM", "Your mail failed 10:46 AM"),
        (Status.DROPPED, "Jordan’s mail was not sent", "Your mail was not sent"),
    ],
)
def test_a_mail_is_told_as_it_stands_now(
    maya: Provider, jordan: Client, status: Status, to_client: str, to_provider: str
) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, by=Actor.provider(maya.user_id))
    stand("client", status, minutes=2)
    stand("provider", status, minutes=2)
    mails = told(appointment, ActorKind.PROVIDER)[0].mails
    assert [plain(mail.words) for mail in mails] == [to_client, to_provider]
    assert [mail.status for mail in mails] == [status, status]


def test_a_mail_that_came_back_another_day_says_which(maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    cancel(appointment, by=Actor.provider(maya.user_id))
    stand("client", Status.BOUNCED, minutes=60 * 49)
    mail = told(appointment, ActorKind.PROVIDER, NOW + timedelta(days=9))[0].mails[0]
    assert plain(mail.words) == "Jordan’s mail bounced Thu, Mar 5, 11:44 AM"


def test_the_newest_mail_to_the_client_is_found(maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    assert timeline.newest(told(appointment, ActorKind.PROVIDER), to_client=True) is None
    cancel(appointment, by=Actor.admin(maya.user_id))
    decision = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))
    fees.decide(appointment.fees.get(), decision=decision, by=Actor.provider(maya.user_id), at=NOW)
    mail = timeline.newest(told(appointment, ActorKind.PROVIDER), to_client=True)
    assert mail is not None
    assert mail.message.kind == "fee_decided"


@pytest.mark.only_sqlite
def test_it_takes_three_queries_however_much_happened(
    maya: Provider, jordan: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, by=Actor.provider(maya.user_id), fee=FeeDecision(FeeChoice.CHARGE, Decimal("75.00")))
    for _ in range(30):
        history.record(appointment, HistoryEntry.Kind.COMPLETED, by=Actor.system(), at=NOW)
    appointment = Appointment.objects.with_people().get(pk=appointment.pk)
    with django_assert_num_queries(3):
        assert len(timeline.items(appointment, reader=ActorKind.PROVIDER, at=NOW)) == 33


def test_what_was_asked_late_and_taken_back_reads_as_each_says_it(maya: Provider, jordan: Client) -> None:
    appointment, her, theirs = late(maya, jordan), Actor.provider(maya.user_id), Actor.client(jordan.user_id)
    asked = late_requests.ask(
        appointment,
        by=theirs,
        reason=CancellationReason.objects.get(key="not-well"),
        note="A fever.",
        at=NOW - timedelta(minutes=9),
    )
    late_requests.decline(asked, by=her, words="Let us meet by video.", at=NOW - timedelta(minutes=5))
    cancel(appointment, by=her, fee=FeeDecision(FeeChoice.CHARGE, Decimal("75.00")))
    cancellation.restore(appointment, by=her, at=NOW + timedelta(minutes=1))
    void = "The fee of $75.00 for canceling no longer applies."
    to_her, to_them = (told(appointment, reader) for reader in (ActorKind.PROVIDER, ActorKind.CLIENT))
    assert [plain(item.sentence) for item in to_her if item.kind not in ("fee_decided", "booked")] == [
        "You brought it back",
        "You canceled it",
        "You declined to cancel it",
        "Jordan asked you to cancel it, 22 h 24 min before the start",
    ]
    assert [plain(item.sentence) for item in to_them if item.kind not in ("fee_decided", "booked")] == [
        "Maya brought it back",
        "Maya canceled it",
        "Maya did not cancel it",
        "You asked Maya to cancel it, 22 h 24 min before the start",
    ]
    for items, why in ((to_her, "Jordan is not well"), (to_them, "I am not well")):
        details = {item.kind: item.details for item in items}
        assert details["restored"] == [void]
        assert details["late_declined"] == ["Let us meet by video."]
        assert details["late_request"] == [why]
