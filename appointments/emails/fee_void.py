"""The mail that tells a client who heard of a no-show fee that it no longer applies."""

from appointments.emails.addressed import for_client
from appointments.emails.parts import fees_url, in_clients_language
from appointments.models import Fee, HistoryEntry
from notifications.outbox import Message
from practice.amounts import money


@in_clients_language
def to_client(fee: Fee, entry: HistoryEntry) -> Message:
    """``entry`` is that of the correction, so that each is mailed once."""
    appointment = fee.appointment
    client, provider = appointment.client, appointment.provider
    context = {
        "amount": money(fee.assessed),
        "provider_name": provider.first_name,
        "fees_url": fees_url(client),
    }
    return for_client(
        "appointments/email/fee_void_client",
        context,
        appointment,
        key=f"fee:{fee.pk}:void:{entry.pk}:client",
        kind="fee_void",
    )
