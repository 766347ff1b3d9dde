"""The mail that tells a provider of a client who asks to cancel late. It holds no text of the client's."""

from appointments import care_now, fee_rules, fee_words, terms
from appointments.assessments import NOTHING
from appointments.emails.addressed import for_provider
from appointments.emails.parts import clients_time, portal_url
from appointments.models import LateRequest
from notifications.outbox import Message
from practice.amounts import money
from practice.language import in_english
from practice.models import FeePolicy
from practice.zones import moment


@in_english
def to_provider(request: LateRequest, *, policy: FeePolicy) -> Message:
    """``policy`` is the one in force."""
    appointment = request.appointment
    provider = appointment.provider
    context = {
        "facts": [
            ("Asked at", moment(request.asked_at, provider.time_zone)),
            *_first_asked(request),
            ("Notice", fee_words.before_start(appointment.start - request.first_asked_at)),
            *clients_time(appointment),
            ("Late fee", _fee(request, policy=policy)),
        ],
        "has_note": bool(request.note),
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return for_provider(
        "appointments/email/late_asked_provider",
        context,
        appointment,
        key=f"late_request:{request.pk}:provider",
        kind="late_request",
    )


def _first_asked(request: LateRequest) -> list[tuple[str, str]]:
    zone = request.appointment.provider.time_zone
    return [("First asked at", moment(request.first_asked_at, zone))] if request.is_repeated else []


def _fee(request: LateRequest, *, policy: FeePolicy) -> str:
    care = care_now.of(request.appointment, policy=policy, at=request.asked_at)
    facts = terms.fee_facts(
        request.appointment, reason=request.reason, told_at=request.first_asked_at, policy=policy, reliefs=care.reliefs
    )
    owed = fee_rules.assess(facts).amount
    return f"{money(owed)} if you cancel, unless you reduce or waive it" if owed > NOTHING else "None"
