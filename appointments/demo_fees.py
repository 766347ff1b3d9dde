"""What became of late fees in the demo practice after they were decided, by the acts."""

from datetime import datetime, timedelta
from decimal import Decimal

from appointments import fees
from appointments.models import Fee
from appointments.rules import FeeStatus
from practice.actors import Actor
from practice.models import Practice, Provider


def make(maya: Provider, *, at: datetime) -> None:
    """Maggie objects to hers; to waive Hannah's, Maya waits for the office."""
    Practice.objects.update(waiver_limit=Decimal("50.00"))
    maggies = _fee_of("marguerite.obrien", maya)
    fees.dispute(
        maggies,
        words="My train stood still that morning, and I called as soon as I had a signal. Please look at it again.",
        by=Actor.client(maggies.appointment.client.user_id),
        at=at - timedelta(days=1),
    )
    fees.waive(
        _fee_of("hannah.weiss", maya),
        why="Her car broke down on the way",
        by=Actor.provider(maya.user_id),
        at=at - timedelta(hours=5),
    )


def _fee_of(person: str, maya: Provider) -> Fee:
    due = Fee.objects.owed_to(maya).in_state(FeeStatus.DUE).filter(appointment__client__email=f"{person}@example.com")
    return due.with_appointment().newest_first()[0]
