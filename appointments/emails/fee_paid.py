"""The mail that tells a client that their fee is marked as paid, with the way to its receipt."""

from appointments import fee_standing
from appointments.emails.addressed import for_client
from appointments.emails.parts import fees_url, in_clients_language, portal_url
from appointments.models import Settlement
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.zones import dated


@in_clients_language
def to_client(settlement: Settlement) -> Message:
    """One mail a payment. Who has no sign-in gets no link: the receipt is in the portal."""
    fee, appointment = settlement.fee, settlement.appointment
    client = appointment.client
    context = {
        "paid": fee_standing.decided(fee, reader=ActorKind.CLIENT),
        "how": settlement.how,
        "paid_on": dated(settlement.paid_on),
        "receipt": portal_url("appointments:client_receipt", fee.pk) if client.user_id else "",
        "fees_url": fees_url(client),
    }
    return for_client(
        "appointments/email/fee_paid_client",
        context,
        appointment,
        key=f"settlement:{settlement.pk}:client",
        kind="fee_paid",
    )
