"""What a person's calendar feed holds: their appointments, the times alone for a client who asked for discretion.

A feed is asked for again and again: the same rows make the same text, so that a calendar which has it
already is told no more than that.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Event

from appointments import calendar_part, policy_words, terms
from appointments.emails.parts import portal_url
from appointments.models import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.rules import Status
from practice import language
from practice.models import FeePolicy, User
from practice.zones import plain

BACK, AHEAD = timedelta(days=30), timedelta(days=365)
# So long a canceled one is said to be so; calendars have taken it out by then.
CANCELED_FOR = timedelta(days=30)
MOST = 1000


def text(user: User, *, at: datetime) -> str:
    """The whole feed of a person: what they come to as a client, what they hold as a provider."""
    client, provider = getattr(user, "client", None), user.provider_or_none
    events: list[Event] = []
    with language.spoken(language.of(user)):
        if client is not None:
            policies = FeePolicy.objects.each_in_force(at=at)
            rows = _rows(client.appointments.select_related("client", "provider", "acknowledged_policy"), at=at)
            events += [_for_client(row, policies[row.provider_id], at=at) for row in rows]
        if provider is not None:
            events += [_for_provider(row) for row in _rows(provider.appointments.select_related("client"), at=at)]
        return calendar_part.text(events, x_wr_calname=_("Appointments"), x_published_ttl="PT1H")


def _rows(appointments: AppointmentQuerySet, *, at: datetime) -> AppointmentQuerySet:
    recent = appointments.starting(at - BACK, at + AHEAD).not_canceled_before(at - CANCELED_FOR)
    return recent.with_changed_at().by_start()[:MOST]


def _for_client(appointment: Appointment, policy: FeePolicy, *, at: datetime) -> Event:
    discreet = appointment.client.discreet
    event = _event(appointment, summary=calendar_part.title(appointment, discreet=discreet))
    if not discreet:
        event.add("url", portal_url("appointments:client_appointment", appointment.uid))
        if appointment.place:
            event.add("location", appointment.place)
    standing = terms.standing(appointment, policy=policy)
    if appointment.is_booked and standing.is_on_time(at):
        zone = appointment.client.time_zone
        words = _("Appointment") if discreet else policy_words.until_when(appointment, policy=policy, zone=zone)
        event.add_component(_alarm(standing.deadline, words))
    return event


def _for_provider(appointment: Appointment) -> Event:
    event = _event(appointment, summary=appointment.client.discreet_name)
    event.add("url", portal_url("appointments:detail", appointment.uid))
    return event


def _event(appointment: Appointment, *, summary: str) -> Event:
    changed_at = appointment.changed_at or appointment.booked_at
    canceled = appointment.status == Status.CANCELED
    event = calendar_part.event(appointment, summary=summary, canceled=canceled, at=changed_at)
    event.add("last-modified", changed_at.replace(microsecond=0))
    return event


def _alarm(instant: datetime, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", instant, parameters={"VALUE": "DATE-TIME"})  # by itself it is taken for a duration
    alarm.add("description", plain(words))
    return alarm
