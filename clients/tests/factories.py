"""People who receive care."""

from typing import Any

from factory.declarations import Sequence
from factory.django import DjangoModelFactory

from clients.models import CareRelationship, Client
from practice.models import Provider
from practice.tests.factories import UserFactory


class ClientFactory(DjangoModelFactory[Client]):
    class Meta:
        model = Client

    first_name = "Casey"
    last_name = Sequence(lambda n: f"Moore{n}")
    email = Sequence(lambda n: f"casey.moore{n}@example.com")
    phone = "(212) 555-0142"
    time_zone = "America/New_York"


def make_client(provider: Provider, *, signs_in: bool = True, **fields: Any) -> Client:
    """A client in the provider's care, with an account unless told otherwise."""
    client = ClientFactory.build(**fields)
    if signs_in:
        client.user = UserFactory.create(email=client.email)
    client.save()
    CareRelationship.objects.create(provider=provider, client=client)
    return client


def care_of(client: Client, provider: Provider) -> CareRelationship:
    return CareRelationship.objects.get(client=client, provider=provider)
