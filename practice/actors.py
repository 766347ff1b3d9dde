"""Who does an act: passed into each one, kept with what it did."""

from dataclasses import dataclass
from typing import Self

from django.db import models


class ActorKind(models.TextChoices):
    CLIENT = "client", "Client"
    PROVIDER = "provider", "Provider"
    ADMIN = "admin", "Office"
    SYSTEM = "system", "System"


@dataclass(frozen=True)
class Actor:
    kind: ActorKind
    user_id: int | None = None

    @classmethod
    def system(cls) -> Self:
        return cls(ActorKind.SYSTEM)

    @classmethod
    def client(cls, user_id: int | None = None) -> Self:
        """Without an id: the client came by their link, not signed in."""
        return cls(ActorKind.CLIENT, user_id)

    @classmethod
    def provider(cls, user_id: int) -> Self:
        return cls(ActorKind.PROVIDER, user_id)

    @classmethod
    def admin(cls, user_id: int) -> Self:
        return cls(ActorKind.ADMIN, user_id)
