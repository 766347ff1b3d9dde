"""The mail that tells a client that their fee was marked as paid by mistake."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import fee_standing
from appointments.emails.addressed import for_client
from appointments.emails.parts import fees_url, in_clients_language
from appointments.models import Fee, HistoryEntry
from appointments.rules import FeeStatus
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.amounts import money


@in_clients_language
def to_client(fee: Fee, entry: HistoryEntry) -> Message:
    """``entry`` is that of the correction, so that each is mailed once."""
    appointment = fee.appointment
    context = {
        "title": _("Your fee is pending again") if fee.status == FeeStatus.PENDING else _("Your fee is due again"),
        "lead": _lead(fee, at=entry.at),
        "fees_url": fees_url(appointment.client),
    }
    return for_client(
        "appointments/email/fee_unpaid_client",
        context,
        appointment,
        key=f"fee:{fee.pk}:unpaid:{entry.pk}:client",
        kind="fee_unpaid",
    )


def _lead(fee: Fee, *, at: datetime) -> str:
    facts = {"fee": money(fee.amount)}
    if fee.status == FeeStatus.PENDING:
        lead = _("Your fee of %(fee)s was marked as paid by mistake. It is pending again.") % facts
        return f"{lead} {fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=at)}"
    return _("Your fee of %(fee)s was marked as paid by mistake. It is due again.") % facts
