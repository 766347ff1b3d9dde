"""Booking links: unguessable, and replaced for good."""

from datetime import datetime

from clients import links
from clients.models import CareRelationship
from practice.actors import Actor


def test_a_replaced_link_is_another_and_the_old_one_opens_nothing(care: CareRelationship, now: datetime) -> None:
    old = care.booking_token
    replaced = links.replace(care, by=Actor.provider(care.provider.user_id), at=now)
    assert replaced.booking_token != old
    assert len(replaced.booking_token) >= 32
    assert not CareRelationship.objects.filter(booking_token=old).exists()


def test_the_link_starts_with_the_address_of_this_deployment(care: CareRelationship, settings: object) -> None:
    settings.BASE_URL = "https://alder.example"  # type: ignore[attr-defined]
    assert links.booking_url(care) == f"https://alder.example/b/{care.booking_token}/"
