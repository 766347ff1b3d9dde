"""A person's private calendar feed: its address is the key, made, replaced and removed by them alone."""

import logging
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from practice.models import User

logger = logging.getLogger(__name__)


def new_token() -> str:
    """192 bits: an address that nobody guesses."""
    return secrets.token_urlsafe(24)


def url(user: User) -> str:
    """Empty where there is no feed."""
    if user.calendar_token is None:
        return ""
    return f"{settings.BASE_URL}{reverse('appointments:calendar_feed', args=[user.calendar_token])}"


def webcal_url(user: User) -> str:
    """The same address, as calendars know it for one to subscribe to."""
    return f"webcal://{url(user).partition('://')[2]}" if url(user) else ""


def find(token: str) -> User | None:
    """Whose feed this is; None where it was replaced or removed, never was, or its person is out."""
    if not token.isprintable():
        return None  # PostgreSQL takes no NUL into a query
    people = User.objects.select_related("provider__practice", "client")
    return people.filter(calendar_token=token, is_active=True).first()


@transaction.atomic
def make(user: User, *, at: datetime) -> User:
    """Give the person a feed; one that is there stays as it is."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return user if user.calendar_token else _keep(user, new_token(), at=at)


@transaction.atomic
def replace(user: User, *, at: datetime) -> User:
    """Give the feed another address; the old one opens nothing from now on."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return _keep(user, new_token(), at=at) if user.calendar_token else user


@transaction.atomic
def remove(user: User, *, at: datetime) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return _keep(user, None, at=at) if user.calendar_token else user


def _keep(user: User, token: str | None, *, at: datetime) -> User:
    user.calendar_token = token
    user.save(update_fields=["calendar_token"])
    logger.info("calendar feed of user %s %s at %s", user.pk, "set" if token else "removed", at.isoformat())
    return user
