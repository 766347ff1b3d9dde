"""Links to a new password, mailed by allauth: whose they are, and for how long.

A key holds nothing but when it was made and a digest of password, address and last sign-in, so each of those ends it.
"""

from allauth.account.forms import UserTokenForm
from django.db import transaction

from practice.models import User


def find(uidb36: str, key: str) -> User | None:
    """Whose password this link sets; None where it was used, is older than three days, or never was."""
    link = UserTokenForm(data={"uidb36": uidb36, "key": key})
    user: User | None = link.reset_user if link.is_valid() else None
    return user if user is not None and user.is_active else None


def hold(uidb36: str, key: str) -> User | None:
    """As ``find``, and whoever else uses the link waits until the caller's transaction ends. Locks the user."""
    assert transaction.get_connection().in_atomic_block
    user = find(uidb36, key)
    if user is not None:
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        user = find(uidb36, key)
    return user
