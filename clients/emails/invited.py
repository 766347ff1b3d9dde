"""The mail that invites a client: one link, and they are in."""

from datetime import datetime

from clients.models import Client
from notifications.outbox import Message
from practice import invitations
from practice.language import spoken
from practice.mailing import compose
from practice.models import Practice, Provider
from practice.zones import day


def to_client(client: Client, *, provider: Provider, practice: Practice, at: datetime) -> Message:
    """The client has an account. Urgent and blanked once sent: its link opens a door."""
    assert client.user is not None
    with spoken(client.language):
        return compose(
            "clients/email/invited_client",
            {
                "client": client,
                "provider": provider,
                "contact": {"name": provider.first_name, "phone": provider.phone, "email": provider.user.email},
                "url": invitations.url(client.user, at=at),
                "until": day(at + invitations.GOOD_FOR, client.time_zone),
            },
            practice=practice,
            about=f"client:{client.pk}",
            key=f"invitation:{client.pk}:{at.isoformat()}:client",
            kind="invitation",
            recipient=client.email,
            discreet=client.discreet,
            urgent=True,
        )
