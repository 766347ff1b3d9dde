"""What a provider can say about whether the two met, as their pages offer it; the acts are in ``attendance``."""

from dataclasses import dataclass
from datetime import datetime

from appointments import fee_words, rules, terms
from appointments.models import AbsenceReport, Appointment, LateRequest
from practice.zones import clock


@dataclass(frozen=True)
class Marking:
    """``asks`` while nobody has said it. ``no_show_from`` is set while it is too soon for a no-show; ``asked`` where
    it is a late cancellation instead; ``report`` where the client’s report is to be answered first."""

    asks: bool
    may_complete: bool
    may_no_show: bool
    no_show_from: str
    asked: LateRequest | None
    notice_asked: str
    report: AbsenceReport | None


def of(appointment: Appointment, *, at: datetime) -> Marking | None:
    """None before the start and of what is canceled; the appointment with its people."""
    if appointment.start > at or appointment.cancellation is not None:
        return None
    session = terms.session(appointment, policy=terms.in_force(appointment, at=appointment.start))
    no = rules.may_mark_no_show(session, at=at)
    asked = appointment.late_request_on_record if isinstance(no, rules.AskedLate) else None
    soon = isinstance(no, rules.IsTooSoon)
    return Marking(
        asks=appointment.is_booked and not session.is_reported,
        may_complete=rules.may_mark_completed(session, at=at) is None,
        may_no_show=no is None,
        no_show_from=clock(session.waited_until, appointment.provider.time_zone) if soon else "",
        asked=asked,
        notice_asked=fee_words.before_start(appointment.start - asked.first_asked_at) if asked else "",
        report=appointment.absence if session.is_reported else None,
    )
