"""What is done when its time comes, whoever is looking: rung by beat."""

from celery import shared_task
from django.utils import timezone

from appointments import billing_delivery, letting_go, melting, reminders
from notifications.tasks import shutting_down


@shared_task
def remind() -> None:
    reminders.send_due(at=timezone.now())


@shared_task
def let_go() -> None:
    letting_go.let_go_due(at=timezone.now())


@shared_task
def weigh_fees() -> None:
    melting.weigh(at=timezone.now())


@shared_task
def tell_billing() -> None:
    billing_delivery.deliver_due(at=timezone.now(), stopping=shutting_down.is_set)
