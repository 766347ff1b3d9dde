"""What clients set about themselves: what they are called, when and where they read, and how they want to be told."""

from dataclasses import dataclass

from django.db import transaction

from clients import addresses
from clients.models import Client


@dataclass(frozen=True)
class Preferences:
    """``preferred_name`` may be empty: then the legal first name is used."""

    preferred_name: str
    time_zone: str
    language: str
    phone: str
    phone_use: str
    discreet: bool


@transaction.atomic
def keep(client: Client, preferences: Preferences) -> list[str]:
    """Keep what differs from the row as it is now, and nothing else; returns the names of what did."""
    addresses.hold(client.pk)
    kept = Client.objects.get(pk=client.pk)
    changed = [name for name, value in vars(preferences).items() if getattr(kept, name) != value]
    for name in changed:
        setattr(kept, name, getattr(preferences, name))
    if changed:
        kept.save(update_fields=changed)
    return changed
