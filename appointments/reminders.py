"""Reminders to clients, each made when it is due and from the rows as they are then; none is planned ahead.

One comes a set time before the deadline, saying until when the appointment can be canceled, and one
before the session. A late one still goes while it helps: a deadline's until the deadline, a session's
until the start.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from appointments import history, terms
from appointments.emails import reminder
from appointments.emails.reminder import Which
from appointments.models import Appointment, HistoryEntry
from notifications import outbox
from practice.actors import Actor
from practice.models import FeePolicy, Practice

logger = logging.getLogger(__name__)

# Nobody is reminded of what they were told so shortly before.
STILL_FRESH = timedelta(hours=1)
LONGEST_NOTICE = timedelta(hours=168)


@dataclass(frozen=True)
class Lead:
    """How long ahead of the deadline and of the start."""

    deadline: timedelta
    session: timedelta

    @classmethod
    def of(cls, practice: Practice) -> "Lead":
        return cls(
            deadline=timedelta(hours=practice.deadline_reminder_hours),
            session=timedelta(hours=practice.session_reminder_hours),
        )

    @property
    def longest(self) -> timedelta:
        """Before the start, whatever the policy."""
        return max(LONGEST_NOTICE + self.deadline, self.session)


def due(*, start: datetime, deadline: datetime, told_at: datetime, lead: Lead, at: datetime) -> Which | None:
    """Which reminder helps at ``at``; of two the one that came due last, as each says time and deadline.

    ``told_at`` is when the client was last told of this start: booked, moved there or given back. A lead of
    nothing leaves no time in which to remind.
    """
    times = [(deadline - lead.deadline, deadline, Which.DEADLINE), (start - lead.session, start, Which.SESSION)]
    helping = [
        (begins, which) for begins, ends, which in times if begins <= at < ends and told_at <= begins - STILL_FRESH
    ]
    return max(helping)[1] if helping else None


def send_due(*, at: datetime) -> int:
    """Queue a mail for each appointment that it is time to remind of; returns how many.

    Each is judged and queued in a short transaction of its own, so that any number of workers may do
    this at once, and one that can't be made keeps no other waiting.
    """
    practice = Practice.objects.first()
    if practice is None:
        return 0
    lead, queued = Lead.of(practice), 0
    for pk in _candidates(lead, at=at):
        try:
            queued += _remind(pk, lead, at=at)
        except Exception as error:
            logger.error("Reminder of appointment %d: %s", pk, type(error).__name__)
    return queued


def _candidates(lead: Lead, *, at: datetime) -> list[int]:
    """In three queries, however many: what is due and not yet reminded of, to be judged anew under its lock."""
    policies = FeePolicy.objects.each_in_force(at=at)
    booked = Appointment.objects.booked().starting(at, at + lead.longest)
    told = HistoryEntry.objects.reminders().not_dropped().filter(appointment__in=booked)
    done = {(entry.appointment_id, entry.facts["which"], entry.facts["start"]) for entry in told}
    found = []
    for appointment in booked.with_told_at().select_related("acknowledged_policy"):
        policy = policies.get(appointment.provider_id)
        which = _which(appointment, policy, lead, at=at) if policy else None
        if which and (appointment.pk, which, appointment.start.isoformat()) not in done:
            found.append(appointment.pk)
    return found


def _which(appointment: Appointment, policy: FeePolicy, lead: Lead, *, at: datetime) -> Which | None:
    return due(
        start=appointment.start,
        deadline=terms.standing(appointment, policy=policy).deadline,
        told_at=appointment.told_at or appointment.booked_at,
        lead=lead,
        at=at,
    )


@transaction.atomic
def _remind(pk: int, lead: Lead, *, at: datetime) -> bool:
    """Judged on the locked row: a cancellation or a move has come first, or drops what is queued here."""
    Appointment.objects.held().get(pk=pk)
    appointment = Appointment.objects.with_people().with_told_at().get(pk=pk)
    policy = terms.read_anew(appointment, at=at)
    which = _which(appointment, policy, lead, at=at) if appointment.is_booked else None
    if which is None:
        return False
    # A moved appointment is another one, and a reminder that was dropped does not count.
    start = appointment.start.isoformat()
    earlier = appointment.history.reminders().filter(facts__which=which, facts__start=start)
    if earlier.not_dropped().exists():
        return False
    message = reminder.to_client(appointment, which=which, number=earlier.count() + 1, policy=policy, at=at)
    history.record(
        appointment,
        HistoryEntry.Kind.REMINDED,
        by=Actor.system(),
        at=at,
        facts={"which": which, "start": start},
        messages=outbox.enqueue(message, at=at),
    )
    return True
