"""Whether the two met, in the demo practice, by the acts: a no-show, a report that waits, and what nobody has said."""

from datetime import datetime, timedelta

from appointments import attendance
from appointments.assessments import NOTHING
from appointments.fees import FeeChoice, FeeDecision
from practice.actors import Actor
from practice.models import Provider


def make(maya: Provider, *, at: datetime) -> None:
    """Of the sessions that nobody has marked, the oldest is a no-show, and the next whose client signs in has a
    report."""
    missed, *open_ones = maya.appointments.to_mark(at=at).with_people().by_start()
    owed = attendance.owed(missed, at=missed.end).amount
    charge = FeeDecision(FeeChoice.CHARGE, shown=owed) if owed > NOTHING else None
    attendance.mark_no_show(missed, by=Actor.provider(maya.user_id), fee=charge, at=missed.end)
    reported = next(one for one in open_ones if one.client.user_id is not None)
    attendance.report_absence(
        reported,
        by=Actor.client(reported.client.user_id),
        words="I waited for twenty minutes, and nobody came. Did I have the wrong day?",
        at=reported.start + timedelta(minutes=25),
    )
