"""What a provider charges for a late cancellation or a no-show, from an instant on. Append-only."""

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef

from practice.amounts import money
from practice.fee_terms import Notice, Terms, Tier
from practice.models.append_only import AppendOnlyModel, AppendOnlyQuerySet
from practice.models.provider import Provider


class FeePolicyQuerySet(AppendOnlyQuerySet["FeePolicy"]):
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

    def to_come(self, *, at: datetime) -> Self:
        """The soonest first, without those that another with the same beginning has replaced."""
        return self.with_replaced().filter(effective_at__gt=at, replaced=False).order_by("effective_at")

    def with_replaced(self) -> Self:
        """Annotates ``replaced``: another that begins together with it was set later, so that this one never counts."""
        later = FeePolicy.objects.filter(
            provider=OuterRef("provider"), effective_at=OuterRef("effective_at"), pk__gt=OuterRef("pk")
        )
        return self.annotate(replaced=Exists(later))


class FeePolicy(AppendOnlyModel):
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="fee_policies")
    effective_at = models.DateTimeField("in force from")
    notice_hours = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text="How far ahead a client may cancel free of charge: 1 to 168 hours.",
    )
    notice_business_days = models.PositiveSmallIntegerField(
        "notice in business days",
        default=0,
        validators=[MaxValueValidator(5)],
        help_text="Up to 5, in place of the hours: days without weekends and the practice’s holidays. 0: hours count.",
    )
    time_zone = models.CharField(max_length=50, default="UTC", editable=False, help_text="Whose days are counted.")
    holidays = models.JSONField(
        default=list, editable=False, help_text="The practice’s, as they were when this policy was made."
    )
    session_price = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="What a share is of."
    )
    late_fee = models.DecimalField("late-cancellation fee", max_digits=8, decimal_places=2)
    late_percent = models.PositiveSmallIntegerField(
        "as a share of the session price",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text="In percent; the fee is then worked out. Empty: the amount itself.",
    )
    tiers = models.JSONField(
        default=list,
        blank=True,
        help_text="Dearer nearer to the start, the nearest last: hours, fee and, where it is a share, percent.",
    )
    no_show_fee = models.DecimalField("no-show fee", max_digits=8, decimal_places=2)
    no_show_percent = models.PositiveSmallIntegerField(
        "no-show fee as a share of the session price", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    no_show_grace_minutes = models.PositiveSmallIntegerField(
        "grace minutes",
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(60)],
        help_text="How long after the start before a client counts as not having come: 5 to 60 minutes.",
    )
    free_passes = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(20)], help_text="So many late cancellations are free. 0: none."
    )
    pass_days = models.PositiveSmallIntegerField(
        "in any so many days", default=0, validators=[MaxValueValidator(730)], help_text="Goes with the free passes."
    )
    first_session_percent = models.PositiveSmallIntegerField(
        "a first session owes",
        default=100,
        validators=[MaxValueValidator(100)],
        help_text="In percent of the fee: 100 is all of it, 50 half, 0 nothing.",
    )
    booking_grace_minutes = models.PositiveSmallIntegerField(
        "grace after booking",
        default=0,
        validators=[MaxValueValidator(1440)],
        help_text="Minutes in which a booking made inside the notice may be canceled free of charge. 0: none.",
    )
    rebook_days = models.PositiveSmallIntegerField(
        "no fee if they book again and come within",
        default=0,
        validators=[MaxValueValidator(60)],
        help_text="Days from the canceled start. 0: that does not count.",
    )
    free_if_filled = models.BooleanField("no fee if the time is filled", default=False)
    words = models.TextField(
        "words to clients", blank=True, max_length=500, help_text="Shown below the policy when a client books."
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FeePolicyQuerySet.as_manager()

    if TYPE_CHECKING:
        replaced: bool

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
            models.CheckConstraint(
                condition=models.Q(late_percent__isnull=True, no_show_percent__isnull=True)
                | models.Q(session_price__isnull=False),
                name="fee_policy_share_has_a_price",
            ),
            models.CheckConstraint(
                condition=models.Q(free_passes=0, pass_days=0) | models.Q(free_passes__gt=0, pass_days__gt=0),
                name="fee_policy_passes_go_with_days",
            ),
            models.CheckConstraint(
                condition=models.Q(first_session_percent__lte=100), name="fee_policy_first_session_at_most_whole"
            ),
        ]

    def __str__(self) -> str:
        hours, days = self.notice_hours, self.notice_business_days
        count, unit = (days, "business day") if days else (hours, "hour")
        return f"{money(self.late_fee)} inside {count} {unit}{'' if count == 1 else 's'}"

    @cached_property
    def terms(self) -> Terms:
        """As the rules read them."""
        return Terms(
            notice_hours=self.notice_hours,
            late_fee=self.late_fee,
            no_show_fee=self.no_show_fee,
            grace_minutes=self.no_show_grace_minutes,
            words=self.words,
            notice_business_days=self.notice_business_days,
            zone=self.time_zone,
            holidays=frozenset(date.fromisoformat(day) for day in self.holidays),
            session_price=self.session_price,
            late_percent=self.late_percent,
            tiers=tuple(Tier(tier["hours"], Decimal(tier["fee"]), tier["percent"]) for tier in self.tiers),
            no_show_percent=self.no_show_percent,
            free_passes=self.free_passes,
            pass_days=self.pass_days,
            first_session_percent=self.first_session_percent,
            booking_grace_minutes=self.booking_grace_minutes,
            rebook_days=self.rebook_days,
            free_if_filled=self.free_if_filled,
        )

    @property
    def notice(self) -> Notice:
        return self.terms.notice


class Holiday(models.Model):
    """A day on which the practice is closed: no business day. Policies keep those they were made with."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%b} {self.day.day}, {self.day.year}"
