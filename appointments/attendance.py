"""Whether the two met: attended, a no-show with its fee, or a provider who did not come, by the client's report."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appointments import (
    attendance_refusals,
    care_now,
    drafts,
    fee_rules,
    fees,
    history,
    late_requests,
    passes,
    rules,
    terms,
)
from appointments.assessments import NOTHING, Assessment, FeeKind
from appointments.emails import absence_answered, absence_reported, fee_decided, fee_void
from appointments.fees import FeeDecision
from appointments.models import AbsenceReport, Appointment, Fee, HistoryEntry
from appointments.refusals import Refused
from appointments.rules import FeeStatus, Status
from notifications import outbox
from notifications.models import Status as MailStatus
from practice.actors import Actor, ActorKind
from practice.models import FeePolicy

Kind = HistoryEntry.Kind
Answer = AbsenceReport.Answer


@transaction.atomic
def mark_completed(appointment: Appointment, *, by: Actor, at: datetime, why: str = "") -> Appointment:
    """Keep that the client came, also where they were marked as a no-show: a fee for that no longer applies.

    From the start on. ``why`` is the office's reason, never shown to the client. Raises a ``refusals.Refused`` out
    of ``attendance_refusals``; each ``str()`` is safe to show to ``by``.
    """
    appointment, policy = _held(appointment)
    session = terms.session(appointment, policy=policy)
    if no := rules.may_mark_completed(session, at=at):
        raise attendance_refusals.of(no, appointment, session, no_show=False, by=by, at=at)
    _they_came(appointment, by=by, at=at, why=why)
    return appointment


@transaction.atomic
def mark_no_show(
    appointment: Appointment, *, by: Actor, fee: FeeDecision | None, at: datetime, why: str = ""
) -> Appointment:
    """Keep that the client did not come, decide the fee for it and tell them of that.

    From start and grace on. ``fee`` None leaves a fee for the provider to decide when the office marks it, and says
    that none was shown when the provider does. Raises as ``mark_completed``, FeeChanged or TooMuch.
    """
    appointment, policy = _held(appointment)
    session = terms.session(appointment, policy=policy)
    if no := rules.may_mark_no_show(session, at=at):
        raise attendance_refusals.of(no, appointment, session, no_show=True, by=by, at=at)
    assessment = _assess(appointment, policy=policy, at=at)
    if fee is not None or by.kind != ActorKind.ADMIN:  # the office leaves the fee to the provider
        drafts.check_shown(appointment, assessment, shown=fee.shown if fee else NOTHING)
    _move(appointment, "mark_no_show", at=at)
    history.record(appointment, Kind.NO_SHOW, by=by, at=at, facts={"why": why} if why else {})
    if assessment.amount > NOTHING:
        _keep_fee(appointment, assessment, decision=fee, by=by, at=at)
    return appointment


def owed(appointment: Appointment, *, at: datetime) -> Assessment:
    """What not coming costs, on the row as it is."""
    return _assess(appointment, policy=terms.in_force(appointment, at=appointment.start), at=at)


def _assess(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> Assessment:
    care = care_now.of(appointment, policy=policy, at=at)
    return fee_rules.assess(terms.no_show_facts(appointment, policy=policy, reliefs=care.reliefs))


@transaction.atomic
def report_absence(appointment: Appointment, *, by: Actor, words: str, at: datetime) -> AbsenceReport:
    """Its client, signed in, reports that the provider did not come; the provider is told, and answers.

    From start and grace on, for 14 days from the start. Raises ReportedAlready or NothingToReport; each ``str()``
    is safe to show to the client.
    """
    appointment, policy = _held(appointment)
    if refusal := _outlook(appointment, policy=policy, at=at).refusal:
        raise refusal
    assert by.user_id is not None
    report = AbsenceReport.objects.create(appointment=appointment, reported_at=at, user_id=by.user_id, words=words)
    mails = outbox.enqueue(absence_reported.to_provider(report), at=at)
    history.record(appointment, Kind.ABSENCE_REPORTED, by=by, at=at, messages=mails)
    return report


@transaction.atomic
def answer_absence(report: AbsenceReport, *, by: Actor, answer: Answer, words: str, at: datetime) -> AbsenceReport:
    """Say what happened, and tell the client. Confirmed, no fee is owed ever, and the client is given a pass.

    That the client did not come leaves the session as it is, to be marked. Raises ReportNotOpen or PaidForNotComing.
    """
    appointment, policy = _held(report.appointment)
    report = AbsenceReport.objects.get(pk=report.pk)
    report.appointment = appointment
    if not report.is_open:
        raise attendance_refusals.ReportNotOpen(report, by=by, at=at)
    report.answer, report.answer_words = answer, words
    report.answered_by, report.answered_by_user_id, report.answered_at = by.kind, by.user_id, at
    report.save()
    given = None
    if answer == Answer.CONFIRMED:
        _void_fee(appointment, at=at)
        _move(appointment, "confirm_absence", at=at)
        late_requests.no_longer_needed(appointment, by=by, at=at)
        given = passes.give_for_absence(report, at=at)
    elif answer == Answer.MET and appointment.status != Status.COMPLETED:
        _they_came(appointment, by=by, at=at)
    history.drop_unsent(appointment, [Kind.ABSENCE_REPORTED], at=at)
    link = care_now.of(appointment, policy=policy, at=at).link
    mails = outbox.enqueue(absence_answered.to_client(report, gives_pass=given is not None, link=link), at=at)
    history.record(appointment, Kind.ABSENCE_ANSWERED, by=by, at=at, facts={"answer": answer.value}, messages=mails)
    return report


@dataclass(frozen=True)
class Outlook:
    """What its client can do about a provider who did not come: until when, or why not; ``waits`` for an answer."""

    refusal: Refused | None
    until: datetime
    waits: bool


def outlook(appointment: Appointment, *, at: datetime) -> Outlook:
    """For pages, on the row as it is."""
    return _outlook(appointment, policy=terms.in_force(appointment, at=appointment.start), at=at)


def _outlook(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> Outlook:
    session = terms.session(appointment, policy=policy)
    if (there := appointment.absence) is not None:
        refusal: Refused | None = attendance_refusals.ReportedAlready(appointment, there)
    else:
        no = rules.may_report(session, at=at)
        refusal = None if no is None else attendance_refusals.of_report(no, appointment, session)
    return Outlook(refusal, session.report_until, waits=session.is_reported)


def _held(appointment: Appointment) -> tuple[Appointment, FeePolicy]:
    """The row as it is now, the addresses of its people held with it, and the policy in force at its start."""
    appointment = Appointment.objects.hold(appointment)
    return appointment, terms.in_force(appointment, at=appointment.start)


def _they_came(appointment: Appointment, *, by: Actor, at: datetime, why: str = "") -> None:
    """The session took place: here stands what follows from that."""
    told_of = _void_fee(appointment, at=at)
    _move(appointment, "mark_completed", at=at)
    late_requests.no_longer_needed(appointment, by=by, at=at)
    entry = history.record(appointment, Kind.COMPLETED, by=by, at=at, facts={"why": why} if why else {})
    if told_of is not None:
        entry.messages.add(*outbox.enqueue(fee_void.to_client(told_of, entry), at=at))


def _move(appointment: Appointment, act: str, *, at: datetime) -> None:
    appointment.status = rules.MOVES[Status(appointment.status), act]
    appointment.save(update_fields=["status"])
    history.drop_unsent(appointment, [Kind.REMINDED], at=at)


def _keep_fee(
    appointment: Appointment, assessment: Assessment, *, decision: FeeDecision | None, by: Actor, at: datetime
) -> None:
    fee = fees.assessed(
        appointment, assessment, kind=FeeKind.NO_SHOW, cancellation=None, decision=decision, by=by, at=at
    )
    fees.keep(fee, at=at)
    fees.ask_approval(fee, decision, by=by, at=at)
    if fee.decided_at is not None:
        entry = history.record(appointment, Kind.FEE_DECIDED, by=by, at=at, facts=history.fee_facts(fee))
        entry.messages.add(*outbox.enqueue(fee_decided.to_client(fee, entry), at=at))


def _void_fee(appointment: Appointment, *, at: datetime) -> Fee | None:
    """A fee for not coming no longer applies; returned where its client has heard of it. Raises PaidForNotComing."""
    fee = appointment.fee
    if fee is None:
        return None
    if (FeeStatus(fee.status), "void") not in rules.FEE_MOVES:
        raise attendance_refusals.PaidForNotComing(appointment, fee)
    fee.appointment = appointment
    fees.void(fee, at=at)
    del appointment.live_fees
    history.drop_unsent(appointment, HistoryEntry.OF_FEES, at=at)
    told = appointment.history.filter(kind__in=HistoryEntry.OF_FEES, messages__about=f"client:{appointment.client_id}")
    return fee if told.exclude(messages__status=MailStatus.DROPPED).exists() else None
