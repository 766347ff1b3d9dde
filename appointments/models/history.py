"""What happened to an appointment, when and by whom. Append-only; written by ``history.record`` alone."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from appointments.models.appointment import Appointment
from notifications.models import OutboxMessage, Status
from practice.actors import ActorKind
from practice.models.append_only import AppendOnlyModel, AppendOnlyQuerySet


class HistoryQuerySet(AppendOnlyQuerySet["HistoryEntry"]):
    def telling_the_start(self) -> Self:
        """With each of these the client was told of a time that is theirs from then on.

        Who was brought back to it before they heard of its end was told nothing.
        """
        kinds = HistoryEntry.Kind
        return self.filter(Q(kind__in=[kinds.BOOKED, kinds.MOVED]) | Q(kind=kinds.RESTORED, messages__isnull=False))

    def of_the_calendar(self) -> Self:
        """What calendars have to hear of."""
        kinds = HistoryEntry.Kind
        return self.filter(kind__in=[kinds.BOOKED, kinds.MOVED, kinds.CANCELED, kinds.RESTORED])

    def moves(self) -> Self:
        return self.filter(kind=HistoryEntry.Kind.MOVED)

    def marks(self) -> Self:
        """That it was said whether the two met."""
        kinds = HistoryEntry.Kind
        return self.filter(kind__in=[kinds.COMPLETED, kinds.NO_SHOW, kinds.ABSENCE_ANSWERED])

    def reminders(self) -> Self:
        return self.filter(kind=HistoryEntry.Kind.REMINDED)

    def not_dropped(self) -> Self:
        return self.exclude(messages__status=Status.DROPPED)


class HistoryEntry(AppendOnlyModel):
    class Kind(models.TextChoices):
        BOOKED = "booked", "Booked"
        MOVED = "moved", "Moved"
        CANCELED = "canceled", "Canceled"
        RESTORED = "restored", "Restored"
        COMPLETED = "completed", "Completed"
        NO_SHOW = "no_show", "No-show"
        ABSENCE_REPORTED = "absence_reported", "Reported that the provider did not come"
        ABSENCE_ANSWERED = "absence_answered", "Report answered"
        AGREED = "agreed", "Policy agreed to"
        ASKED_TO_RESCHEDULE = "asked_to_reschedule", "Asked to reschedule"
        LATE_REQUEST = "late_request", "Asked to cancel late"
        LATE_REQUEST_DECLINED = "late_declined", "Late request declined"
        REMINDED = "reminded", "Reminded"
        PASS_RETURNED = "pass_returned", "Free pass given back"
        FEE_DECIDED = "fee_decided", "Fee decided"
        FEE_MELTED = "fee_melted", "Fee came to nothing"
        FEE_RIPENED = "fee_ripened", "Fee due"
        FEE_PAID = "fee_paid", "Fee paid"
        FEE_UNPAID = "fee_unpaid", "Payment taken back"
        FEE_DISPUTED = "fee_disputed", "Fee objected to"
        FEE_ANSWERED = "fee_answered", "Objection answered"
        WAIVER_ASKED = "waiver_asked", "Approval asked for"
        WAIVER_APPROVED = "waiver_approved", "Approved"
        WAIVER_DECLINED = "waiver_declined", "Not approved"

    OF_FEES = frozenset(kind for kind in Kind if kind.value.startswith("fee_"))

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor = models.CharField(max_length=10, choices=ActorKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    facts = models.JSONField(default=dict, blank=True, help_text="Amounts and instants as they were then.")
    messages = models.ManyToManyField(OutboxMessage, blank=True, related_name="+")

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "history entries"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["appointment", "at"], name="history_of_appointment")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M} UTC"
