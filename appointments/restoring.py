"""Whether a canceled appointment can be brought back, and who has to be told: read here, done by ``cancellation``."""

from datetime import datetime

from django.db.models import Prefetch

from appointments import availability, openings, restore_refusals, rules, terms
from appointments.models import Appointment, Cancellation, HistoryEntry
from appointments.refusals import Refused
from appointments.rules import FeeStatus
from notifications.models import BODY, OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy

Kind = HistoryEntry.Kind
CALENDAR_CHANGES = [Kind.BOOKED, Kind.MOVED, Kind.CANCELED, Kind.RESTORED]
ABOUT_THE_FEE = HistoryEntry.OF_FEES - {Kind.FEE_PAID, Kind.FEE_UNPAID}


def refusal(appointment: Appointment, *, by: Actor, at: datetime, policy: FeePolicy) -> Refused | None:
    """Why its cancellation can't be taken back; None where it can.

    For pages, on rows as they are, and for the act, on the rows that it holds. ``policy`` is the one in force.
    """
    cancellation = appointment.cancellation
    canceled_by = ActorKind(cancellation.actor) if cancellation else None
    standing = terms.standing(appointment, policy=policy)
    if no := rules.may_restore(standing, canceled_by=canceled_by, by=by.kind, at=at):
        return _in_words(no, appointment, by=by, at=at)
    if (fee := appointment.fee) and (FeeStatus(fee.status), "void") not in rules.FEE_MOVES:
        return restore_refusals.FeePaid(appointment, fee, by=by)
    if not _in_care(appointment):
        return restore_refusals.CareIsOver(appointment, by=by)
    return _not_free(appointment, by=by, at=at)


def _in_words(no: rules.NotAllowed, appointment: Appointment, *, by: Actor, at: datetime) -> Refused:
    cancellation = appointment.cancellation
    if isinstance(no, rules.HasStarted):
        return restore_refusals.TimeHasCome(appointment, by=by)
    if cancellation is not None:
        return restore_refusals.NotYours(appointment, cancellation, by=by)
    undone = appointment.cancellations.undone().order_by("-undone_at").first()
    if undone is None or not appointment.is_booked:
        return restore_refusals.NothingToRestore()
    undone.appointment = appointment
    zone = appointment.client.time_zone if by.kind == ActorKind.CLIENT else appointment.provider.time_zone
    return restore_refusals.AlreadyRestored(undone, by=by, at=at, zone=zone)


def _in_care(appointment: Appointment) -> bool:
    return appointment.client.care_relationships.active().filter(provider=appointment.provider).exists()


def _not_free(appointment: Appointment, *, by: Actor, at: datetime) -> Refused | None:
    """Any time that no other appointment has; a client's also not in time off, of which the provider knows best."""
    provider, begin, end = appointment.provider, appointment.start, appointment.end
    if provider.appointments.taking_time().touching(begin, end).exclude(pk=appointment.pk).exists():
        return restore_refusals.TakenSince(nearest=_nearest(appointment, by=by, at=at))
    if by.kind == ActorKind.CLIENT and provider.time_off.touching(begin, end).exists():
        return restore_refusals.ClosedSince(appointment, nearest=_nearest(appointment, by=by, at=at))
    return None


def _nearest(appointment: Appointment, *, by: Actor, at: datetime) -> list[datetime]:
    provider = appointment.provider
    end = openings.horizon(at=at, zone=provider.time_zone, days=provider.horizon_days)
    facts = availability.read(provider, begin=at, end=end, by=by)
    return openings.nearest(facts, appointment.start, at=at)


# --- Who has to be told ---


def told_otherwise(appointment: Appointment, cancellation: Cancellation) -> set[str]:
    """Whose last word of it is not that it stands at this time, as ``about`` in the outbox names them.

    Asked once all that no worker has yet is dropped: whose mails were all dropped never heard of the cancellation.
    """
    heard = Prefetch("messages", OutboxMessage.objects.exclude(status=MailStatus.DROPPED).defer(*BODY))
    entries = appointment.history.filter(kind__in=[*CALENDAR_CHANGES, *ABOUT_THE_FEE]).prefetch_related(heard)
    last: dict[str, bool] = {}
    for entry in entries.order_by("at", "id"):
        told = {message.about for message in entry.messages.all()}
        if entry.kind in ABOUT_THE_FEE:
            last |= dict.fromkeys(told, True) if entry.at >= cancellation.canceled_at else {}
        elif entry.kind == Kind.MOVED:
            # Who was not told of the new time has heard of another one.
            last = dict.fromkeys(last, True) | dict.fromkeys(told, False)
        else:
            last |= dict.fromkeys(told, entry.kind == Kind.CANCELED)
    return {about for about, otherwise in last.items() if otherwise}
