"""Messages at the same instant: pressed twice, from both sides, and beside the end of care."""

from datetime import datetime
from functools import partial

import pytest

from clients import messages
from clients.models import CareRelationship, Message
from clients.refusals import CareHasEnded
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_3_presses_at_once_are_one_message_and_one_mail(care: CareRelationship, now: datetime) -> None:
    by = Actor.client(care.client.user_id)
    sent = at_once([partial(messages.send, care, by=by, text="Hello", at=now)] * 3)
    assert set(sent) == {Message.objects.get()}
    assert OutboxMessage.objects.count() == 1


def test_several_messages_at_once_are_all_kept_and_told_of_once(care: CareRelationship, now: datetime) -> None:
    by = Actor.provider(care.provider.user_id)
    sent = at_once([partial(messages.send, care, by=by, text=str(number), at=now) for number in range(3)])
    assert set(sent) == set(Message.objects.all())
    assert Message.objects.count() == 3
    assert OutboxMessage.objects.count() == 1


def test_both_sides_at_once_lose_nothing_and_read_only_what_was_there(care: CareRelationship, now: datetime) -> None:
    sides = Actor.client(care.client.user_id), Actor.provider(care.provider.user_id)
    for number in range(3):
        sent = at_once([partial(messages.send, care, by=by, text=str(number), at=now) for by in sides])
        first, second = sorted(one.pk for one in sent if isinstance(one, Message))
        assert Message.objects.get(pk=second).read_at is None
        assert Message.objects.get(pk=first).read_at == now
    assert Message.objects.count() == 6


def test_a_message_beside_the_end_of_care_is_sent_or_refused_never_half(care: CareRelationship, now: datetime) -> None:
    by = Actor.client(care.client.user_id)
    sent, _ = at_once(
        [
            partial(messages.send, care, by=by, text="Hello", at=now),
            partial(CareRelationship.objects.filter(pk=care.pk).update, ended_at=now),
        ]
    )
    kept = 0 if isinstance(sent, CareHasEnded) else 1
    assert isinstance(sent, CareHasEnded | Message)
    assert (Message.objects.count(), OutboxMessage.objects.count()) == (kept, kept)
