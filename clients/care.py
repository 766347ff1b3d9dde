"""Who comes into whose care: a client is added with an account, a care relationship and an invitation, in one act."""

import logging
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from clients.emails import invited
from clients.models import CareRelationship, Client, Payer
from notifications import outbox
from practice.actors import Actor
from practice.models import Provider, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    preferred_name: str
    email: str
    phone: str
    time_zone: str
    language: str
    payer: Payer | None


class Refused(Exception):
    """Nothing was added or sent; ``str()`` is safe to show to who tried."""


class IsInYourCare(Refused):
    def __init__(self, client: Client) -> None:
        super().__init__(f"{client.name}, whom you care for, has this e-mail. Nothing was added.")


class AddressInUse(Refused):
    """Says the same whoever has the address: that somebody is another provider's client is not told."""

    def __init__(self, *, phone: str) -> None:
        super().__init__(
            f"No account can be made here with this e-mail. The office can connect you with this client: call {phone}."
        )


@transaction.atomic
def add(provider: Provider, *, person: Person, by: Actor, at: datetime) -> CareRelationship:
    """Add a client to the provider's care and mail the invitation. Raises IsInYourCare or AddressInUse."""
    Provider.objects.select_for_update(no_key=True).only("pk").get(pk=provider.pk)
    known = Client.objects.filter(email__iexact=person.email)
    if own := known.filter(care_relationships__provider=provider).first():
        raise IsInYourCare(own)
    phone = provider.practice.phone
    if known.exists():
        raise AddressInUse(phone=phone)
    client = Client.objects.create(
        first_name=person.first_name,
        last_name=person.last_name,
        preferred_name=person.preferred_name,
        email=person.email,
        phone=person.phone,
        time_zone=person.time_zone,
        language=person.language,
        payer=person.payer,
        user=_account(person.email, phone=phone),
    )
    care = CareRelationship.objects.create(provider=provider, client=client)
    outbox.enqueue(invited.to_client(client, provider=provider, practice=provider.practice, at=at), at=at)
    logger.info("client %s added by user %s", client.pk, by.user_id)
    return care


@transaction.atomic
def invite(client: Client, *, by: Actor, at: datetime) -> None:
    """Mail the client a link that signs them in, and make the account where there is none.

    Raises AddressInUse where their address is another person's sign-in, Refused where their access has ended.
    """
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    care = client.care_relationships.with_people().active().order_by("pk").first()
    if care is None:
        raise Refused("Nobody here cares for this client now, so no invitation was sent.")
    practice = care.provider.practice
    if client.user is None:
        client.user = _account(client.email, phone=practice.phone)
        client.save(update_fields=["user"])
    elif client.user.is_staff or client.user.provider_or_none is not None:
        raise Refused("This account belongs to somebody who works here; they sign in by themselves.")
    elif not client.user.is_active:
        raise Refused("The office has ended this client’s access, so no invitation was sent.")
    outbox.enqueue(invited.to_client(client, provider=care.provider, practice=practice, at=at), at=at)
    logger.info("client %s invited by user %s", client.pk, by.user_id)


def _account(email: str, *, phone: str) -> User:
    """Without a password; what the practice enters counts as verified."""
    if User.objects.filter(email=email.lower()).exists():
        raise AddressInUse(phone=phone)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
    except IntegrityError:  # somebody else came first
        raise AddressInUse(phone=phone) from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
