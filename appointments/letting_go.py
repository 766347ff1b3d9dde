"""Lets a time go that a client was asked to move and did not, at the instant that the provider set."""

import logging
from datetime import datetime

from django.db import transaction

from appointments import cancellation, care_now, terms
from appointments.drafts import Answers, Notes
from appointments.models import Appointment, RescheduleRequest
from practice.actors import Actor

logger = logging.getLogger(__name__)


def let_go_due(*, at: datetime) -> int:
    """Cancel each appointment whose time is to go by now; returns how many.

    Each is judged and canceled in a transaction of its own, so that any number of workers may do this at
    once, and one that can't be canceled keeps no other waiting.
    """
    gone = 0
    for pk in list(RescheduleRequest.objects.due(at=at).values_list("pk", flat=True)):
        try:
            gone += _let_go(pk, at=at)
        except Exception as error:  # whatever it is, the others' time has come too
            logger.error("Letting go by reschedule request %d: %s", pk, type(error).__name__)
    return gone


@transaction.atomic
def _let_go(pk: int, *, at: datetime) -> bool:
    """Judged on the locked row: the client has picked a time at the last moment, or comes too late."""
    asked = RescheduleRequest.objects.select_related("reason").get(pk=pk)
    appointment = Appointment.objects.held().get(pk=asked.appointment_id)
    if not RescheduleRequest.objects.due(at=at).filter(pk=pk).exists():
        return False
    policy = terms.read_anew(appointment, at=at)
    care = care_now.of(appointment, policy=policy, at=at)
    answers = Answers(reason=asked.reason, told_at=None, notes=Notes(), send_link=True, fee=None)
    cancellation.cancel_held(appointment, answers, by=Actor.system(), at=at, policy=policy, care=care)
    return True
