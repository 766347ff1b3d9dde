"""Booking an appointment and moving it: the free time, the policy agreed to, the record and the two mails, in one
transaction each."""

from datetime import datetime, timedelta

from django.db import transaction

from appointments import availability, history, moving, openings, refusals, reschedule_requests, rules, terms
from appointments.availability import Moving
from appointments.emails import booked, moved
from appointments.models import Appointment, HistoryEntry, LateRequest, RescheduleRequest
from appointments.openings import Span
from clients import addresses
from clients.models import CareRelationship
from notifications import outbox
from practice import addresses as provider_addresses
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy, Provider
from practice.models.provider import Format

Kind = HistoryEntry.Kind

# What was told of these no longer holds once the appointment has moved.
ABOUT_THE_OLD_TIME = [
    Kind.BOOKED,
    Kind.MOVED,
    Kind.RESTORED,
    Kind.REMINDED,
    Kind.ASKED_TO_RESCHEDULE,
    Kind.LATE_REQUEST,
    Kind.LATE_REQUEST_DECLINED,
]
# A booking longer after a cancellation than this no longer makes up for it.
MAKES_UP_FOR = timedelta(days=30)


@transaction.atomic
def book(
    care: CareRelationship,
    *,
    start: datetime,
    format: Format,  # noqa: A002 - the product's own word
    by: Actor,
    at: datetime,
    agreed: FeePolicy | None,
    knows_it_is_near: bool = False,
) -> Appointment:
    """Book an opening of the relationship's provider and tell both people.

    ``agreed`` is the policy that the client read and agreed to; with any other ``by`` nothing is
    acknowledged, so no fee can follow. ``knows_it_is_near``: the client was told that the time can't
    be canceled any more. Raises a ``refusals.Refused``: LinkEnded, AlreadyBooked, NotAgreed,
    PolicyChanged, FormatNotOffered, NotOpen or InsideNotice; each ``str()`` is safe to show to ``by``.
    """
    token = care.booking_token
    _hold(provider=care.provider_id, client=care.client_id)
    addresses.hold(care.client_id)
    provider_addresses.hold(care.provider_id)
    # In queries of their own: rows joined to a locked row are as old as the wait.
    care = CareRelationship.objects.with_people().get(pk=care.pk)
    by_client = by.kind == ActorKind.CLIENT
    if not care.is_active or (by_client and care.booking_token != token):
        raise refusals.LinkEnded(care, by=by)
    if theirs := care.provider.appointments.booked().filter(client=care.client, start=start).first():
        raise refusals.AlreadyBooked(theirs)
    policy = care.provider.fee_policies.in_force(at=at)
    if by_client:
        _check_agreed(care.provider, agreed, policy=policy)
    _check_open(care.provider, start, format, by=by, at=at)
    if by_client and not knows_it_is_near and at > policy.notice.deadline(start):
        raise refusals.InsideNotice(policy, payer_limit=terms.payer_limit(care.client.payer))
    return _keep(care, start=start, format=format, by=by, policy=policy, at=at)


def _keep(
    care: CareRelationship,
    *,
    start: datetime,
    format: Format,  # noqa: A002
    by: Actor,
    policy: FeePolicy,
    at: datetime,
) -> Appointment:
    by_client = by.kind == ActorKind.CLIENT
    appointment = Appointment.objects.create(
        provider=care.provider,
        client=care.client,
        booked_at=at,
        start=start,
        end=start + care.provider.session_length,
        format=format,
        organizer=care.provider.practice.contact_email,
        acknowledged_policy=policy if by_client else None,
        acknowledged_at=at if by_client else None,
        replaces=_makes_up_for(care, at=at),
    )
    mails = outbox.enqueue(
        booked.to_client(appointment, by=by, policy=policy, at=at),
        booked.to_provider(appointment, by=by, policy=policy, at=at),
        at=at,
    )
    facts = {"start": start.isoformat(), "end": appointment.end.isoformat()}
    history.record(appointment, Kind.BOOKED, by=by, at=at, facts=facts, messages=mails)
    return appointment


