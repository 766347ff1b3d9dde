"""Accounts: made by the practice, one address each, ended at once."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from practice import addresses, language
from practice.models import User

OFFICE = "Office"


@transaction.atomic
def change_sign_in(user: User, *, email: str, at: datetime) -> None:
    """Sign in by another address; the old one opens nothing any more. What the practice enters counts as verified.

    A provider's mail goes where they sign in; a client's goes to an address of its own, and stays.
    """
    old = User.objects.select_for_update().get(pk=user.pk).email  # waits for whoever holds it: see ``addresses.hold``
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if old != user.email:
        provider = user.provider_or_none
        subjects = [f"user:{user.pk}"]
        if provider is not None:
            subjects.insert(0, f"provider:{provider.pk}")
        addresses.moved(
            *subjects,
            old=old,
            new=user.email,
            mail_goes_there=provider is not None,
            signs_in=True,
            language=language.of(user),
            at=at,
        )


def deactivate(user: User) -> None:
    """The sign-in backend refuses an inactive user's session at its next request."""
    user.is_active = False
    user.save(update_fields=["is_active"])


def keep_office_group(user: User) -> None:
    """Staff are in the group that may do all the admin offers; nobody else is."""
    office, _ = Group.objects.get_or_create(name=OFFICE)
    if user.is_staff:
        user.groups.add(office)
    else:
        user.groups.remove(office)
