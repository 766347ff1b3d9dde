"""A form that reached us after its session had ended: kept for its person alone, until they have signed in again.

It lies in the session of the browser that sent it, bound to whose session had ended, for half an hour. Whoever
else signs in there finds nothing. It is never sent by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from practice.models import User

KEY = "unsent"
GOOD_FOR = timedelta(minutes=30)
MOST = 64_000  # characters


@dataclass(frozen=True)
class Unsent:
    path: str
    fields: list[tuple[str, str]]


def keep(request: HttpRequest, *, at: datetime) -> bool:
    """Whether there was a form to keep."""
    ended_for = getattr(request.session, "ended_for", "")
    if request.method != "POST" or not ended_for or request.FILES:
        return False
    fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
    if sum(len(name) + len(value) for name, value in fields) > MOST:
        return False
    path = request.get_full_path()
    request.session[KEY] = {"who": ended_for, "path": path, "fields": fields, "at": at.isoformat()}
    return True


def find(request: HttpRequest, *, at: datetime) -> Unsent | None:
    kept = request.session.get(KEY)
    if not isinstance(request.user, User) or kept is None or kept["who"] != str(request.user.pk):
        return None
    if at - datetime.fromisoformat(kept["at"]) > GOOD_FOR:
        return None
    return Unsent(path=kept["path"], fields=[(name, value) for name, value in kept["fields"]])


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
