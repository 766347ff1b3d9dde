"""A client's own booking link with one provider."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clients.models import CareRelationship, new_token
from practice.actors import Actor

logger = logging.getLogger(__name__)


def booking_url(care: CareRelationship) -> str:
    return f"{settings.BASE_URL}{reverse('appointments:book', args=[care.booking_token])}"


def find(token: str) -> CareRelationship | None:
    """Whose link this is, ended or not; None where it was replaced or never was."""
    if not token.isprintable():
        return None  # PostgreSQL takes no NUL into a query
    return CareRelationship.objects.with_people().filter(booking_token=token).first()


@transaction.atomic
def replace(care: CareRelationship, *, by: Actor, at: datetime) -> CareRelationship:
    """Give the relationship a new link; the old one stops working at once, also in mails already sent."""
    care = CareRelationship.objects.select_for_update().get(pk=care.pk)
    care.booking_token = new_token()
    care.save(update_fields=["booking_token"])
    logger.info("booking link of care relationship %s replaced by user %s at %s", care.pk, by.user_id, at.isoformat())
    return care
