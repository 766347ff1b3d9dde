"""The two mails that say an appointment has moved: the old time struck, the new one, and what now applies."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import policy_words, who
from appointments.emails import booked
from appointments.emails.addressed import for_client, for_provider
from appointments.emails.parts import (
    agree_url,
    clients_time,
    in_clients_language,
    manage_url,
    place,
    portal_url,
)
from appointments.models import Appointment
from appointments.openings import Span
from notifications.outbox import Message
from practice.actors import Actor, ActorKind
from practice.language import in_english
from practice.models import FeePolicy


@in_clients_language
def to_client(appointment: Appointment, *, was: Span, by: Actor, policy: FeePolicy, at: datetime) -> Message:
    """``policy`` is the one in force, ``was`` the old time."""
    client, provider = appointment.client, appointment.provider
    leads = {
        ActorKind.CLIENT: _("You moved this appointment."),
        ActorKind.PROVIDER: _("%(provider)s moved this appointment.") % {"provider": provider.display_name},
    }
    context = {
        "was": was,
        "lead": leads.get(by.kind, _("The office moved this appointment.")),
        "facts": place(appointment),
        "plans": policy_words.if_plans_change(appointment, policy=policy, at=at, zone=client.time_zone),
        "how_to_cancel": booked.how_to_cancel(appointment, policy=policy, at=at),
        "agree": agree_url(appointment, at=at),
        "manage": manage_url(appointment, at=at),
    }
    return for_client(
        "appointments/email/moved_client",
        context,
        appointment,
        key=f"move:{appointment.pk}:{appointment.sequence}:client",
        kind="moved",
        calendar=("REQUEST", at),
    )


@in_english
def to_provider(
    appointment: Appointment, *, was: Span, blocked: bool, by: Actor, policy: FeePolicy, at: datetime
) -> Message:
    """``policy`` is the one in force, ``was`` the old time, ``blocked`` as time off."""
    context = {
        "was": was,
        "old_time": _what_becomes_of(was, blocked=blocked, at=at),
        "facts": [
            ("Moved by", who.name(by.kind, appointment, reader=ActorKind.PROVIDER)),
            *clients_time(appointment),
            *place(appointment),
            *booked.terms_for_provider(appointment, policy=policy, at=at),
        ],
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return for_provider(
        "appointments/email/moved_provider",
        context,
        appointment,
        key=f"move:{appointment.pk}:{appointment.sequence}:provider",
        kind="moved",
        calendar=("REQUEST", at),
    )


def _what_becomes_of(was: Span, *, blocked: bool, at: datetime) -> str:
    if was.ends <= at:
        return ""
    return "The old time is time off now." if blocked else "The old time is free again."
