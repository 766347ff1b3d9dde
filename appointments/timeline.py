"""What happened to an appointment, in sentences as its reader says them, and where each mail about it stands.

One for the provider and one for the client: the client's holds no private note, no reason's wording
meant for the provider and no word of why a fee was decided so.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from appointments import absences, days, fee_history, fee_standing, fee_words, who
from appointments.assessments import NoFee
from appointments.models import AbsenceReport, Appointment, Cancellation, HistoryEntry, LateRequest, Objection
from notifications.models import BODY, OutboxMessage
from notifications.models import Status as MailStatus
from practice.actors import ActorKind
from practice.zones import NBSP, abbreviation, moment

Kind = HistoryEntry.Kind

ICONS: dict[str, str] = {
    Kind.BOOKED: "calendar",
    Kind.MOVED: "moved",
    Kind.ASKED_TO_RESCHEDULE: "moved",
    Kind.LATE_REQUEST: "message",
    Kind.LATE_REQUEST_DECLINED: "message",
    Kind.CANCELED: "cancel",
    Kind.RESTORED: "undo",
    Kind.AGREED: "check",
    Kind.COMPLETED: "check",
    Kind.NO_SHOW: "no-show",
    Kind.ABSENCE_REPORTED: "message",
    Kind.ABSENCE_ANSWERED: "message",
    Kind.REMINDED: "clock",
    Kind.PASS_RETURNED: "fee",
    Kind.FEE_DECIDED: "fee",
    Kind.FEE_MELTED: "fee",
    Kind.FEE_RIPENED: "fee",
    Kind.FEE_PAID: "fee",
    Kind.FEE_UNPAID: "fee",
    Kind.FEE_DISPUTED: "message",
    Kind.FEE_ANSWERED: "fee",
    Kind.WAIVER_ASKED: "fee",
    Kind.WAIVER_APPROVED: "check",
    Kind.WAIVER_DECLINED: "fee",
}
ABOUT_LATE_REQUESTS = {Kind.LATE_REQUEST, Kind.LATE_REQUEST_DECLINED}


@dataclass(frozen=True)
class Mail:
    """One mail that told of it: its present state, in words for the reader."""

    message: OutboxMessage
    to_client: bool
    words: str

    @property
    def status(self) -> str:
        return self.message.status


@dataclass(frozen=True)
class Item:
    """``when`` names the reader's zone; ``at`` is the instant itself."""

    kind: str
    icon: str
    sentence: str
    details: list[str]
    at: datetime
    when: str
    mails: list[Mail]


def items(appointment: Appointment, *, reader: ActorKind, at: datetime) -> list[Item]:
    """Newest first. A fixed number of queries, whatever happened, and one more where a client asked late, or
    objected."""
    bodiless = Prefetch("messages", OutboxMessage.objects.defer(*BODY))
    entries = appointment.history.prefetch_related(bodiless).order_by("-at", "-id")
    if reader == ActorKind.CLIENT:
        entries = entries.exclude(kind__in=fee_history.OF_THE_OFFICE)
    # By their instant, undone ones too: each has its entry of the same instant.
    cancellations = {row.canceled_at: row for row in appointment.cancellations.select_related("reason")}
    kinds = {entry.kind for entry in entries}
    requests = _late_requests(appointment) if kinds & ABOUT_LATE_REQUESTS else {}
    objections = fee_history.objections(appointment) if Kind.FEE_DISPUTED in kinds else {}
    teller = _Teller(appointment, reader, at, cancellations, requests, objections)
    return [teller.tell(entry) for entry in entries]


def _late_requests(appointment: Appointment) -> dict[datetime, LateRequest]:
    """By the instants at which they were asked and answered."""
    rows = list(appointment.late_requests.select_related("reason"))
    return {row.asked_at: row for row in rows} | {row.answered_at: row for row in rows if row.answered_at}


def _by_person(mail: OutboxMessage) -> tuple[str, int]:
    """The client's first; what was sent again stands below what did not arrive."""
    return mail.about, mail.pk


def newest(told: list[Item], *, to_client: bool) -> Mail | None:
    """The last mail that the client, or the provider, was to get about this appointment."""
    mails = [mail for item in told for mail in item.mails if mail.to_client == to_client]
    return max(mails, key=lambda mail: mail.message.pk, default=None)


