"""What is done when its time comes, whoever is looking: rung by beat."""

from celery import shared_task
from django.utils import timezone

from appointments import reminders


@shared_task
def remind() -> None:
    reminders.send_due(at=timezone.now())
