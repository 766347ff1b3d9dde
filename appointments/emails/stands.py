"""The two mails that say a canceled appointment stands again, to whom the cancellation was told."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_standing, policy_words, who
from appointments.emails import booked
from appointments.emails.addressed import for_client, for_provider
from appointments.emails.parts import clients_time, in_clients_language, manage_url, place, portal_url
from appointments.models import Cancellation, Fee
from notifications.outbox import Message
from practice.actors import Actor, ActorKind
from practice.amounts import money
from practice.language import in_english
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
        "lead": leads.get(by.kind, office),
        "facts": place(appointment),
        "no_fee": fee_standing.void(fee.assessed) if fee else "",
        "plans": policy_words.if_plans_change(appointment, policy=policy, at=at, zone=client.time_zone),
        "how_to_cancel": booked.how_to_cancel(appointment, policy=policy, at=at),
        "manage": manage_url(appointment, at=at),
    }
    return for_client(
        "appointments/email/stands_client",
        context,
        appointment,
        key=f"restoring:{cancellation.pk}:client",
        kind="stands",
        calendar=("REQUEST", at),
    )


@in_english
def to_provider(cancellation: Cancellation, *, fee: Fee | None, by: Actor, policy: FeePolicy, at: datetime) -> Message:
    """``fee`` is the one asked for that is void now, ``policy`` the one in force."""
    appointment = cancellation.appointment
    context = {
        "facts": [
            ("Brought back by", who.name(by.kind, appointment, reader=ActorKind.PROVIDER)),
            *clients_time(appointment),
            *place(appointment),
            *([("Fee for canceling", f"Void ({money(fee.assessed)})")] if fee else []),
            *booked.terms_for_provider(appointment, policy=policy, at=at),
        ],
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return for_provider(
        "appointments/email/stands_provider",
        context,
        appointment,
        key=f"restoring:{cancellation.pk}:provider",
        kind="stands",
        calendar=("REQUEST", at),
    )
