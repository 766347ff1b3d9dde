"""Where a client's mail goes; how they sign in is another matter."""

from datetime import datetime

from django.db import transaction

from clients.models import Client
from practice import addresses


def hold(client_id: int) -> None:
    """Keep the client's address as it is until the caller's transaction ends, so that what it mails goes there.

    In the one order of locks: after the appointment, before what hangs on it; people are read after it.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client_id)


@transaction.atomic
def change(client: Client, *, to: str, at: datetime) -> Client:
    """Send mail to another address from now on, what is waiting included, and tell both."""
    hold(client.pk)
    client = Client.objects.get(pk=client.pk)
    old, client.email = client.email, to
    client.save(update_fields=["email"])
    if old.lower() != to.lower():
        addresses.moved(
            f"client:{client.pk}",
            old=old,
            new=to,
            called=client.called,
            discreet=client.discreet,
            language=client.language,
            at=at,
        )
    return client
