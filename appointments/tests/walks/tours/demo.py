"""Who is who in the demo practice, what is theirs, and what one does on a page of it."""

from django.urls import reverse

from appointments.models import Appointment
from appointments.tests.factories import NOW
from appointments.tests.walks.tours.tour import Act
from clients.models import CareRelationship, Client


def client_named(first: str, last: str) -> Client:
    return Client.objects.filter(first_name=first, last_name=last).earliest("pk")


def next_of(client: Client) -> Appointment:
    return client.appointments.next_booked(at=NOW)[0]


def canceled_one_of(client: Client) -> Appointment:
    return client.appointments.canceled().latest("start")


def link_of(client: Client) -> CareRelationship:
    return client.care_relationships.get()


def at(name: str, *args: object) -> str:
    return reverse(f"appointments:{name}", args=args)


def press(button: str) -> Act:
    return lambda page: page.get_by_role("button", name=button, exact=True).click()


def open_(words: str) -> Act:
    """A menu or whatever else unfolds."""
    return lambda page: page.get_by_text(words, exact=True).click()
