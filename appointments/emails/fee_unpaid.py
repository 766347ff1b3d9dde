"""The mail that tells a client that their fee was marked as paid by mistake."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_standing
from appointments.emails.parts import contact, fees_url, in_clients_language
from appointments.models import Fee, HistoryEntry
from appointments.rules import FeeStatus
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.amounts import money
from practice.mailing import compose


@in_clients_language
def to_client(fee: Fee, entry: HistoryEntry) -> Message:
    """``entry`` is that of the correction, so that each is mailed once."""
    appointment = fee.appointment
    client, provider = appointment.client, appointment.provider
    context = {
        "appointment": appointment,
        "zone": client.time_zone,
        "title": _("Your fee is pending again") if fee.status == FeeStatus.PENDING else _("Your fee is due again"),
        "lead": _lead(fee, at=entry.at),
        "fees_url": fees_url(client),
        "contact": contact(provider),
    }
    return compose(
        "appointments/email/fee_unpaid_client",
        context,
        practice=provider.practice,
        about=f"client:{client.pk}",
        key=f"fee:{fee.pk}:unpaid:{entry.pk}:client",
        kind="fee_unpaid",
        recipient=client.email,
        discreet=client.discreet,
    )


def _lead(fee: Fee, *, at: datetime) -> str:
    facts = {"fee": money(fee.amount)}
    if fee.status == FeeStatus.PENDING:
        lead = _("Your fee of %(fee)s was marked as paid by mistake. It is pending again.") % facts
        return f"{lead} {fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=at)}"
    return _("Your fee of %(fee)s was marked as paid by mistake. It is due again.") % facts
