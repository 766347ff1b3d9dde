"""The 24-hour rule as a picture and as a sentence, for the provider and for the client.

The line is twice the notice long: the deadline is its middle, the start its right end. Where no
policy was agreed to there is nothing to draw, and the sentence alone says what holds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from appointments import fee_words, terms
from appointments.models import Appointment
from practice.actors import ActorKind
from practice.amounts import money
from practice.models import FeePolicy
from practice.zones import clock, day_clock, moment


@dataclass(frozen=True)
class NoticeLine:
    """What ``{% notice_line %}`` draws. ``now_percent`` runs from 0 to 100; 50 is the deadline."""

    now_percent: float
    deadline_label: str
    now_label: str
    passed: bool
    sentence: str


def draw(appointment: Appointment, *, policy: FeePolicy, reader: ActorKind, at: datetime) -> NoticeLine | None:
    """``policy`` is the one in force. None where the client never agreed to one."""
    if appointment.acknowledged_policy is None:
        return None
    standing = terms.standing(appointment, policy=policy)
    zone = _zone(appointment, reader)
    return NoticeLine(
        now_percent=percent(left=appointment.start - at, notice=appointment.start - standing.deadline),
        deadline_label=day_clock(standing.deadline, zone),
        now_label=_("Now, %(time)s") % {"time": clock(at, zone)},
        passed=not standing.is_on_time(at),
        sentence=sentence(appointment, policy=policy, reader=reader, at=at),
    )


def percent(*, left: timedelta, notice: timedelta) -> float:
    """Where now stands on the line, with ``left`` to go until the start; ``notice`` from the deadline to the start."""
    notice = max(notice, timedelta(minutes=1))
    return min(max(100 - left / (2 * notice) * 100, 0.0), 100.0)


def sentence(appointment: Appointment, *, policy: FeePolicy, reader: ActorKind, at: datetime) -> str:
    """Until when the client can cancel, and what follows later; every instant in the reader's zone."""
    standing = terms.standing(appointment, policy=policy)
    most = terms.most_it_could_cost(appointment, policy=policy)
    passed, is_free = not standing.is_on_time(at), most.no_fee is None
    deadline = moment(standing.deadline, _zone(appointment, reader))
    if reader == ActorKind.CLIENT:
        until = _until_for_client(passed=passed, is_free=is_free) % {"deadline": deadline}
    else:
        can, how = "could" if passed else "can", "free of charge" if is_free else "online"
        until = f"{appointment.client.called} {can} cancel {how} until {deadline}."
    if most.no_fee is not None:
        return f"{until} {fee_words.none_can_follow(appointment, most.no_fee, reader=reader)}"
    follows = (
        _("Since then a fee of up to %(fee)s may apply.")
        if passed
        else _("After that a fee of up to %(fee)s may apply.")
    )
    return f"{until} {follows % {'fee': money(most.amount)}}"


def _until_for_client(*, passed: bool, is_free: bool) -> str:
    if passed and is_free:
        return _("You could cancel free of charge until %(deadline)s.")
    if passed:
        return _("You could cancel online until %(deadline)s.")
    if is_free:
        return _("You can cancel free of charge until %(deadline)s.")
    return _("You can cancel online until %(deadline)s.")


def _zone(appointment: Appointment, reader: ActorKind) -> str:
    return appointment.client.time_zone if reader == ActorKind.CLIENT else appointment.provider.time_zone
