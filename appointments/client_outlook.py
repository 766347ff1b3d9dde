"""Until when a client can cancel an appointment, and what it means to be later: as their pages say it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments import clock_changes, fee_words, notice_line, policy_words, refusals, rules, terms, who
from appointments.models import Appointment
from appointments.notice_line import NoticeLine
from appointments.rules import NotAllowed, Standing
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy
from practice.zones import moment, next_change


@dataclass(frozen=True)
class Outlook:
    """What the rule says to the client at one instant; every word of it in their zone.

    ``until``, ``ahead`` and ``later`` hold while they may cancel themselves, ``refusal`` and ``why_not`` when they
    may not. ``shift`` says why the cutoff has another time of day than the start, where clocks change in between.
    No ``line`` where no policy was ever agreed to. ``is_shorter_now``: less notice is asked than was agreed to.
    """

    cutoff: datetime
    until: str
    ahead: str
    shift: str
    later: str
    line: NoticeLine | None
    is_shorter_now: bool
    refusal: NotAllowed | None
    why_not: refusals.Refused | None

    @property
    def may_cancel(self) -> bool:
        return self.refusal is None


def outlook(appointment: Appointment, *, policy: FeePolicy, by: Actor, at: datetime) -> Outlook:
    """``policy`` is the one in force."""
    zone = appointment.client.time_zone
    standing = terms.standing(appointment, policy=policy)
    refusal = rules.may_cancel(standing, by=ActorKind.CLIENT, at=at)
    agreed, most = appointment.acknowledged_policy, terms.most_it_could_cost(appointment, policy=policy)
    is_free = most.no_fee is None
    until = (
        _("You can cancel free of charge until %(deadline)s")
        if is_free
        else _("You can cancel online until %(deadline)s")
    )
    later = _("Later than that, call or write to %(provider)s.") % {"provider": appointment.provider.first_name}
    return Outlook(
        cutoff=standing.deadline,
        until=until % {"deadline": moment(standing.deadline, zone)},
        ahead=_("That is %(ahead)s.") % {"ahead": policy_words.how_far(standing.cutoff)},
        shift=_shift(standing, zone),
        later=f"{later} {fee_words.fee_to_come(appointment, most)}",
        line=notice_line.draw(appointment, policy=policy, reader=ActorKind.CLIENT, at=at),
        is_shorter_now=agreed is not None and standing.deadline > agreed.notice.deadline(appointment.start),
        refusal=refusal,
        why_not=refusals.of(refusal, appointment, policy=policy, by=by, at=at) if refusal else None,
    )


def _shift(standing: Standing, zone: str) -> str:
    if (change := next_change(standing.deadline, standing.start, zone)) is None:
        return ""
    return _("%(clocks_change)s, in between.") % {"clocks_change": clock_changes.announcement(change, zone)}


@dataclass(frozen=True)
class NothingToCancel:
    """Why there is nothing to cancel, where it is not for the deadline: a title and what to do."""

    title: str
    words: str


def nothing_to_cancel(appointment: Appointment, outlook: Outlook, *, tried: bool, at: datetime) -> NothingToCancel:
    """``tried`` is said of a press of the button: who was first, and how long before it."""
    zone, name = appointment.client.time_zone, {"provider": appointment.provider.first_name}
    reach = _("If that seems wrong, call or write to %(provider)s.") % name
    if isinstance(outlook.refusal, rules.IsCanceled):
        words = str(outlook.why_not) if tried else canceled(appointment)
        return NothingToCancel(_("This appointment is already canceled"), words)
    if isinstance(outlook.refusal, rules.IsOver):
        return NothingToCancel(_("This session is over"), f"{outlook.why_not} {reach}")
    if appointment.end <= at:
        ended = _("It ended %(end)s.") % {"end": moment(appointment.end, zone)}
        return NothingToCancel(_("This session is over"), f"{ended} {reach}")
    started = _("It started %(start)s, so it can no longer be canceled.") % {"start": moment(appointment.start, zone)}
    call = _("If you can’t come, call or write to %(provider)s.") % name
    return NothingToCancel(_("This session has started"), f"{started} {call}")


def nothing_to_move(
    appointment: Appointment, no: NotAllowed, why: refusals.Refused, *, at: datetime
) -> NothingToCancel:
    """As above, of a move; ``why`` is ``no`` in words."""
    if isinstance(no, rules.IsCanceled):
        return NothingToCancel(_("This appointment is canceled"), str(why))
    if isinstance(no, rules.IsOver) or appointment.end <= at:
        return NothingToCancel(_("This session is over"), _("There is nothing left to move."))
    start = moment(appointment.start, appointment.client.time_zone)
    started = _("It started %(start)s, so it can no longer be moved.") % {"start": start}
    call = _("If you can’t come, call or write to %(provider)s.") % {"provider": appointment.provider.first_name}
    return NothingToCancel(_("This session has started"), f"{started} {call}")


def care_ended(appointment: Appointment) -> NothingToCancel:
    """As above, of a move, where care has ended and an appointment is left."""
    words = _("It stays as it is. If you need another time, call or write to %(provider)s.")
    name = {"provider": appointment.provider.first_name}
    return NothingToCancel(_("This appointment can’t be moved online"), words % name)


def canceled(appointment: Appointment) -> str:
    assert appointment.cancellation is not None
    facts = {
        "who": who.name(appointment.cancellation.actor, appointment, reader=ActorKind.CLIENT),
        "when": moment(appointment.cancellation.canceled_at, appointment.client.time_zone),
    }
    return _("%(who)s canceled it on %(when)s.") % facts
