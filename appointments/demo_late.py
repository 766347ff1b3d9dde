"""A client of the demo practice who asks late to cancel, and waits for an answer."""

from datetime import datetime, timedelta

from appointments import late_requests
from appointments.models import CancellationReason
from practice.actors import Actor
from practice.models import Provider


def make(maya: Provider, *, at: datetime) -> None:
    """By the act, twenty minutes ago, or three hours before a start that is past."""
    appointments = maya.appointments.booked().filter(client__email__startswith="amara.nwosu@").with_people()
    appointment = appointments.latest_first()[0]
    late_requests.ask(
        appointment,
        by=Actor.client(appointment.client.user_id),
        reason=CancellationReason.objects.get(key="work-or-family"),
        note="My daughter’s school called and I have to pick her up. I am sorry for the short notice.",
        at=min(at - timedelta(minutes=20), appointment.start - timedelta(hours=3)),
    )
