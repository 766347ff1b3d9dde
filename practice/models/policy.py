"""What a provider charges for a late cancellation or a no-show, from an instant on. Append-only."""

from datetime import datetime, timedelta
from typing import Any, NoReturn, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from practice.models.provider import Provider


class AppendOnly(TypeError):
    """A row that others rely on as evidence was about to be changed or deleted."""


class FeePolicyQuerySet(models.QuerySet["FeePolicy"]):
    def newest_first(self) -> Self:
        return self.order_by("-effective_at", "-id")

    def in_force(self, *, at: datetime) -> "FeePolicy":
        """The newest whose time has come. Every provider has one from creation on."""
        policy = self.filter(effective_at__lte=at).newest_first().first()
        if policy is None:
            raise self.model.DoesNotExist("No fee policy is in force yet.")
        return policy

    def each_in_force(self, *, at: datetime) -> dict[int, "FeePolicy"]:
        """Each provider's, by the provider's id, in one query."""
        oldest_first = self.filter(effective_at__lte=at).order_by("effective_at", "id")
        return {policy.provider_id: policy for policy in oldest_first}

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class FeePolicy(models.Model):
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="fee_policies")
    effective_at = models.DateTimeField("in force from")
    notice_hours = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text="How far ahead a client may cancel free of charge: 1 to 168 hours.",
    )
    late_fee = models.DecimalField("late-cancellation fee", max_digits=8, decimal_places=2)
    no_show_fee = models.DecimalField("no-show fee", max_digits=8, decimal_places=2)
    no_show_grace_minutes = models.PositiveSmallIntegerField(
        "grace minutes",
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(60)],
        help_text="How long after the start before a client counts as not having come: 5 to 60 minutes.",
    )
    words = models.TextField(
        "words to clients", blank=True, max_length=500, help_text="Shown below the policy when a client books."
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FeePolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "fee policies"
        indexes = [models.Index(fields=["provider", "-effective_at", "-id"], name="fee_policy_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(notice_hours__gte=1, notice_hours__lte=168), name="fee_policy_notice_1_to_168_h"
            ),
            models.CheckConstraint(
                condition=models.Q(late_fee__gte=0, no_show_fee__gte=0), name="fee_policy_fees_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(no_show_grace_minutes__gte=5, no_show_grace_minutes__lte=60),
                name="fee_policy_grace_5_to_60_min",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.late_fee} inside {self.notice_hours} hours"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)