def state_words(mail: OutboxMessage, name: str, *, zone: str, beside: datetime) -> str:
    """``Jordan was told: delivered 10:42 AM``; ``name`` is empty for the reader's own mail."""
    words = _yours(mail.status) if not name else _theirs(mail.status)
    return words % {"name": name, "when": days.beside(mail.state_at, zone, at=beside)}


def _yours(status: str) -> str:
    words: dict[str, str] = {
        MailStatus.QUEUED: _("Your mail is queued"),
        MailStatus.SENT: _("You were told: sent %(when)s"),
        MailStatus.DELIVERED: _("You were told: delivered %(when)s"),
        MailStatus.BOUNCED: _("Your mail bounced %(when)s"),
        MailStatus.COMPLAINED: _("Your mail was marked as spam %(when)s"),
        MailStatus.FAILED: _("Your mail failed %(when)s"),
        MailStatus.DROPPED: _("Your mail was not sent"),
    }
    return words[status]


def _theirs(status: str) -> str:
    words: dict[str, str] = {
        MailStatus.QUEUED: _("%(name)s’s mail is queued"),
        MailStatus.SENT: _("%(name)s was told: sent %(when)s"),
        MailStatus.DELIVERED: _("%(name)s was told: delivered %(when)s"),
        MailStatus.BOUNCED: _("%(name)s’s mail bounced %(when)s"),
        MailStatus.COMPLAINED: _("%(name)s’s mail was marked as spam %(when)s"),
        MailStatus.FAILED: _("%(name)s’s mail failed %(when)s"),
        MailStatus.DROPPED: _("%(name)s’s mail was not sent"),
    }
    return words[status]


