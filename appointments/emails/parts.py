"""What several mails say alike."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from practice.models import Provider


@dataclass(frozen=True)
class Contact:
    """How a client reaches the provider."""

    name: str
    phone: str
    email: str


def contact(provider: Provider) -> Contact:
    return Contact(name=provider.first_name, phone=provider.phone, email=provider.user.email)


def portal_url(name: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"
