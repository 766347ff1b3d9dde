"""What several mails say alike."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from appointments.models import Appointment
from practice.models import Provider
from practice.zones import elsewhere


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


def clients_time(appointment: Appointment) -> list[tuple[str, str]]:
    """For the provider: the client's own time, where it reads differently from theirs."""
    client, zone = appointment.client, appointment.provider.time_zone
    theirs = elsewhere(appointment.start, here=zone, there=client.time_zone, whole=True)
    return [(f"For {client.called}", theirs)] if theirs else []
