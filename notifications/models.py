"""One finished message, the address it goes to and where it stands; no person and no appointment."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

# How long a message that cannot go yet keeps later ones to the same address behind it.
ORDER_IS_KEPT_FOR = timedelta(hours=1)


BODY = ("text", "html", "calendar", "calendar_method")


def body_unless_urgent() -> dict[str, Case]:
    """For an update that ends the queueing of rows: an urgent message's body (a sign-in code) goes with it."""
    return {
        field: Case(When(urgent=True, then=Value("")), default=F(field), output_field=models.TextField())
        for field in BODY
    }


class Status(models.TextChoices):
    """Where a message stands, in words for people."""

    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Marked as spam")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not sent")


# It went out and did not reach its reader, or not where they look; it never will by itself.
MISSED = frozenset({Status.BOUNCED, Status.COMPLAINED, Status.FAILED})


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def about(self, *subjects: str) -> Self:
        return self.filter(about__in=subjects)

    def waiting(self, at: datetime) -> Self:
        """Queued, and in no worker's hands."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=at), status=Status.QUEUED)

    def due(self, at: datetime) -> Self:
        """What may be claimed now.

        Messages to one address stay in their order: a cancellation does not overtake its booking,
        be that with a worker or waiting for another try. Urgent ones wait for nobody.
        """
        earlier = self.model.objects.filter(
            Q(leased_until__gt=at) | Q(due_at__gt=at),
            status=Status.QUEUED,
            urgent=False,
            recipient=OuterRef("recipient"),
            id__lt=OuterRef("id"),
            queued_at__gt=at - ORDER_IS_KEPT_FOR,
        )
        return self.waiting(at).filter(Q(urgent=True) | ~Exists(earlier), due_at__lte=at)

    def known_as(self, name: str) -> Self:
        """By the provider's id, or by our Message-ID where the provider keeps that."""
        by_provider = Q(provider_id=name) & Q(provider_id__gt="")  # the index's own condition
        return self.filter(by_provider | Q(message_id__in=[name, f"<{name}>"]))

    def held(self, *messages: "OutboxMessage") -> Self:
        """Of what one worker claimed at once, the rows that are still in its hands.

        No two claims of a row end their lease at the same instant, and only what is queued is leased.
        """
        return self.filter(pk__in=[message.pk for message in messages], leased_until=messages[0].leased_until)


class OutboxMessage(models.Model):
    about = models.CharField(max_length=100, help_text="Whom or what it is about, in the caller's own words.")
    key = models.CharField(max_length=200, help_text="Queueing one message twice is impossible.")
    kind = models.CharField(max_length=100)
    urgent = models.BooleanField(default=False, help_text="Claimed first; its body is blanked once it has gone.")

    sender_name = models.CharField(max_length=200, blank=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=20, blank=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    due_at = models.DateTimeField(help_text="The next try.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="Until then one worker holds it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField("last error", max_length=100, blank=True, help_text="The exception's class.")
    message_id = models.CharField("Message-ID", max_length=255)
    provider_id = models.CharField("mail provider's id", max_length=255, blank=True)

    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "outbox"
        default_permissions = ["view"]
        ordering = ["id"]
        # A sent row is in as few of them as can be: each mark writes them anew.
        indexes = [
            # "due_at is not null" always holds; it keeps planners that know nothing of the table's rows
            # from using this index where the next one is meant.
            models.Index(
                F("urgent").desc(),
                "id",
                condition=Q(status=Status.QUEUED, due_at__isnull=False),
                name="outbox_due",
            ),
            models.Index(fields=["recipient", "id"], condition=Q(status=Status.QUEUED), name="outbox_in_order"),
            models.Index(fields=["provider_id"], condition=Q(provider_id__gt=""), name="outbox_provider_id"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="outbox_key_is_unique"),
            models.UniqueConstraint(fields=["message_id"], name="outbox_message_id_is_unique"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="outbox_status_is_known"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(status=status) & Q(**{f"{status}_at__isnull": False}) for status in Status.values),
                    _connector=Q.OR,
                ),
                name="outbox_state_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(leased_until=None) | Q(status=Status.QUEUED), name="outbox_only_queued_is_leased"
            ),
            models.CheckConstraint(
                condition=Q(calendar="", calendar_method="") | (~Q(calendar="") & ~Q(calendar_method="")),
                name="outbox_calendar_has_its_method",
            ),
            models.CheckConstraint(condition=~Q(status=Status.QUEUED) | ~Q(text=""), name="outbox_queued_has_a_text"),
            models.CheckConstraint(
                condition=Q(urgent=False) | Q(status=Status.QUEUED) | Q(text="", html="", calendar=""),
                name="outbox_urgent_leaves_no_body",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def state_at(self) -> datetime:
        """Since when the message stands where it stands."""
        instant: datetime = getattr(self, f"{self.status}_at")
        return instant
