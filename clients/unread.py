"""How many messages wait for who looks at a page, for the navigation."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from clients.models import Message


def context(request: HttpRequest) -> dict[str, Any]:
    """``unread_messages``: asked for once, by pages that show it."""

    @cache
    def unread_messages() -> int:
        provider, client = getattr(request, "provider", None), getattr(request, "client", None)
        if provider is not None:
            return Message.objects.filter(care__provider=provider).unread_by(client=False).count()
        if client is not None:
            return Message.objects.filter(care__client=client).unread_by(client=True).count()
        return 0

    return {"unread_messages": unread_messages}
