"""What a billing system is told of a fee: one row each time it changes, with where its delivery stands."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q

from appointments.models.fee import Fee


class Delivery(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    KEPT = "kept", "Kept: no billing system was connected"


class BillingEventQuerySet(models.QuerySet["BillingEvent"]):
    def queued(self) -> Self:
        return self.filter(delivery=Delivery.QUEUED)

    def due(self, at: datetime) -> Self:
        """What may be claimed now; of one fee never before what came earlier has gone or failed for good."""
        earlier = self.model.objects.queued().filter(fee=OuterRef("fee"), id__lt=OuterRef("id"))
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.queued().filter(free, ~Exists(earlier), due_at__lte=at)

    def held(self, event: "BillingEvent") -> Self:
        """That row, as long as it is in the hands of who claimed it."""
        return self.queued().filter(pk=event.pk, leased_until=event.leased_until)


class BillingEvent(models.Model):
    uid = models.UUIDField(unique=True, default=uuid4, editable=False, help_text="The webhook-id, whatever the try.")
    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="billing_events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    data = models.JSONField(help_text="Ids, amounts and instants as they were then; no names.")

    delivery = models.CharField(max_length=10, choices=Delivery.choices)
    due_at = models.DateTimeField(help_text="The next try.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="Until then one worker holds it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField("last error", max_length=100, blank=True, help_text="The answer, or the error’s class.")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = BillingEventQuerySet.as_manager()

    class Meta:
        default_permissions = ["view"]
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=Q(delivery="queued"), name="billing_event_queued")]
        constraints = [
            models.CheckConstraint(condition=Q(delivery__in=Delivery.values), name="billing_event_delivery_known"),
            models.CheckConstraint(
                condition=Q(leased_until=None) | Q(delivery=Delivery.QUEUED), name="billing_event_only_queued_is_leased"
            ),
            models.CheckConstraint(
                condition=~Q(delivery=Delivery.SENT) | Q(sent_at__isnull=False),
                name="billing_event_sent_has_its_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.webhook_id}"

    @property
    def webhook_id(self) -> str:
        return f"evt_{self.uid.hex}"
