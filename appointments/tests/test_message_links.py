"""From an appointment to what is written about it: one click."""

from datetime import datetime

from django.test import Client as Browser
from django.urls import reverse

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import CancellationReason
from appointments.tests.factories import on_time
from clients.models import CareRelationship, Client
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


def test_so_is_it_from_the_clients_own_pages_and_never_behind_a_link(
    as_jordan: Browser, maya: Provider, jordan: Client, care: CareRelationship, now: datetime
) -> None:
    appointment = on_time(maya, jordan)
    link = f'href="{reverse("clients:my_thread", args=[care.pk])}#newest"'
    own = reverse("appointments:client_appointment", args=[appointment.uid])
    assert link in as_jordan.get(own).content.decode()
    by_link = Browser().get(reverse("appointments:manage_appointment", args=[appointment.manage_token]))
    assert "Message Maya" not in by_link.content.decode()

    reason = CancellationReason.objects.get(key="not-said")
    as_jordan.post(f"{own}cancel/", {"reason": reason.pk, "note": ""})
    assert link in as_jordan.get(f"{own}canceled/").content.decode()
