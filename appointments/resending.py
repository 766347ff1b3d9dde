"""Sending again, as it was written, a mail about an appointment that never reached its reader.

It goes to the address that they have now, and only while what it says still holds: an old truth would mislead
whoever gets it.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from appointments import care_now, history, manage_links, resend_refusals, rules, terms
from appointments.emails import canceled
from appointments.models import Appointment, HistoryEntry
from appointments.refusals import Refused
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import Actor, ActorKind
from practice.language import spoken
from practice.zones import plain

logger = logging.getLogger(__name__)

Kind = HistoryEntry.Kind
MAY_GO_AGAIN = frozenset({MailStatus.BOUNCED, MailStatus.FAILED})
MARKS = frozenset({Kind.COMPLETED, Kind.NO_SHOW, Kind.ABSENCE_ANSWERED})
CHANGES = MARKS | {Kind.MOVED, Kind.CANCELED, Kind.RESTORED}
OF_THE_FEE = HistoryEntry.OF_FEES
# What a mail told of, and what makes it untrue when it happens later.
OUTDATED_BY: dict[str, frozenset[Kind]] = {
    Kind.BOOKED: CHANGES | {Kind.AGREED},
    Kind.MOVED: CHANGES | {Kind.AGREED},
    Kind.RESTORED: CHANGES,
    Kind.REMINDED: CHANGES,
    Kind.ASKED_TO_RESCHEDULE: CHANGES | {Kind.ASKED_TO_RESCHEDULE},
    Kind.LATE_REQUEST: CHANGES | {Kind.LATE_REQUEST_DECLINED},
    Kind.LATE_REQUEST_DECLINED: CHANGES | {Kind.LATE_REQUEST},
    Kind.ABSENCE_REPORTED: frozenset({Kind.ABSENCE_ANSWERED, Kind.CANCELED}),
    **dict.fromkeys(OF_THE_FEE | {Kind.CANCELED, Kind.WAIVER_DECLINED}, OF_THE_FEE | MARKS | {Kind.RESTORED}),
    **dict.fromkeys(MARKS, OF_THE_FEE | MARKS),
}
# All others say that it lies ahead, and by which terms.
LOOKS_BACK = OF_THE_FEE | MARKS | {Kind.CANCELED, Kind.ABSENCE_REPORTED, Kind.WAIVER_DECLINED}
SAYS_WHERE = frozenset({Kind.BOOKED, Kind.MOVED, Kind.RESTORED, Kind.REMINDED, Kind.LATE_REQUEST_DECLINED})


class Step(StrEnum):
    """What helps where a mail did not arrive."""

    MEND = "mend"
    SEND_AGAIN = "again"
    REACH = "reach"


@dataclass(frozen=True)
class Missed:
    """A mail and the event that it told of; ``recipient`` is where its reader has mail now."""

    appointment: Appointment
    entry: HistoryEntry
    mail: OutboxMessage

    @property
    def recipient(self) -> str:
        client, provider = self.appointment.client, self.appointment.provider
        return client.email if self.is_clients else provider.user.email

    @property
    def is_clients(self) -> bool:
        return self.mail.about == f"client:{self.appointment.client_id}"


def step(mail: OutboxMessage, *, recipient: str) -> Step:
    """For pages: judged by the mail and its reader's present address alone."""
    if mail.status not in MAY_GO_AGAIN:
        return Step.REACH
    if mail.status == MailStatus.BOUNCED and mail.recipient.casefold() == recipient.casefold():
        return Step.MEND
    return Step.SEND_AGAIN


def find(appointment: Appointment, mail: int) -> Missed | None:
    """``mail`` is its key in the outbox; None where it told of nothing about this appointment."""
    entry = appointment.history.filter(messages=mail).order_by("id").first()
    return None if entry is None else Missed(appointment, entry, entry.messages.get(pk=mail))


def refusal(missed: Missed, *, at: datetime) -> Refused | None:
    """Why it is not sent again; None where it may be. For pages on rows as they are, for the act on those it holds."""
    if missed.mail.status not in MAY_GO_AGAIN:
        return resend_refusals.NotMissed()
    if newer := missed.entry.messages.filter(about=missed.mail.about, pk__gt=missed.mail.pk).first():
        return resend_refusals.SentAgain(missed.appointment, newer, at=at)
    if step(missed.mail, recipient=missed.recipient) == Step.MEND:
        return resend_refusals.StillTheAddress()
    why = _no_longer_holds(missed, at=at)
    return resend_refusals.Outdated(why) if why else None


