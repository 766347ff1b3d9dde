"""A changed address takes waiting mail along, and both addresses hear of it."""

from datetime import datetime

from notifications import outbox
from notifications.outbox import Message
from practice.mailing import compose
from practice.models import Practice


def moved(about: str, *, old: str, new: str, called: str = "", at: datetime) -> None:
    """In the caller's transaction, which keeps the new address."""
    outbox.readdress(about, old=old, new=new)

    def told(recipient: str) -> Message:
        which = "new" if recipient == new else "old"
        return compose(
            "practice/email/address_changed",
            {"called": called, "is_new": which == "new"},
            practice=Practice.objects.get(),
            about=about,
            key=f"address:{about}:{at.isoformat()}:{which}",
            kind="address_changed",
            recipient=recipient,
        )

    outbox.enqueue(told(old), told(new), at=at)
