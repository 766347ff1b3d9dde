"""Calendar parts as RFC 5545 and 5546 ask: one VEVENT an appointment, no RRULE.

REQUEST puts it into a calendar or moves it, CANCEL withdraws it; each with the same UID and, on a
change, a higher SEQUENCE. Nothing but the provider's display name tells what it is about, and not even
that to a client who asked for discretion.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from appointments.models import Appointment

Method = Literal["REQUEST", "CANCEL"]


def part(appointment: Appointment, *, method: Method, receiver: str, at: datetime) -> str:
    """The text of one calendar part for one receiver; its METHOD also goes into the MIME header."""
    client, practice = appointment.client, appointment.provider.practice
    discreet = client.discreet and receiver == client.email
    organizer = vCalAddress(f"mailto:{appointment.organizer}")
    organizer.params["CN"] = vText(practice.spoken_neutral_name if discreet else practice.name)
    attendee = vCalAddress(f"mailto:{receiver}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")

    added = event(appointment, summary=title(appointment, discreet=discreet), canceled=method == "CANCEL", at=at)
    if appointment.place and method == "REQUEST" and not discreet:
        added.add("location", appointment.place)
    added.add("organizer", organizer)
    added.add("attendee", attendee)
    return text([added], method=method)


def file(appointment: Appointment, *, at: datetime) -> str:
    """For the client to put into a calendar themselves: it invites nobody and asks for no answer."""
    discreet = appointment.client.discreet
    canceled = not appointment.is_booked
    added = event(appointment, summary=title(appointment, discreet=discreet), canceled=canceled, at=at)
    if appointment.place and not canceled and not discreet:
        added.add("location", appointment.place)
    return text([added], method="PUBLISH")


def title(appointment: Appointment, *, discreet: bool) -> str:
    if discreet:
        return _("Appointment")
    return _("Appointment with %(provider)s") % {"provider": appointment.provider.display_name}


def event(appointment: Appointment, *, summary: str, canceled: bool, at: datetime) -> Event:
    """The time, a title, and whether it holds."""
    made = Event()
    made.add("uid", str(appointment.uid))
    made.add("sequence", appointment.sequence)
    made.add("dtstamp", at.replace(microsecond=0))
    made.add("dtstart", appointment.start)
    made.add("dtend", appointment.end)
    made.add("summary", summary)
    made.add("status", "CANCELLED" if canceled else "CONFIRMED")
    return made


def text(events: Iterable[Event], **properties: str) -> str:
    """A whole calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Practice//Appointments//EN")
    calendar.add("version", "2.0")
    for name, value in properties.items():
        calendar.add(name.replace("_", "-"), value)
    for one in events:
        calendar.add_component(one)
    written: bytes = calendar.to_ical()
    return written.decode()
