"""That a fee has been paid: how, when and who says so. Kept for good; a mistaken one is taken back, never deleted."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as later

from appointments.models.appointment import Appointment
from appointments.models.fee import Fee
from practice.actors import ActorKind

REFERENCE_LENGTH = 80


class Method(models.TextChoices):
    CASH = "cash", later("Cash")
    CHECK = "check", later("Check")
    CARD = "card", later("Card, at the practice")
    TRANSFER = "transfer", later("Bank transfer")
    OTHER = "other", later("Another way")


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def live(self) -> Self:
        return self.filter(taken_back_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Settlement(models.Model):
    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="settlements")
    amount = models.DecimalField(max_digits=8, decimal_places=2, help_text="All of the fee: no part payments.")
    method = models.CharField(max_length=10, choices=Method.choices)
    reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    paid_on = models.DateField(help_text="A day of the provider’s calendar.")
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=10, choices=ActorKind.choices)
    settled_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=10, choices=ActorKind.choices, blank=True)
    taken_back_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_why = models.CharField(max_length=200, blank=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fee"], condition=Q(taken_back_at=None), name="settlement_one_live"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_of_something"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="settlement_method_known"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by="", taken_back_why="")
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_by="") & ~Q(taken_back_why="")),
                name="settlement_taken_back_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Receipt {self.pk}"

    @property
    def appointment(self) -> Appointment:
        return self.fee.appointment

    @property
    def how(self) -> str:
        return paid_by(self.method, self.reference)


def paid_by(method: str, reference: str) -> str:
    """``Check, 1042``"""
    label = str(Method(method).label)
    return f"{label}, {reference}" if reference else label
