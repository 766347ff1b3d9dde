"""A client says that the provider did not come, and what they were answered. At most one of each appointment."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from appointments.models.appointment import Appointment
from appointments.rules import Status
from practice.actors import ActorKind
from practice.models import Provider

WORDS_LENGTH = 1000


class AbsenceQuerySet(models.QuerySet["AbsenceReport"]):
    def to_answer(self, provider: Provider) -> Self:
        theirs = self.filter(answer="", appointment__provider=provider)
        return theirs.exclude(appointment__status=Status.CANCELED)

    def with_client(self) -> Self:
        return self.select_related("appointment__client")


class AbsenceReport(models.Model):
    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", "The provider did not come"
        MET = "met", "They met"
        CLIENT_ABSENT = "client_absent", "The client did not come"

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="absence_report")
    reported_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=WORDS_LENGTH, blank=True, help_text="From the client.")
    answer = models.CharField(max_length=20, choices=Answer.choices, blank=True, help_text="Empty: none yet.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=10, choices=ActorKind.choices, blank=True)
    answered_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_words = models.TextField(max_length=WORDS_LENGTH, blank=True, help_text="To the client.")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["reported_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by="", answer_words="")
                | (~Q(answer="") & ~Q(answered_by="") & Q(answered_at__isnull=False)),
                name="absence_answer_goes_with_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"Absence report {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.answer and not self.is_moot

    @property
    def is_moot(self) -> bool:
        """Never answered: the office canceled the appointment."""
        return not self.answer and self.appointment.status == Status.CANCELED
