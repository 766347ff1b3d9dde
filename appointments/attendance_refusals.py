"""The words of a refusal to mark a session, or to report or answer that the provider did not come.

See ``appointments.refusals``.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_words, refusals, rules, who
from appointments.models import AbsenceReport, Appointment, Fee, HistoryEntry, LateRequest
from appointments.refusals import Refused, how_long_ago
from appointments.rules import Session, Status
from practice.actors import Actor
from practice.amounts import money
from practice.zones import moment


class MarkedAlready(Refused):
    """Somebody was first; ``entry`` says who and when."""

    def __init__(self, appointment: Appointment, entry: HistoryEntry | None, *, by: Actor, at: datetime) -> None:
        self.entry = entry
        marks: dict[str, str] = {
            Status.NO_SHOW: "as a no-show",
            Status.PROVIDER_ABSENT: "as one that the provider did not come to",
        }
        mark = marks.get(appointment.status, "as attended")
        if entry is None:
            super().__init__(f"This session is marked {mark} already. Nothing was changed.")
            return
        first = who.did(entry.actor, entry.user_id, appointment, reader=by)
        when = how_long_ago(entry.at, at, appointment.provider.time_zone)
        super().__init__(f"{first} marked this session {mark} {when}. Nothing was changed.")


class TooSoonToMark(Refused):
    """``since`` is the first instant at which it can be."""

    def __init__(self, appointment: Appointment, session: Session, *, no_show: bool) -> None:
        self.since = session.waited_until if no_show else session.start
        since = moment(self.since, appointment.provider.time_zone)
        if no_show:
            words = f"{appointment.client.called} may still come. It can be marked as a no-show from {since} on."
        else:
            words = f"This session has not started. It can be marked from {since} on."
        super().__init__(words)


class ToCancelInstead(Refused):
    """The client asked to cancel before the start; ``request`` says when."""

    def __init__(self, appointment: Appointment, request: LateRequest) -> None:
        self.request = request
        called, asked = appointment.client.called, fee_words.before_start(appointment.start - request.first_asked_at)
        super().__init__(f"{called} asked to cancel this {asked}, so it is a late cancellation and no no-show.")


class ReportFirst(Refused):
    """The client says that the provider did not come."""

    def __init__(self, appointment: Appointment) -> None:
        provider, called = appointment.provider.first_name, appointment.client.called
        super().__init__(f"{called} reported that {provider} did not come. That is to be answered first.")


class PaidForNotComing(Refused):
    """What was paid is given back first, so that no one keeps money that is not owed."""

    def __init__(self, appointment: Appointment, fee: Fee) -> None:
        called, practice = appointment.client.called, appointment.provider.practice
        super().__init__(
            f"{called} has paid the fee of {money(fee.amount)} for this session, so that has to be settled first. "
            f"The office can take the payment back: call {practice.phone} or write to {practice.contact_email}."
        )


def of(
    no: rules.NotAllowed, appointment: Appointment, session: Session, *, no_show: bool, by: Actor, at: datetime
) -> Refused:
    """The rule's no to marking a session, in words for the provider or the office."""
    if isinstance(no, rules.IsCanceled) and appointment.cancellation is not None:
        return refusals.AlreadyCanceled(appointment.cancellation, by=by, at=at, zone=appointment.provider.time_zone)
    if isinstance(no, rules.IsTooSoon):
        return TooSoonToMark(appointment, session, no_show=no_show)
    if isinstance(no, rules.AskedLate) and appointment.late_request_on_record is not None:
        return ToCancelInstead(appointment, appointment.late_request_on_record)
    if isinstance(no, rules.IsReported):
        return ReportFirst(appointment)
    return MarkedAlready(appointment, appointment.history.marks().order_by("at", "id").last(), by=by, at=at)


# --- A client's report that the provider did not come ---


class NothingToReport(Refused):
    """For the client: why not, and whom they can talk to."""

    def __init__(self, appointment: Appointment, words: str) -> None:
        provider = appointment.provider
        reach = _("To talk about it, call %(provider)s at %(phone)s or write to %(email)s.") % {
            "provider": provider.first_name,
            "phone": provider.phone,
            "email": provider.user.email,
        }
        super().__init__(f"{words} {reach}")


class ReportedAlready(Refused):
    """For the client: one report of an appointment, which is read and answered once."""

    def __init__(self, appointment: Appointment, report: AbsenceReport) -> None:
        self.report = report
        words = _("You reported this on %(when)s. Nothing was sent twice.")
        super().__init__(words % {"when": moment(report.reported_at, appointment.client.time_zone)})


class ReportNotOpen(Refused):
    """For who would answer: somebody was first, or nothing is left to answer."""

    def __init__(self, report: AbsenceReport, *, by: Actor, at: datetime) -> None:
        appointment = report.appointment
        if report.answered_at is None:
            super().__init__("This session has been canceled meanwhile, so there is nothing left to answer.")
            return
        first = who.did(report.answered_by, report.answered_by_user_id, appointment, reader=by)
        when = how_long_ago(report.answered_at, at, appointment.provider.time_zone)
        super().__init__(f"{first} answered this {when}. Nothing was sent twice.")


def of_report(no: rules.NotAllowed, appointment: Appointment, session: Session) -> NothingToReport:
    """The rule's no to reporting, in words for the client."""
    provider, zone = appointment.provider.first_name, appointment.client.time_zone
    facts = {"provider": provider}
    if isinstance(no, rules.IsCanceled):
        words = _("This appointment is canceled, so there is nothing to report.")
    elif isinstance(no, rules.IsTooSoon):
        facts["since"] = moment(session.waited_until, zone)
        words = _("%(provider)s may still come. You can report it from %(since)s on.") % facts
    elif isinstance(no, rules.IsTooLong):
        facts["until"] = moment(session.report_until, zone)
        words = _("This could be reported until %(until)s.") % facts
    else:
        words = _("It is settled already that %(provider)s did not come.") % facts
    return NothingToReport(appointment, words)
