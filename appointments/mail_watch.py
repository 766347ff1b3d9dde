"""How a page that tells where mails stand keeps itself up to date: often at first, then less and less."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from appointments.timeline import Mail
from notifications import tracking
from notifications.models import Status

# How often the page asks again, in seconds, while what was told of is younger than that; then once a minute.
PACE = [(timedelta(seconds=10), 1), (timedelta(minutes=1), 2), (timedelta(minutes=10), 10)]
LATER = 60


@dataclass(frozen=True)
class Watch:
    """``seconds`` until the page asks again, 0 where nothing more is to be told; ``seen``: what it shows by now."""

    seconds: int
    seen: str


def over(mails: Sequence[Mail], *, age: timedelta) -> Watch:
    """``age``: how long ago it was that these mails tell of."""
    states = [mail.status for mail in mails]
    pace = next((seconds for until, seconds in PACE if age < until), 0)
    seconds = 0
    if Status.QUEUED in states:
        seconds = pace or LATER
    elif Status.SENT in states and tracking.reporting():
        seconds = pace
    return Watch(seconds, ".".join([*states, str(seconds)]))


def nothing_new(request: HttpRequest, watch: Watch) -> HttpResponse | None:
    """The empty answer to a page that asks again and shows all there is; None to any other."""
    asks = request.headers.get("HX-Request") and request.GET.get("seen") == watch.seen
    return HttpResponse(status=204) if asks else None
