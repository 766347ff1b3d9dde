"""Late cancellations for free: passes given to a client, and each use of one."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from appointments.models.absence import AbsenceReport
from appointments.models.cancellation import Cancellation
from clients.models import CareRelationship
from practice.actors import ActorKind


class GivenPassQuerySet(models.QuerySet["GivenPass"]):
    def left(self) -> Self:
        """Neither withdrawn nor used."""
        used = PassUse.objects.kept().filter(given=OuterRef("pk"))
        return self.filter(~Exists(used), withdrawn_at__isnull=True)

    def oldest_first(self) -> Self:
        return self.order_by("given_at", "id")


class GivenPass(models.Model):
    """What the practice owes a client whose provider canceled inside their own notice, or did not come. It does not
    expire."""

    care = models.ForeignKey(CareRelationship, on_delete=models.PROTECT, related_name="given_passes")
    cancellation = models.OneToOneField(
        Cancellation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="given_pass",
        help_text="The provider’s own. Empty: they did not come.",
    )
    report = models.OneToOneField(
        AbsenceReport,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="given_pass",
        help_text="By which the client said that the provider did not come. Empty: they canceled late.",
    )
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="When that cancellation was taken back, the pass not used yet."
    )

    objects = GivenPassQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "given passes"
        constraints = [
            models.CheckConstraint(
                condition=Q(cancellation__isnull=False, report__isnull=True)
                | Q(cancellation__isnull=True, report__isnull=False),
                name="given_pass_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Given pass {self.pk}"


class PassUseQuerySet(models.QuerySet["PassUse"]):
    def kept(self) -> Self:
        return self.filter(returned_at__isnull=True)

    def of_policies(self) -> Self:
        return self.filter(given__isnull=True)


class PassUse(models.Model):
    """A late cancellation that a pass made free, the policy's own or a given one."""

    care = models.ForeignKey(CareRelationship, on_delete=models.PROTECT, related_name="pass_uses")
    cancellation = models.OneToOneField(Cancellation, on_delete=models.PROTECT, related_name="pass_use")
    given = models.ForeignKey(
        GivenPass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        help_text="Empty: the policy’s own.",
    )
    used_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True, help_text="When it was undone or waived.")
    returned_actor = models.CharField(max_length=10, choices=ActorKind.choices, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PassUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["given"], condition=Q(returned_at__isnull=True), name="given_pass_used_once"
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_actor="")
                | (Q(returned_at__isnull=False) & ~Q(returned_actor="")),
                name="pass_returned_at_goes_with_actor",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(returned_at__gte=F("used_at")), name="pass_returned_after_use"
            ),
        ]

    def __str__(self) -> str:
        return f"Pass use {self.pk}"
