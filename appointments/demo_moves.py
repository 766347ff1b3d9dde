"""What has moved at the demo practice, and who was asked to pick another time."""

from datetime import datetime, timedelta

from appointments import availability, booking, openings, reschedule_requests
from appointments.availability import Moving
from appointments.models import Appointment, CancellationReason
from practice.actors import Actor
from practice.models import Provider
from practice.models.provider import Format


def make(maya: Provider, *, at: datetime) -> None:
    """By the acts, some hours ago."""
    _moved(_next(maya, "sofia.marino", at=at), at=at - timedelta(hours=2))
    asked = _next(maya, "kenji.watanabe", at=at)
    reschedule_requests.ask(
        asked,
        by=Actor.provider(maya.user_id),
        note="I have to be somewhere else that afternoon. Any other time that week suits me as well.",
        reason=CancellationReason.objects.get(key="provider-not-available"),
        let_go_at=asked.start - timedelta(hours=20),
        block=True,
        at=at - timedelta(hours=4),
    )


def _next(maya: Provider, mail_name: str, *, at: datetime) -> Appointment:
    coming = maya.appointments.booked().filter(client__email__startswith=f"{mail_name}@", start__gt=at)
    return coming.with_people().by_start()[0]


def _moved(appointment: Appointment, *, at: datetime) -> None:
    """By its client, to the first time two days later."""
    provider, by = appointment.provider, Actor.client(appointment.client.user_id)
    begin = appointment.start + timedelta(days=2)
    end = begin + timedelta(days=7)
    facts = availability.read(provider, begin=begin, end=end, by=by, moving=Moving(appointment))
    booking.reschedule(
        appointment,
        start=openings.openings(facts, begin=begin, end=end, at=at)[0],
        format=Format(appointment.format),
        by=by,
        at=at,
        agreed=provider.fee_policies.in_force(at=at),
    )
