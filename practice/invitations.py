"""Invitations: one link in one mail, and who it was meant for is in.

A link is signed, so that it needs no row: it holds whom it is for, since when, and a key that changes with the
first sign-in, the password and the sign-in address. So one use ends every link that was sent before.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from practice.models import User

SALT = "practice.invitations"
GOOD_FOR = timedelta(days=14)


def url(user: User, *, at: datetime) -> str:
    token = signing.dumps([user.pk, int(at.timestamp()), _key(user)], salt=SALT)
    return f"{settings.BASE_URL}{reverse('invitation', args=[token])}"


def find(token: str, *, at: datetime) -> User | None:
    """Whom this link lets in; None where it was used, is too old, or never was."""
    try:
        pk, sent, key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if at >= datetime.fromtimestamp(sent, UTC) + GOOD_FOR:
        return None
    # Never into the account of somebody who works here, to whichever client it may have been linked.
    user = User.objects.filter(pk=pk, is_active=True, is_staff=False, provider=None).first()
    return user if user is not None and constant_time_compare(key, _key(user)) else None


def hold(token: str, *, at: datetime) -> User | None:
    """As ``find``, and whoever else uses the link waits until the caller's transaction ends. Locks the user."""
    assert transaction.get_connection().in_atomic_block
    user = find(token, at=at)
    if user is not None:
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        user = find(token, at=at)
    return user


def _key(user: User) -> str:
    last = user.last_login.isoformat() if user.last_login else ""
    return salted_hmac(SALT, f"{last}|{user.password}|{user.email}", algorithm="sha256").hexdigest()[:32]
