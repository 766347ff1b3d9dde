"""A changed address takes waiting mail along, and both addresses hear of it."""

from datetime import datetime

from django.db import connection

from notifications import outbox
from notifications.outbox import Message
from practice.language import ENGLISH, spoken
from practice.mailing import compose
from practice.models import Practice

HOLD = (
    "SELECT 1 FROM practice_user JOIN practice_provider ON practice_provider.user_id = practice_user.id "
    "WHERE practice_provider.id = %s FOR KEY SHARE OF practice_user"
)


def hold(provider_id: int) -> None:
    """Keep the provider's address as it is until the caller's transaction ends, so that what it mails goes there.

    Shared: any number of acts keep it at once, and only its change waits. But who asks while a change waits stands
    behind that, so in the one order of locks it comes after the client, before what hangs on the appointment. The
    provider is read after it. SQLite has one writer: nothing changes meanwhile.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # the lock that a foreign key takes, which Django cannot ask for
            cursor.execute(HOLD, [provider_id])


def moved(
    *subjects: str,
    old: str,
    new: str,
    mail_goes_there: bool = True,
    signs_in: bool = False,
    called: str = "",
    discreet: bool = False,
    language: str = ENGLISH,
    at: datetime,
) -> None:
    """In the caller's transaction, which keeps the new address: what it is used for, told once, about the first."""
    outbox.readdress(*subjects, old=old, new=new)

    def told(recipient: str) -> Message:
        which = "new" if recipient == new else "old"
        return compose(
            "practice/email/address_changed",
            {"called": called, "is_new": which == "new", "mail_goes_there": mail_goes_there, "signs_in": signs_in},
            practice=Practice.objects.get(),
            about=subjects[0],
            key=f"address:{subjects[0]}:{at.isoformat()}:{which}",
            kind="address_changed",
            recipient=recipient,
            discreet=discreet,
        )

    with spoken(language):
        mails = told(old), told(new)
    outbox.enqueue(*mails, at=at)
