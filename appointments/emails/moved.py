"""The two mails that say an appointment has moved: the old time struck, the new one, and what now applies."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import calendar_part, policy_words, who
from appointments.emails import booked
from appointments.emails.parts import (
    agree_url,
    clients_time,
    contact,
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
from practice.mailing import compose
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
        "appointment": appointment,
        "was": was,
        "zone": client.time_zone,
        "lead": leads.get(by.kind, _("The office moved this appointment.")),
        "facts": place(appointment),
        "plans": policy_words.if_plans_change(appointment, policy=policy, at=at, zone=client.time_zone),
        "how_to_cancel": booked.how_to_cancel(appointment, policy=policy, at=at),
        "agree": agree_url(appointment, at=at),
        "manage": manage_url(appointment, at=at),
        "contact": contact(provider),
    }
    return compose(
        "appointments/email/moved_client",
        context,
        practice=provider.practice,
        about=f"client:{client.pk}",
        key=f"move:{appointment.pk}:{appointment.sequence}:client",
        kind="moved",
        recipient=client.email,
        discreet=client.discreet,
        calendar=calendar_part.part(appointment, method="REQUEST", receiver=client.email, at=at),
        calendar_method="REQUEST",
    )


@in_english
def to_provider(
    appointment: Appointment, *, was: Span, blocked: bool, by: Actor, policy: FeePolicy, at: datetime
) -> Message:
    """``policy`` is the one in force, ``was`` the old time, ``blocked`` as time off."""
    provider = appointment.provider
    context = {
        "appointment": appointment,
        "was": was,
        "old_time": _what_becomes_of(was, blocked=blocked, at=at),
        "zone": provider.time_zone,
        "facts": [
            ("Moved by", who.name(by.kind, appointment, reader=ActorKind.PROVIDER)),
            *clients_time(appointment),
            *place(appointment),
            *booked.terms_for_provider(appointment, policy=policy, at=at),
        ],
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return compose(
        "appointments/email/moved_provider",
        context,
        practice=provider.practice,
        about=f"provider:{provider.pk}",
        key=f"move:{appointment.pk}:{appointment.sequence}:provider",
        kind="moved",
        recipient=provider.user.email,
        discreet=False,
        calendar=calendar_part.part(appointment, method="REQUEST", receiver=provider.user.email, at=at),
        calendar_method="REQUEST",
    )


def _what_becomes_of(was: Span, *, blocked: bool, at: datetime) -> str:
    if was.ends <= at:
        return ""
    return "The old time is time off now." if blocked else "The old time is free again."
