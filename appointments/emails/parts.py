"""What several mails say alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments import agreement, manage_links
from appointments.models import Appointment
from clients.models import Client
from practice.language import spoken
from practice.models import Provider
from practice.zones import elsewhere

P = ParamSpec("P")
Made = TypeVar("Made")


class AboutAppointment(Protocol):
    @property
    def appointment(self) -> Appointment: ...


About = TypeVar("About", bound=Appointment | AboutAppointment)


def in_clients_language(make: Callable[Concatenate[About, P], Made]) -> Callable[Concatenate[About, P], Made]:
    """For what a client gets, whoever caused it; the first argument is the appointment, or knows its own."""

    @wraps(make)
    def made(about: About, /, *args: P.args, **kwargs: P.kwargs) -> Made:
        appointment = about if isinstance(about, Appointment) else about.appointment
        with spoken(appointment.client.language):
            return make(about, *args, **kwargs)

    return made


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


def fees_url(client: Client) -> str:
    """Where a client finds their fees; empty for who has no sign-in."""
    return portal_url("appointments:client_fees") if client.user_id else ""


def manage_url(appointment: Appointment, *, at: datetime) -> str:
    """The client's own link to this appointment, for each mail about it; empty once it is over."""
    return manage_links.url(appointment) if manage_links.is_alive(appointment, at=at) else ""


def agree_url(appointment: Appointment, *, at: datetime) -> str:
    """Where the client agrees to the policy of what was booked for them; empty where they need not."""
    missing = agreement.is_missing(appointment, at=at)
    return portal_url("appointments:manage_agree", appointment.manage_token) if missing else ""


def clients_time(appointment: Appointment) -> list[tuple[str, str]]:
    """For the provider: the client's own time, where it reads differently from theirs."""
    client, zone = appointment.client, appointment.provider.time_zone
    theirs = elsewhere(appointment.start, here=zone, there=client.time_zone, whole=True)
    return [(f"For {client.called}", theirs)] if theirs else []


def place(appointment: Appointment) -> list[tuple[str, str]]:
    """Format and place, as far as the provider has set them."""
    facts = [(_("Format"), appointment.get_format_display())]
    if appointment.place:
        facts.append((appointment.place_label, appointment.place))
    return facts
