"""What is done when its time comes, whoever is looking: rung by beat."""

from celery import shared_task
from django.utils import timezone

from appointments import letting_go, reminders


@shared_task
def remind() -> None:
    reminders.send_due(at=timezone.now())


@shared_task
def let_go() -> None:
    letting_go.let_go_due(at=timezone.now())
