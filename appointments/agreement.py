"""A client's agreement to the policy of an appointment that somebody else booked for them: until they give it, no fee
can follow."""

from datetime import datetime

from django.db import transaction

from appointments import history, request_refusals, terms
from appointments.models import Appointment, HistoryEntry
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy


def is_missing(appointment: Appointment, *, at: datetime) -> bool:
    """That it stands, lies ahead and was never agreed to: the client is asked."""
    return appointment.is_booked and appointment.start > at and appointment.acknowledged_policy_id is None


@transaction.atomic
def give(appointment: Appointment, *, policy: FeePolicy, by: Actor, at: datetime) -> Appointment:
    """The client agrees to ``policy``, the one that they were shown.

    Raises a ``refusals.Refused``: AgreedAlready, NothingToAgree or AnotherPolicy; each ``str()`` is safe to show
    to them.
    """
    if by.kind != ActorKind.CLIENT:
        raise request_refusals.NotTheirsToGive
    Appointment.objects.held().get(pk=appointment.pk)
    appointment = Appointment.objects.with_people().get(pk=appointment.pk)
    if appointment.acknowledged_policy is not None:
        raise request_refusals.AgreedAlready(appointment)
    if not is_missing(appointment, at=at):
        raise request_refusals.NothingToAgree
    if policy.pk != terms.in_force(appointment, at=at).pk:
        raise request_refusals.AnotherPolicy
    appointment.acknowledged_policy, appointment.acknowledged_at = policy, at
    appointment.save(update_fields=["acknowledged_policy", "acknowledged_at"])
    history.record(appointment, HistoryEntry.Kind.AGREED, by=by, at=at)
    return appointment
