"""The two mails that say a canceled appointment stands again, to whom the cancellation was told."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import calendar_part, fee_standing, policy_words, who
from appointments.emails import booked
from appointments.emails.parts import clients_time, contact, in_clients_language, manage_url, place, portal_url
from appointments.models import Cancellation, Fee
from notifications.outbox import Message
from practice.actors import Actor, ActorKind
from practice.amounts import money
from practice.language import in_english
from practice.mailing import compose
from practice.models import FeePolicy


@in_clients_language
def to_client(cancellation: Cancellation, *, fee: Fee | None, by: Actor, policy: FeePolicy, at: datetime) -> Message:
    """``fee`` is the one asked for that is void now, ``policy`` the one in force."""
    appointment = cancellation.appointment
    client, provider = appointment.client, appointment.provider
    leads = {
        ActorKind.CLIENT: _("You took your cancellation back, so this appointment stands as it was."),
        ActorKind.PROVIDER: _("%(provider)s took the cancellation back, so this appointment stands as it was.")
        % {"provider": provider.display_name},
    }
    office = _("The office took the cancellation back, so this appointment stands as it was.")
    context = {
        "appointment": appointment,
        "zone": client.time_zone,
        "lead": leads.get(by.kind, office),
        "facts": place(appointment),
        "no_fee": fee_standing.void(fee.assessed) if fee else "",
        "plans": policy_words.if_plans_change(appointment, policy=policy, at=at, zone=client.time_zone),
        "how_to_cancel": booked.how_to_cancel(appointment, policy=policy, at=at),
        "manage": manage_url(appointment, at=at),
        "contact": contact(provider),
    }
    return compose(
        "appointments/email/stands_client",
        context,
        practice=provider.practice,
        about=f"client:{client.pk}",
        key=f"restoring:{cancellation.pk}:client",
        kind="stands",
        recipient=client.email,
        discreet=client.discreet,
        calendar=calendar_part.part(appointment, method="REQUEST", receiver=client.email, at=at),
        calendar_method="REQUEST",
    )


@in_english
def to_provider(cancellation: Cancellation, *, fee: Fee | None, by: Actor, policy: FeePolicy, at: datetime) -> Message:
    """``fee`` is the one asked for that is void now, ``policy`` the one in force."""
    appointment = cancellation.appointment
    provider = appointment.provider
    context = {
        "appointment": appointment,
        "zone": provider.time_zone,
        "facts": [
            ("Brought back by", who.name(by.kind, appointment, reader=ActorKind.PROVIDER)),
            *clients_time(appointment),
            *place(appointment),
            *([("Fee for canceling", f"Void ({money(fee.assessed)})")] if fee else []),
            *booked.terms_for_provider(appointment, policy=policy, at=at),
        ],
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return compose(
        "appointments/email/stands_provider",
        context,
        practice=provider.practice,
        about=f"provider:{provider.pk}",
        key=f"restoring:{cancellation.pk}:provider",
        kind="stands",
        recipient=provider.user.email,
        discreet=False,
        calendar=calendar_part.part(appointment, method="REQUEST", receiver=provider.user.email, at=at),
        calendar_method="REQUEST",
    )
