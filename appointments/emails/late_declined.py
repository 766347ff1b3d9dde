"""The mail that tells a client that what they asked late for was declined, in the words they are given."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import policy_words
from appointments.emails.addressed import for_client
from appointments.emails.parts import in_clients_language, manage_url, place
from appointments.models import LateRequest
from notifications.outbox import Message
from practice.models import FeePolicy


@in_clients_language
def to_client(request: LateRequest, *, policy: FeePolicy, at: datetime) -> Message:
    """``policy`` is the one in force."""
    appointment = request.appointment
    client, provider = appointment.client, appointment.provider
    facts = {"provider": provider.display_name}
    lies_ahead = appointment.start > at
    context = {
        "lead": _("You asked %(provider)s to cancel this appointment. It was not canceled and stays booked.") % facts
        if lies_ahead
        else _("You asked %(provider)s to cancel this appointment. It was not canceled.") % facts,
        "words": request.words,
        "facts": place(appointment),
        "plans": policy_words.if_plans_change(appointment, policy=policy, at=at, zone=client.time_zone)
        if lies_ahead
        else "",
        "manage": manage_url(appointment, at=at),
    }
    return for_client(
        "appointments/email/late_declined_client",
        context,
        appointment,
        key=f"late_request:{request.pk}:client",
        kind="late_declined",
    )