@dataclass(frozen=True)
class _Teller:
    appointment: Appointment
    reader: ActorKind
    at: datetime
    cancellations: dict[datetime, Cancellation]
    late_requests: dict[datetime, LateRequest]
    objections: dict[datetime, Objection]

    @property
    def zone(self) -> str:
        return self.appointment.client.time_zone if self.to_client else self.appointment.provider.time_zone

    @property
    def to_client(self) -> bool:
        return self.reader == ActorKind.CLIENT

    def tell(self, entry: HistoryEntry) -> Item:
        sentence, details = {
            Kind.BOOKED: self._booked,
            Kind.MOVED: self._moved,
            Kind.ASKED_TO_RESCHEDULE: self._asked_to_reschedule,
            Kind.AGREED: self._agreed,
            Kind.LATE_REQUEST: self._asked_late,
            Kind.LATE_REQUEST_DECLINED: self._declined,
            Kind.CANCELED: self._canceled,
            Kind.RESTORED: self._restored,
            Kind.REMINDED: self._reminded,
            Kind.ABSENCE_REPORTED: self._absence_reported,
            Kind.ABSENCE_ANSWERED: self._absence_answered,
            Kind.PASS_RETURNED: self._pass_returned,
        }.get(Kind(entry.kind), self._fee if entry.kind in fee_history.KINDS else self._other)(entry)
        return Item(
            kind=entry.kind,
            icon=ICONS[entry.kind],
            sentence=sentence,
            details=details,
            at=entry.at,
            when=f"{days.near(entry.at, self.zone, at=self.at)}{NBSP}{abbreviation(entry.at, self.zone)}",
            mails=[self._mail(mail, entry) for mail in sorted(entry.messages.all(), key=_by_person)],
        )

    def _who(self, entry: HistoryEntry) -> dict[str, str]:
        return {"who": who.name(entry.actor, self.appointment, reader=self.reader)}

    def _mail(self, mail: OutboxMessage, entry: HistoryEntry) -> Mail:
        to_client = mail.about == f"client:{self.appointment.client_id}"
        name = self.appointment.client.called if to_client else self.appointment.provider.first_name
        if to_client == self.to_client:
            name = ""
        return Mail(mail, to_client, state_words(mail, name, zone=self.zone, beside=entry.at))

    # --- What happened, and what else there is to say of it ---

    def _booked(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        agreed, facts = self.appointment.acknowledged_at is not None, self._who(entry)
        if entry.actor == ActorKind.CLIENT:
            if agreed:
                return _("%(who)s booked it and agreed to the policy") % facts, []
            return _("%(who)s booked it") % facts, []
        if self.to_client:
            sentence = _("%(who)s booked it for you") % facts
        else:
            sentence = f"{facts['who']} booked it for {self.appointment.client.called}"
        if agreed:
            return sentence, []
        return sentence, [fee_words.none_can_follow(self.appointment, NoFee.NEVER_AGREED, reader=self.reader)]

    def _moved(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        facts = self._who(entry) | {"start": self._moment(entry.facts["start"])}
        if entry.facts.get("agreed"):
            sentence = _("%(who)s moved it to %(start)s and agreed to the policy in force") % facts
        else:
            sentence = _("%(who)s moved it to %(start)s") % facts
        return sentence, [_("From %(start)s") % {"start": self._moment(entry.facts["old_start"])}, *self._why(entry)]

    def _asked_to_reschedule(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        facts = self._who(entry) | {"client": self.appointment.client.called}
        if entry.facts.get("step") == "withdrawn":
            return _("%(who)s took back that another time is needed") % facts, []
        sentence = (
            _("%(who)s asked you to pick another time") if self.to_client else "%(who)s asked %(client)s to move it"
        )
        until = entry.facts.get("let_go_at")
        held = [_("Held until %(until)s") % {"until": self._moment(until)}] if until else []
        return sentence % facts, held

    def _moment(self, fact: str) -> str:
        return moment(datetime.fromisoformat(fact), self.zone)

    def _pass_returned(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        return _("%(who)s gave the free pass back: nothing is owed, and it counts again") % self._who(entry), []

    def _agreed(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        return _("%(who)s agreed to the policy") % self._who(entry), []

    def _asked_late(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        provider, client = self.appointment.provider.first_name, self.appointment.client.called
        notice = fee_words.before_start(datetime.fromisoformat(entry.facts["start"]) - entry.at)
        request = self.late_requests.get(entry.at)
        if self.to_client:
            why = [request.reason.for_client(provider)] if request else []
            return _("You asked %(provider)s to cancel it, %(notice)s") % {
                "provider": provider,
                "notice": notice,
            }, why
        why = [request.reason.for_provider(client)] if request else []
        return f"{client} asked you to cancel it, {notice}", why

    def _declined(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        request = self.late_requests.get(entry.at)
        words = [request.words] if request and request.words else []
        if self.to_client:
            return _("%(who)s did not cancel it") % self._who(entry), words
        return f"{self._who(entry)['who']} declined to cancel it", words

    def _canceled(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        cancellation = self.cancellations.get(entry.at)
        details = [] if cancellation is None else self._why_canceled(cancellation)
        if entry.actor == ActorKind.SYSTEM:
            return _("It was canceled, as no new time was picked"), details
        return _("%(who)s canceled it") % self._who(entry), details

    def _why_canceled(self, cancellation: Cancellation) -> list[str]:
        client, reason = self.appointment.client.called, cancellation.reason
        if self.to_client:
            by_client = cancellation.actor == ActorKind.CLIENT
            provider = self.appointment.provider.first_name
            return [reason.for_client(provider) if by_client else cancellation.why_for_client(provider)]
        details = [f"{reason.for_provider(client)}, {fee_words.before_start(cancellation.notice)}"]
        if cancellation.told_at != cancellation.canceled_at:
            entered = fee_words.before_start(self.appointment.start - cancellation.canceled_at)
            details.append(f"Told {moment(cancellation.told_at, self.zone)}, entered {entered}")
        return details

    def _restored(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        void = entry.facts.get("void")
        details = [fee_standing.void(Decimal(void))] if void else []
        return _("%(who)s brought it back") % self._who(entry), [*self._why(entry), *details]

    def _why(self, entry: HistoryEntry) -> list[str]:
        """The office's reason for a correction, which is not the client's to read."""
        why = entry.facts.get("why", "")
        return [why] if why and not self.to_client else []

    def _reminded(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        if entry.facts["which"] == "deadline":
            return _("Reminder of until when it can be canceled"), []
        return _("Reminder of the appointment"), []

    def _absence_reported(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        report = self.absence
        return absences.reported(report, reader=self.reader), [report.words] if report.words else []

    def _absence_answered(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        report = self.absence
        return absences.answered(report, reader=self.reader), [report.answer_words] if report.answer_words else []

    @property
    def absence(self) -> AbsenceReport:
        report = self.appointment.absence
        assert report is not None
        report.appointment = self.appointment
        return report

    def _fee(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        by = self._who(entry)["who"]
        return fee_history.tell(entry, by=by, to_client=self.to_client, objection=self.objections.get(entry.at))

    def _other(self, entry: HistoryEntry) -> tuple[str, list[str]]:
        if entry.kind == Kind.COMPLETED:
            return _("%(who)s marked it as attended") % self._who(entry), self._why(entry)
        return _("%(who)s marked it as a no-show") % self._who(entry), self._why(entry)
