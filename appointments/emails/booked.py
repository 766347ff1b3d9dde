"""The two mails that say an appointment is booked, each with the invitation that puts it into a calendar."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import policy_words, terms
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
from notifications.outbox import Message
from practice.actors import Actor, ActorKind
from practice.amounts import money
from practice.language import in_english
from practice.models import FeePolicy
from practice.zones import moment


@in_clients_language
def to_client(appointment: Appointment, *, by: Actor, policy: FeePolicy, at: datetime) -> Message:
    """``policy`` is the one in force."""
    client, provider = appointment.client, appointment.provider
    leads = {
        ActorKind.CLIENT: _("You booked this appointment."),
        ActorKind.PROVIDER: _("%(provider)s booked this appointment for you.") % {"provider": provider.display_name},
    }
    context = {
        "lead": leads.get(by.kind, _("The office booked this appointment for you.")),
        "facts": place(appointment),
        "plans": policy_words.if_plans_change(appointment, policy=policy, at=at, zone=client.time_zone),
        "how_to_cancel": how_to_cancel(appointment, policy=policy, at=at),
        "agree": agree_url(appointment, at=at),
        "manage": manage_url(appointment, at=at),
    }
    return for_client(
        "appointments/email/booked_client",
        context,
        appointment,
        key=f"booking:{appointment.pk}:client",
        kind="booked",
        calendar=("REQUEST", at),
    )


@in_english
def to_provider(appointment: Appointment, *, by: Actor, policy: FeePolicy, at: datetime) -> Message:
    """``policy`` is the one in force."""
    name = appointment.client.discreet_name  # its full stop ends the sentence too
    leads = {
        ActorKind.CLIENT: f"{name} booked an appointment with you.",
        ActorKind.PROVIDER: f"You booked an appointment for {name}",
    }
    context = {
        "lead": leads.get(by.kind, f"The office booked an appointment for {name}"),
        "facts": [
            *clients_time(appointment),
            *place(appointment),
            *terms_for_provider(appointment, policy=policy, at=at),
        ],
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return for_provider(
        "appointments/email/booked_provider",
        context,
        appointment,
        key=f"booking:{appointment.pk}:provider",
        kind="booked",
        calendar=("REQUEST", at),
    )


def how_to_cancel(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> str:
    """By the mail's own link while that is open to them, otherwise by talking to the provider."""
    provider = appointment.provider
    reach = {"provider": provider.first_name, "phone": provider.phone, "email": provider.user.email}
    standing = terms.standing(appointment, policy=policy)
    if standing.is_on_time(at):
        words = _(
            "To cancel or move it, use the link below. Later than the time above, "
            "call %(provider)s at %(phone)s or write to %(email)s."
        )
    else:
        words = _("To cancel, call %(provider)s at %(phone)s or write to %(email)s, or ask by the link below.")
    return words % reach


def terms_for_provider(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> list[tuple[str, str]]:
    """Until when the client cancels free of charge, and what may follow later."""
    return [
        ("Free cancellation", _until(appointment, policy=policy, at=at)),
        ("Late fee", _fee_for_provider(appointment, policy=policy)),
    ]


def _until(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> str:
    standing = terms.standing(appointment, policy=policy)
    until = moment(standing.deadline, appointment.provider.time_zone)
    return f"{'Until' if standing.is_on_time(at) else 'Ended'} {until}, {policy_words.how_far(standing.cutoff)}"


def _fee_for_provider(appointment: Appointment, *, policy: FeePolicy) -> str:
    client = appointment.client
    if appointment.acknowledged_policy is None:
        return f"None can follow until {client.called} agrees to one"
    most = terms.most_it_could_cost(appointment, policy=policy)
    if most.amount <= 0:
        return "None can follow"
    return f"Up to {money(most.amount)}, as {client.called} agreed"
