"""Where a client's mail goes; how they sign in is another matter."""

from datetime import datetime

from django.db import transaction

from clients.models import Client
from practice import addresses


@transaction.atomic
def change(client: Client, *, to: str, at: datetime) -> Client:
    """Send mail to another address from now on, what is waiting included, and tell both."""
    client = Client.objects.select_for_update().get(pk=client.pk)
    old, client.email = client.email, to
    client.save(update_fields=["email"])
    if old.lower() != to.lower():
        addresses.moved(f"client:{client.pk}", old=old, new=to, called=client.called, at=at)
    return client