@transaction.atomic
def reschedule(
    appointment: Appointment,
    *,
    start: datetime,
    format: Format,  # noqa: A002
    by: Actor,
    at: datetime,
    agreed: FeePolicy | None = None,
    knows_it_is_near: bool = False,
    why: str = "",
) -> Appointment:
    """Move a booked appointment to another opening and tell both people: the same row, a higher sequence.

    It keeps its length, and the policy that the client agreed to, unless ``terms.asks_for_more``: then the
    client agrees anew, by ``agreed``. ``knows_it_is_near`` is as in ``book``, ``why`` as in
    ``cancellation.restore``. Raises a ``refusals.Refused``: AlreadyThen, AlreadyCanceled, NothingToMove, Started,
    PastDeadlineToMove, CareEnded, NotAgreed, PolicyChanged, FormatNotOffered, NotOpen or InsideNotice; each
    ``str()`` is safe to show to ``by``.
    """
    _hold(provider=appointment.provider_id, client=appointment.client_id)
    appointment = Appointment.objects.hold(appointment)
    if appointment.is_booked and start == appointment.start:
        raise refusals.AlreadyThen
    policy = terms.in_force(appointment, at=at)
    asked = appointment.reschedule_requests.open().first()
    if refusal := moving.refusal(appointment, policy=policy, by=by, at=at, asked=asked is not None):
        raise refusal
    by_client = by.kind == ActorKind.CLIENT
    if by_client and terms.asks_for_more(appointment, policy=policy):
        _check_agreed(appointment.provider, agreed, policy=policy, moving=True)
        appointment.acknowledged_policy, appointment.acknowledged_at = policy, at
    away = Moving(appointment, blocks=asked is not None and asked.block)
    _check_open(appointment.provider, start, format, by=by, at=at, moving=away)
    was = Span(appointment.start, appointment.end)
    appointment.start, appointment.end, appointment.format = start, start + (was.ends - was.begins), format
    if by_client and not knows_it_is_near:
        _check_far(appointment, policy=policy, at=at)
    _keep_moved(appointment, was=was, why=why, by=by, policy=policy, at=at)
    return appointment


def _keep_moved(appointment: Appointment, *, was: Span, why: str, by: Actor, policy: FeePolicy, at: datetime) -> None:
    appointment.status = rules.MOVES[rules.Status(appointment.status), "move"]
    appointment.sequence += 1
    appointment.save(
        update_fields=["start", "end", "format", "status", "sequence", "acknowledged_policy", "acknowledged_at"]
    )
    appointment.late_requests.open().update(answer=LateRequest.Answer.MOOT, answered_at=at)
    asked = reschedule_requests.close(appointment, RescheduleRequest.Outcome.MOVED, freed=was, at=at)
    history.drop_unsent(appointment, ABOUT_THE_OLD_TIME, at=at)
    blocked = asked is not None and asked.block
    mails = outbox.enqueue(
        moved.to_client(appointment, was=was, by=by, policy=policy, at=at),
        moved.to_provider(appointment, was=was, blocked=blocked, by=by, policy=policy, at=at),
        at=at,
    )
    facts = {
        "old_start": was.begins.isoformat(),
        "old_end": was.ends.isoformat(),
        "start": appointment.start.isoformat(),
        "end": appointment.end.isoformat(),
    }
    if appointment.acknowledged_at == at:
        facts["agreed"] = "anew"
    if why:
        facts["why"] = why
    history.record(appointment, Kind.MOVED, by=by, at=at, facts=facts, messages=mails)


def _hold(*, provider: int, client: int) -> None:
    """Who fills time holds the provider's row first: whoever comes second sees what the first has booked."""
    Provider.objects.select_for_update(no_key=True).get(pk=provider)
    CareRelationship.objects.of(provider=provider, client=client).hold()


def _check_agreed(provider: Provider, agreed: FeePolicy | None, *, policy: FeePolicy, moving: bool = False) -> None:
    if agreed is None:
        raise refusals.NotAgreed(provider, moving=moving)
    if agreed.pk != policy.pk:
        raise refusals.PolicyChanged(moving=moving)


def _check_open(
    provider: Provider,
    start: datetime,
    format: Format,  # noqa: A002
    *,
    by: Actor,
    at: datetime,
    moving: Moving | None = None,
) -> None:
    if format not in provider.formats:
        raise refusals.FormatNotOffered(provider, moving=moving is not None)
    facts = availability.read(provider, begin=start, end=start + openings.A_MOMENT, by=by, moving=moving)
    if openings.is_open(facts, start, at=at):
        return
    end = openings.horizon(at=at, zone=provider.time_zone, days=provider.horizon_days)
    facts = availability.read(provider, begin=at, end=end, by=by, moving=moving)
    raise refusals.NotOpen(nearest=openings.nearest(facts, start, at=at), moving=moving is not None)


def _check_far(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> None:
    """That it can still be canceled free of charge where it has moved to; ``policy`` is the one in force."""
    standing = terms.standing(appointment, policy=policy)
    if not standing.is_on_time(at):
        raise refusals.InsideNotice(
            appointment.acknowledged_policy or policy,
            payer_limit=terms.payer_limit(appointment.client.payer),
            asked=standing.cutoff.notice,
            moving=True,
        )


def _makes_up_for(care: CareRelationship, *, at: datetime) -> Appointment | None:
    """The canceled appointment that this booking gives back: what it was canceled for is how care is kept up.

    The last one canceled within thirty days that no booking makes up for yet: people book again for what
    they have just lost, one for one; after longer than that a booking is simply the next appointment.
    """
    lost = care.provider.appointments.canceled().filter(
        client=care.client,
        cancellations__undone_at__isnull=True,
        cancellations__canceled_at__gte=at - MAKES_UP_FOR,
        replaced_by__isnull=True,
    )
    return lost.order_by("-cancellations__canceled_at", "-id").first()
