"""The mails that say that there is something to read. They hold none of it."""

from django.conf import settings
from django.urls import reverse

from clients.models import Message
from notifications.outbox import Message as Mail
from practice.actors import ActorKind
from practice.language import in_english, spoken
from practice.mailing import compose


def key(message: int, reader: ActorKind) -> str:
    return f"message:{message}:{reader}"


def to_client(message: Message) -> Mail:
    client, provider = message.care.client, message.care.provider
    contact = {"name": provider.first_name, "phone": provider.phone, "email": provider.user.email}
    url = _url("clients:my_thread", message.care_id)
    with spoken(client.language):
        return compose(
            "clients/email/written_client",
            {"client": client, "provider": provider, "contact": contact, "url": url},
            practice=provider.practice,
            about=f"client:{client.pk}",
            key=key(message.pk, ActorKind.CLIENT),
            kind="message",
            recipient=client.email,
            discreet=client.discreet,
        )


@in_english
def to_provider(message: Message) -> Mail:
    client, provider = message.care.client, message.care.provider
    return compose(
        "clients/email/written_provider",
        {"client": client, "url": _url("clients:thread", client.pk)},
        practice=provider.practice,
        about=f"provider:{provider.pk}",
        key=key(message.pk, ActorKind.PROVIDER),
        kind="message",
        recipient=provider.user.email,
        discreet=False,
    )


def _url(name: str, pk: int) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=[pk])}"
