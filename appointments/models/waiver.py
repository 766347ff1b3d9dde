"""What somebody wants to let go of a fee, above what one person may: another approves or declines it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appointments.models.appointment import Appointment
from appointments.models.fee import Fee
from appointments.models.objection import WORDS_LENGTH
from practice.actors import ActorKind
from practice.models import Provider


class WaiverRequestQuerySet(models.QuerySet["WaiverRequest"]):
    def open(self) -> Self:
        return self.filter(outcome="")

    def about(self, provider: Provider) -> Self:
        return self.filter(fee__appointment__provider=provider)


class WaiverRequest(models.Model):
    """``left`` is what is still to be paid once it is approved."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        MOOT = "moot", "No longer needed"

    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="waiver_requests")
    left = models.DecimalField(max_digits=8, decimal_places=2, help_text="Still to pay once approved; 0.00: waived.")
    why = models.CharField(max_length=200, blank=True, help_text="Kept with the fee, never shown to the client.")
    words = models.TextField(max_length=WORDS_LENGTH, blank=True, help_text="To the client, who objected.")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=10, choices=ActorKind.choices)
    asked_by_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, help_text="Empty: still open.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_words = models.CharField(max_length=200, blank=True, help_text="Why it was approved or declined.")

    objects = WaiverRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["fee"], condition=Q(outcome=""), name="waiver_one_open"),
            models.CheckConstraint(condition=Q(left__gte=0), name="waiver_leaves_no_less_than_nothing"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="waiver_outcome_goes_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "moot"], closed_by__isnull=True)
                | Q(outcome__in=["approved", "declined"], closed_by__isnull=False),
                name="waiver_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("asked_by_user")), name="waiver_takes_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"Waiver request {self.pk}"

    @property
    def appointment(self) -> Appointment:
        return self.fee.appointment

    @property
    def is_open(self) -> bool:
        return not self.outcome
