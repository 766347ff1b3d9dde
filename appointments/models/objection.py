"""What a client says against a fee, and what they were answered. At most one of each fee."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appointments.models.appointment import Appointment
from appointments.models.fee import Fee
from appointments.rules import FeeStatus
from practice.actors import ActorKind

WORDS_LENGTH = 2000


class Objection(models.Model):
    """``amount`` was due when the client objected; ``answered_amount`` is what was left of it by the answer."""

    class Answer(models.TextChoices):
        UPHELD = "upheld", "Kept"
        REDUCED = "reduced", "Reduced"
        WAIVED = "waived", "Waived"

    fee = models.OneToOneField(Fee, on_delete=models.PROTECT, related_name="objection")
    objected_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=8, decimal_places=2, help_text="Due when the client objected.")
    words = models.TextField(max_length=WORDS_LENGTH, help_text="From the client.")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, help_text="Empty: none yet.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=10, choices=ActorKind.choices, blank=True)
    answered_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_amount = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="What was left of it by the answer."
    )
    answer_words = models.TextField(max_length=WORDS_LENGTH, blank=True, help_text="To the client.")

    class Meta:
        ordering = ["objected_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="objection_to_an_amount"),
            models.CheckConstraint(condition=~Q(words=""), name="objection_says_why"),
            models.CheckConstraint(
                condition=Q(
                    answer="", answered_at__isnull=True, answered_by="", answered_amount__isnull=True, answer_words=""
                )
                | (~Q(answer="") & ~Q(answered_by="") & Q(answered_at__isnull=False, answered_amount__isnull=False)),
                name="objection_answer_goes_with_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(answer="")
                | Q(answer="upheld", answered_amount=F("amount"))
                | Q(answer="reduced", answered_amount__gt=0, answered_amount__lt=F("amount"))
                | Q(answer="waived", answered_amount=0),
                name="objection_answer_goes_with_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"Objection {self.pk}"

    @property
    def appointment(self) -> Appointment:
        return self.fee.appointment

    @property
    def is_moot(self) -> bool:
        """Never answered: the fee became void."""
        return not self.answer and self.fee.status == FeeStatus.VOID
