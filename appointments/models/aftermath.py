"""What followed a session that was lost, for subqueries: who has its time, and what was booked in its place."""

from datetime import timedelta

from django.db.models import OuterRef, Q

from appointments.models.appointment import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.rules import Status


def others_then() -> AppointmentQuerySet:
    """What other clients of its provider have in any part of its time."""
    return Appointment.objects.filter(
        ~Q(client=OuterRef("appointment__client")),
        ~Q(status=Status.CANCELED),
        provider=OuterRef("appointment__provider"),
        # What the index is asked by: no session is as long as a day.
        start__gt=OuterRef("appointment__start") - timedelta(days=1),
        start__lt=OuterRef("appointment__end"),
        end__gt=OuterRef("appointment__start"),
    )


def making_up(lost: str = "appointment") -> AppointmentQuerySet:
    """What was booked in its place, or in place of that where it was canceled too. ``lost``: the outer row's."""
    outer = OuterRef(lost)
    again = Q(replaces=outer) | Q(replaces__replaces=outer, replaces__status=Status.CANCELED)
    return Appointment.objects.filter(again)
