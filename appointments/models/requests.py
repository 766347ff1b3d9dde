"""What one of the two asks of the other about a booked appointment, which stays booked until it is answered."""

from datetime import datetime
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least

from appointments.models.appointment import Appointment
from appointments.models.cancellation import Cancellation, CancellationReason
from appointments.models.history import HistoryEntry
from appointments.rules import Status
from practice.actors import ActorKind
from practice.models import Provider


class LateRequestQuerySet(models.QuerySet["LateRequest"]):
    def open(self) -> Self:
        return self.filter(answer="")

    def to_answer(self, provider: Provider) -> Self:
        return self.open().filter(appointment__provider=provider, appointment__status=Status.BOOKED)

    def on_record(self) -> Self:
        """About the start as it is now, and not approved: who asked did not fail to come.

        What a session marked as attended made needless counts again should that have been a mistake.
        """
        moved = HistoryEntry.objects.moves().filter(appointment=OuterRef("appointment"), at__gte=OuterRef("asked_at"))
        answers = LateRequest.Answer
        unapproved = Q(answer__in=["", answers.DECLINED])
        needless = Q(answer=answers.MOOT, answered_at__gte=F("appointment__start"))
        return self.filter(~Exists(moved), unapproved | needless).order_by("-asked_at", "-id")

    def with_first_asked(self) -> Self:
        """``first_asked_at`` at hand, for as many as there are."""
        first = LateRequest.objects.on_record().filter(appointment=OuterRef("appointment")).order_by("asked_at")
        earliest = Coalesce(Subquery(first.values("asked_at")[:1]), F("asked_at"))
        return self.annotate(first_asked_at=Least(earliest, F("asked_at")))

    def with_reason(self) -> Self:
        return self.with_first_asked().select_related("reason")

    def with_client(self) -> Self:
        return self.with_reason().select_related("appointment__client")


class LateRequest(models.Model):
    """Inside the window, a client asks their provider to cancel. The instant recorded is when they told."""

    class Answer(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        MOOT = "moot", "No longer needed"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="late_requests")
    asked_at = models.DateTimeField(help_text="When the client told: notice counts from here.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.ForeignKey(CancellationReason, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(max_length=1000, blank=True, help_text="From the client to the provider.")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, help_text="Empty: still open.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.TextField(max_length=1000, blank=True, help_text="With which it was declined; mailed to the client.")
    cancellation = models.ForeignKey(
        Cancellation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="late_requests",
        help_text="The one that approved it.",
    )

    objects = LateRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["appointment"], condition=Q(answer=""), name="late_request_one_open"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="late_request_answer_goes_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(cancellation__isnull=True) | Q(answer="approved"), name="late_request_approved_by_canceling"
            ),
        ]

    def __str__(self) -> str:
        return f"Late request {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.answer

    @cached_property
    def first_asked_at(self) -> datetime:
        """When its client first asked to cancel the appointment at this start, whatever the answer: they told then."""
        on_record = LateRequest.objects.on_record().filter(appointment=self.appointment_id)
        return min([self.asked_at, *on_record.values_list("asked_at", flat=True)])

    @property
    def is_repeated(self) -> bool:
        return self.first_asked_at < self.asked_at


class RescheduleRequestQuerySet(models.QuerySet["RescheduleRequest"]):
    def open(self) -> Self:
        return self.filter(outcome="")

    def waiting(self, provider: Provider, *, at: datetime) -> Self:
        """Asked by this provider and not yet answered, of appointments that lie ahead."""
        ahead = self.open().filter(appointment__provider=provider, appointment__start__gt=at)
        return ahead.filter(appointment__status=Status.BOOKED)

    def due(self, *, at: datetime) -> Self:
        """Open ones whose time is to be let go by now; what has started is no longer let go."""
        return self.open().filter(let_go_at__lte=at, appointment__start__gt=at, appointment__status=Status.BOOKED)


class RescheduleRequest(models.Model):
    """A provider asks the client to pick another time; the old one stays booked until then, or until it is let go."""

    class Outcome(models.TextChoices):
        MOVED = "moved", "Moved"
        LET_GO = "let_go", "Let go"
        CANCELED = "canceled", "Canceled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reschedule_requests")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=10, choices=ActorKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note_to_client = models.TextField(max_length=1000, blank=True)
    reason = models.ForeignKey(
        CancellationReason,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Why the old time goes, if it is let go.",
    )
    let_go_at = models.DateTimeField(
        null=True, blank=True, help_text="The old time is canceled then, if nothing was picked. Empty: it stays booked."
    )
    block = models.BooleanField(default=False, help_text="The freed time becomes time off.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, help_text="Empty: still open.")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RescheduleRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["appointment"], condition=Q(outcome=""), name="reschedule_one_open"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="reschedule_outcome_goes_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(let_go_at__isnull=True) | Q(let_go_at__gt=models.F("asked_at")),
                name="reschedule_lets_go_after_asking",
            ),
        ]

    def __str__(self) -> str:
        return f"Reschedule request {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome
