"""Booking an appointment: the free time, the policy agreed to, the record and the two mails, in one transaction."""

from datetime import datetime, timedelta

from django.db import transaction

from appointments import availability, history, openings, refusals, rules, terms
from appointments.emails import booked
from appointments.models import Appointment, HistoryEntry
from clients import addresses
from clients.models import CareRelationship
from notifications import outbox
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy, Provider
from practice.models.provider import Format

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
    # Who fills time holds the provider's row first: whoever comes second sees what the first has booked.
    Provider.objects.select_for_update(no_key=True).get(pk=care.provider_id)
    CareRelationship.objects.select_for_update().get(pk=care.pk)
    addresses.hold(care.client_id)
    # In queries of their own: rows joined to a locked row are as old as the wait.
    token = care.booking_token
    care = CareRelationship.objects.with_people().get(pk=care.pk)
    by_client = by.kind == ActorKind.CLIENT
    if not care.is_active or (by_client and care.booking_token != token):
        raise refusals.LinkEnded(care, by=by)
    if theirs := care.provider.appointments.booked().filter(client=care.client, start=start).first():
        raise refusals.AlreadyBooked(theirs)
    policy = care.provider.fee_policies.in_force(at=at)
    if by_client:
        _check_agreed(care, agreed, policy=policy)
    if format not in care.provider.formats:
        raise refusals.FormatNotOffered(care.provider)
    _check_open(care.provider, start, by=by, at=at)
    if by_client and not knows_it_is_near:
        _check_ahead(care, start, policy=policy, at=at)
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
    history.record(appointment, HistoryEntry.Kind.BOOKED, by=by, at=at, facts=facts, messages=mails)
    return appointment


def _check_agreed(care: CareRelationship, agreed: FeePolicy | None, *, policy: FeePolicy) -> None:
    if agreed is None:
        raise refusals.NotAgreed(care.provider)
    if agreed.pk != policy.pk:
        raise refusals.PolicyChanged


def _check_open(provider: Provider, start: datetime, *, by: Actor, at: datetime) -> None:
    facts = availability.read(provider, begin=start, end=start + openings.A_MOMENT, by=by)
    if openings.is_open(facts, start, at=at):
        return
    end = openings.horizon(at=at, zone=provider.time_zone, days=provider.horizon_days)
    facts = availability.read(provider, begin=at, end=end, by=by)
    raise refusals.NotOpen(nearest=openings.nearest(facts, start, at=at))


def _check_ahead(care: CareRelationship, start: datetime, *, policy: FeePolicy, at: datetime) -> None:
    if not rules.is_on_time(told_at=at, start=start, notice=policy.notice):
        raise refusals.InsideNotice(policy, payer_limit=terms.payer_limit(care.client.payer))


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
