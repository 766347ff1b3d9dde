"""What a client and their provider write to each other: sent, read, and told of by a mail that holds none of it.

Read is set by what a person sends, an answer or the mark itself, and never by opening a page.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from clients import addresses
from clients.emails import written
from clients.models import CareRelationship, Message
from clients.refusals import CannotRead, CareHasEnded
from notifications import outbox
from notifications.models import MISSED, OutboxMessage, OutboxMessageQuerySet, Status
from practice import addresses as provider_addresses
from practice.actors import Actor, ActorKind

# The same words again so soon are one press too many.
ONE_PRESS = timedelta(minutes=1)
# One mail says that there is something to read, however much is written in this time; an hour later, what is
# still unread may have been overlooked, and a new message is told of again.
TOLD_FOR = timedelta(hours=1)
# Enough to find the last mail that told of them.
LOOKED_AT = 100


@transaction.atomic
def send(care: CareRelationship, *, by: Actor, text: str, at: datetime, seen: int | None = None) -> Message:
    """Write to the other one, and tell them by mail that there is something to read.

    Who writes has read what came before: up to the message ``seen``, where that is known. Raises
    ``refusals.Refused``: CareHasEnded or CannotRead, each ``str()`` safe to show to ``by``.
    """
    care = _held(care)
    if not care.is_active:
        raise CareHasEnded(care, reader=by.kind)
    from_client = by.kind == ActorKind.CLIENT
    if not from_client and not (care.client.user and care.client.user.is_active):
        raise CannotRead(care)
    last = care.messages.newest_first().first()
    if last and (last.from_client, last.text) == (from_client, text) and at - last.sent_at < ONE_PRESS:
        return last
    _mark_read(care, by=by, at=at, seen=seen)
    assert by.user_id is not None  # only who has signed in reads here, and writes
    message = Message(care=care, author_id=by.user_id, from_client=from_client, text=text, sent_at=at)
    told_already = _told_already(care, from_client=from_client, at=at)
    message.save()
    if not told_already:
        outbox.enqueue(written.to_provider(message) if from_client else written.to_client(message), at=at)
    return message


@transaction.atomic
def mark_read(care: CareRelationship, *, by: Actor, at: datetime, seen: int | None = None) -> int:
    """Say that what the other one wrote has been read, up to the message ``seen``; returns how many."""
    return _mark_read(_held(care), by=by, at=at, seen=seen)


def _held(care: CareRelationship) -> CareRelationship:
    """As it is now, with the addresses of both, until this transaction ends."""
    CareRelationship.objects.select_for_update(no_key=True).only("pk").get(pk=care.pk)
    addresses.hold(care.client_id)
    provider_addresses.hold(care.provider_id)
    return CareRelationship.objects.with_people().select_related("client__user").get(pk=care.pk)


def _mark_read(care: CareRelationship, *, by: Actor, at: datetime, seen: int | None) -> int:
    theirs = care.messages.unread_by(client=by.kind == ActorKind.CLIENT).filter(sent_at__lte=at)
    if seen is not None:
        theirs = theirs.filter(pk__lte=seen)
    read = list(theirs.values_list("pk", flat=True))
    if read:
        care.messages.filter(pk__in=read).update(read_at=at)
        outbox.drop(_mails(read), at=at)  # it would ask to read what has been read
    return len(read)


def _told_already(care: CareRelationship, *, from_client: bool, at: datetime) -> bool:
    """A mail about something still unread waits to go out, or went out a short while ago."""
    unread = care.messages.unread_by(client=not from_client).newest_first().values_list("pk", flat=True)[:LOOKED_AT]
    fresh = Q(status=Status.QUEUED) | Q(queued_at__gt=at - TOLD_FOR)
    return _mails(list(unread)).filter(fresh).exclude(status__in=[*MISSED, Status.DROPPED]).exists()


def _mails(messages: list[int]) -> OutboxMessageQuerySet:
    """Those that told of these messages."""
    keys = [written.key(pk, reader) for pk in messages for reader in (ActorKind.CLIENT, ActorKind.PROVIDER)]
    return OutboxMessage.objects.filter(key__in=keys)


def missed_mail(message: Message) -> bool:
    """Whether the mail that told of it came to nothing."""
    return _mails([message.pk]).filter(status__in=MISSED).exists()
