"""Whether an appointment may move, or its client be asked to move it: for the act, its page and the question alike."""

from datetime import datetime

from appointments import refusals, rules, terms
from appointments.models import Appointment
from appointments.refusals import Refused
from practice.actors import Actor
from practice.models import FeePolicy


def refusal(appointment: Appointment, *, policy: FeePolicy, by: Actor, at: datetime, asked: bool) -> Refused | None:
    """None where it may; ``policy`` is the one in force, ``asked``: the provider has asked the client to move it."""
    standing = terms.standing(appointment, policy=policy)
    if no := rules.may_move(standing, by=by.kind, at=at, asked=asked):
        return refusals.of(no, appointment, policy=policy, by=by, at=at, moving=True)
    cares = appointment.client.care_relationships.active()
    if not cares.filter(provider=appointment.provider).exists():
        return refusals.CareEnded(appointment, by=by)
    return None
