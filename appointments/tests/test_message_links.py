"""From an appointment to what is written about it: one click."""

from datetime import datetime

from django.test import Client as Browser
from django.urls import reverse

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import CancellationReason
from appointments.tests.factories import on_time
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider


def test_the_thread_is_one_click_from_the_details_and_from_the_confirmation(
    as_maya: Browser, maya: Provider, jordan: Client, now: datetime
) -> None:
    appointment = on_time(maya, jordan)
    link = f'href="{reverse("clients:thread", args=[jordan.pk])}#newest"'
    details = as_maya.get(reverse("appointments:detail", args=[appointment.uid])).content.decode()
    cancellation.cancel(
        appointment,
        by=Actor.provider(maya.user_id),
        reason=CancellationReason.objects.get(key="provider-unwell"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=now,
    )
    confirmation = as_maya.get(reverse("appointments:canceled", args=[appointment.uid])).content.decode()
    for page in (details, confirmation):
        assert link in page
        assert "Message Jordan" in page
