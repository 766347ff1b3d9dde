"""The mail that tells a client that their fee was marked as paid by mistake."""

from django.utils.translation import gettext as _

from appointments.emails.parts import contact, in_clients_language
from appointments.models import Fee, HistoryEntry
from notifications.outbox import Message
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
        "lead": _("Your fee of %(fee)s was marked as paid by mistake. It is due again.") % {"fee": money(fee.amount)},
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