@transaction.atomic
def send_again(appointment: Appointment, mail: int, *, by: Actor, at: datetime) -> OutboxMessage:
    """Queue a numbered copy; it stands beside the first under the event that both tell of.

    ``by`` is the provider or the office. Raises a ``refusals.Refused``: NotMissed, SentAgain, StillTheAddress or
    Outdated.
    """
    missed = find(Appointment.objects.hold(appointment), mail)
    if missed is None:
        raise resend_refusals.NotMissed
    if no := refusal(missed, at=at):
        raise no
    copy = outbox.again(missed.mail, to=missed.recipient, at=at)
    history.tell_again(missed.entry, copy)
    logger.info("message %s sent again as %s by %s %s", missed.mail.pk, copy.pk, by.kind, by.user_id)
    return copy


@transaction.atomic
def send_all_again(appointment: Appointment, *, by: Actor, at: datetime) -> list[OutboxMessage]:
    """The newest mail to each of both, where it did not arrive. All or none; raises as ``send_again`` does."""
    people = f"client:{appointment.client_id}", f"provider:{appointment.provider_id}"
    told = OutboxMessage.objects.filter(pk__in=appointment.history.values("messages")).about(*people)
    newest = {mail.about: mail for mail in told.only("about", "status").order_by("id")}
    missed = [mail.pk for mail in newest.values() if mail.status in MAY_GO_AGAIN]
    if not missed:
        raise resend_refusals.NotMissed
    return [send_again(appointment, mail, by=by, at=at) for mail in missed]


def _no_longer_holds(missed: Missed, *, at: datetime) -> str:
    """What is otherwise now, in words; empty where all that the mail says is still so."""
    appointment, entry, mail = missed.appointment, missed.entry, missed.mail
    later = appointment.history.filter(pk__gt=entry.pk, kind__in=OUTDATED_BY.get(entry.kind, CHANGES))
    if later.exclude(at=entry.at, kind=Kind.FEE_DECIDED).exists():  # that was decided by the same act
        return "something has happened to the appointment since"
    if entry.kind not in LOOKS_BACK:
        policy = terms.in_force(appointment, at=at)
        standing = terms.standing(appointment, policy=policy)
        if rules.may_cancel(standing, by=ActorKind.PROVIDER, at=at):
            return "the appointment no longer lies ahead"
        if policy != terms.in_force(appointment, at=mail.queued_at):
            return "the fee policy has changed since"
        if entry.facts.get("which") == "deadline" and not standing.is_on_time(at):
            return "the time until which it could be canceled has passed"
    if missed.is_clients and appointment.client.discreet and not _is_discreet(missed):
        return f"{appointment.client.called} asks for discreet mail now, and it is not"
    if not _links_open(missed, at=at):
        return "a link in it no longer works"
    if not all(plain(words) in mail.text for words in _must_say(missed, at=at)):
        return "where you meet, when you meet next or how to reach you is not what it says"
    return ""


def _must_say(missed: Missed, *, at: datetime) -> Iterator[str]:
    """What it would say now of the place, of the next appointment together, and of how to reach the provider."""
    appointment, entry = missed.appointment, missed.entry
    provider = appointment.provider
    if entry.kind in SAYS_WHERE:
        yield appointment.place
    if missed.is_clients:
        yield from (provider.phone, provider.user.email)
        if entry.kind == Kind.CANCELED and appointment.cancellation is not None:
            next_start, link_sent = care_now.next_start(appointment, at=at), appointment.cancellation.link_sent
            with spoken(appointment.client.language):
                yield canceled.next_for_client(appointment, next_start=next_start, link_sent=link_sent).words


def _is_discreet(missed: Missed) -> bool:
    with spoken(missed.appointment.client.language):
        return missed.mail.subject == missed.appointment.provider.practice.spoken_neutral_subject


def _links_open(missed: Missed, *, at: datetime) -> bool:
    """Its links to manage the appointment and to book again are those of now."""
    appointment = missed.appointment
    care = appointment.client.care_relationships.active().filter(provider=appointment.provider).first()
    still = {
        "m": appointment.manage_token if manage_links.is_alive(appointment, at=at) else "",
        "b": care.booking_token if care else "",
    }
    found = re.findall(rf"{re.escape(settings.BASE_URL)}/([bm])/([\w-]+)/", missed.mail.text)
    return all(still[which] == token for which, token in found)
