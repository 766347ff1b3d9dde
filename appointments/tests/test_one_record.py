"""What client and provider read of one appointment: the same record, each in their own zone, and nothing private."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from appointments import booking, cancellation, fees, late_requests, timeline
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW
from appointments.tests.test_manage_links import link
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.actors import Actor, ActorKind
from practice.models import Provider
from practice.models.provider import Format
from practice.tests.reading import text

FRIDAY_10 = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRIVATE = ("Relapse, keep an eye on it", "Forgiven as it is the first time", "Jordan asked to cancel")


def reason(key: str) -> CancellationReason:
    return CancellationReason.objects.get(key=key)


@pytest.fixture
def eventful(care: CareRelationship, jordan: Client, maya: Provider, now: datetime) -> Iterator[Appointment]:
    """Booked, moved, canceled, brought back, asked late, declined, canceled late, the fee reduced: most that can be.

    Jordan lives an hour behind Maya.
    """
    jordan.time_zone = "America/Chicago"
    jordan.save()
    client, provider = Actor.client(jordan.user_id), Actor.provider(maya.user_id)
    one = booking.book(
        care, start=FRIDAY_10, format=Format.VIDEO, by=client, at=NOW, agreed=maya.fee_policies.in_force(at=NOW)
    )
    one = booking.reschedule(one, start=FRIDAY_10 + HOUR, format=Format.VIDEO, by=client, at=NOW + HOUR)
    cancellation.cancel(
        one, by=provider, reason=reason("provider-unwell"), told_at=None, notes=Notes(private=PRIVATE[0]),
        send_link=True, fee=None, at=NOW + 2 * HOUR,
    )  # fmt: skip
    one = cancellation.restore(one, by=provider, at=NOW + 3 * HOUR)
    late = one.start - 5 * HOUR
    asked = late_requests.ask(one, by=client, reason=reason("not-well"), note="Fever", at=late)
    late_requests.decline(asked, by=provider, words="We can meet by video.", at=late + HOUR)
    cancellation.cancel(
        one, by=provider, reason=reason("client-asked"), told_at=late, notes=Notes(private=PRIVATE[0]),
        send_link=True,
        fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)), at=late + 2 * HOUR,
    )  # fmt: skip
    one = Appointment.objects.with_people().get(pk=one.pk)
    assert one.fee is not None
    fees.waive(one.fee, by=provider, why=PRIVATE[1], at=late + 3 * HOUR)
    with time_machine.travel(late + 4 * HOUR, tick=False):
        yield Appointment.objects.with_people().with_outcome().get(pk=one.pk)


def test_both_read_the_same_events_and_mails_each_in_their_own_zone(eventful: Appointment) -> None:
    at = FRIDAY_10
    theirs, own = (timeline.items(eventful, reader=kind, at=at) for kind in (ActorKind.PROVIDER, ActorKind.CLIENT))
    assert [item.kind for item in reversed(own)] == [
        "booked", "moved", "canceled", "restored", "late_request", "late_declined", "canceled", "fee_decided",
        "fee_decided",
    ]  # fmt: skip
    assert [(item.kind, item.at) for item in own] == [(item.kind, item.at) for item in theirs]
    for mine, other in zip(own, theirs, strict=True):
        assert [mail.message for mail in mine.mails] == [mail.message for mail in other.mails]
        assert mine.when.endswith("CST")
        assert other.when.endswith("EST")
    assert sum(len(item.mails) for item in own) == OutboxMessage.objects.count()


def test_the_client_reads_who_when_what_was_agreed_and_how_the_fee_came_about(
    eventful: Appointment, as_jordan: Browser
) -> None:
    page = text(as_jordan.get(f"/my/appointments/{eventful.uid}/"))
    for words in (
        "You booked it and agreed to the policy Tue, Mar 3, 9:44 AM CST",
        "You moved it to Fri, Mar 6, 10:00 AM CST",
        "Maya canceled it",
        "Maya brought it back",
        "Maya did not cancel it",
        "We can meet by video.",
        "Maya waived the late fee of $75.00",
        "What you agreed to",
        "inside 24 hours",
        "Times in your time zone, Chicago time (CST).",
    ):
        assert words in page, words


def test_nothing_private_is_on_any_page_of_the_client(
    eventful: Appointment, as_jordan: Browser, as_maya: Browser
) -> None:
    for page in ("", "cancel/", "move/", "canceled/", "appointment.ics"):
        for here in (f"/my/appointments/{eventful.uid}/", link(eventful)):
            answer = as_jordan.get(f"{here}{page}", follow=True).content.decode()
            for private in PRIVATE:
                assert private not in answer, (here, page)
    for about in ("home/", "my/appointments/?show=past", "my/fees/"):
        assert not any(private in as_jordan.get(f"/{about}").content.decode() for private in PRIVATE)
    provider_reads = as_maya.get(f"/appointments/{eventful.uid}/").content.decode()
    assert all(private in provider_reads for private in PRIVATE)


def test_nothing_private_is_in_any_mail_to_the_client(eventful: Appointment) -> None:
    for mail in OutboxMessage.objects.filter(recipient=eventful.client.email):
        assert not any(private in mail.subject + mail.text + mail.html + mail.calendar for private in PRIVATE)
