"""What became of late fees in the demo practice after they were decided, by the acts."""

from datetime import datetime, timedelta

from appointments import fees
from appointments.models import Fee
from practice.actors import Actor
from practice.models import Provider


def make(maya: Provider, *, at: datetime) -> None:
    """Maggie objects to hers a day ago and waits for an answer."""
    theirs = Fee.objects.owed_to(maya).filter(appointment__client__email="marguerite.obrien@example.com")
    fee = theirs.with_appointment().get()
    fees.dispute(
        fee,
        words="My train stood still that morning, and I called as soon as I had a signal. Please look at it again.",
        by=Actor.client(fee.appointment.client.user_id),
        at=at - timedelta(days=1),
    )
