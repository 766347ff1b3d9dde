"""Calendar parts as RFC 5545 and 5546 ask: one VEVENT an appointment, no RRULE.

REQUEST puts it into a calendar or moves it, CANCEL withdraws it; each with the same UID and, on a
change, a higher SEQUENCE. Nothing but the provider's display name tells what it is about.
"""

from datetime import datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

from appointments.models import Appointment

Method = Literal["REQUEST", "CANCEL"]


def part(appointment: Appointment, *, method: Method, receiver: str, at: datetime) -> str:
    """The text of one calendar part for one receiver; its METHOD also goes into the MIME header."""
    event = Event()
    event.add("uid", str(appointment.uid))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", at.replace(microsecond=0))
    event.add("dtstart", appointment.start)
    event.add("dtend", appointment.end)
    event.add("summary", f"Appointment with {appointment.provider.display_name}")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if method == "REQUEST" and appointment.place:
        event.add("location", appointment.place)
    organizer = vCalAddress(f"mailto:{appointment.organizer}")
    organizer.params["CN"] = vText(appointment.provider.practice.name)
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{receiver}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)

    calendar = Calendar()
    calendar.add("prodid", "-//Practice//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode()
