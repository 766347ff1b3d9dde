"""A booked time of one provider with one client."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from appointments.constraints import NoOverlap, Span
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.rules import Status
from clients.models import Client, new_token
from notifications.models import Status as MailStatus
from practice.models import FeePolicy, Provider
from practice.models.provider import Format
from practice.zones import moment

if TYPE_CHECKING:
    from appointments.models.absence import AbsenceReport
    from appointments.models.cancellation import Cancellation
    from appointments.models.fee import Fee
    from appointments.models.requests import LateRequest

# A mail that did not arrive is news, and whether they met is asked, until the appointment is over for so long.
STILL_MATTERS = timedelta(days=30)


class Appointment(models.Model):
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    manage_token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="appointments")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="appointments")
    booked_at = models.DateTimeField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.BOOKED)
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.VIDEO)
    sequence = models.PositiveIntegerField(default=0, help_text="Raised by each change that calendars must hear of.")
    organizer = models.EmailField(help_text="The practice's address as calendars know it: it never changes for a UID.")
    acknowledged_policy = models.ForeignKey(
        FeePolicy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The fee policy that the client agreed to. Empty: never asked, so no fee can follow.",
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text="The canceled appointment that this booking makes up for.",
    )

    objects = AppointmentQuerySet.as_manager()

    if TYPE_CHECKING:
        asked_to_move: bool
        asked_late: bool
        reported: bool
        fee_status: str | None
        client_mail: str | None
        mail_id: int
        told_at: datetime | None
        changed_at: datetime | None
        absence_report: "AbsenceReport"
        assessed: Decimal | None
        came_back: datetime | None
        live_cancellations: list["Cancellation"]
        live_fees: list["Fee"]
        open_late_requests: list["LateRequest"]

    class Meta:
        indexes = [
            models.Index(fields=["provider", "start"], name="appointment_provider_start"),
            models.Index(fields=["client", "start"], name="appointment_client_start"),
            models.Index(fields=["start"], condition=Q(status=Status.BOOKED), name="appointment_booked_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="appointment_ends_after_start"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="appointment_status_known"),
            models.CheckConstraint(
                condition=Q(acknowledged_policy__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_policy__isnull=False, acknowledged_at__isnull=False),
                name="appointment_policy_goes_with_instant",
            ),
            NoOverlap(
                name="appointment_no_overlap",
                condition=Q(status=Status.BOOKED),
                expressions=[("provider", RangeOperators.EQUAL), (Span("start", "end"), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}, {moment(self.start, self.provider.time_zone)}"

    @property
    def is_booked(self) -> bool:
        return self.status == Status.BOOKED

    def state(self, *, at: datetime) -> str:
        """As ``{% state %}`` draws it: a booked one whose end has passed reads Past."""
        return "past" if self.is_booked and self.end <= at else self.status

    @property
    def place(self) -> str:
        """The address of a session in person, the line on joining of one by video; may be empty."""
        return self.provider.address if self.format == Format.IN_PERSON else self.provider.joining

    @property
    def place_label(self) -> str:
        return _("Where") if self.format == Format.IN_PERSON else _("How to join")

    @property
    def cancellation(self) -> "Cancellation | None":
        """The live one: an undone one no longer counts."""
        if not hasattr(self, "live_cancellations"):
            self.live_cancellations = list(self.cancellations.live().select_related("reason"))
        return self.live_cancellations[0] if self.live_cancellations else None

    @property
    def fee(self) -> "Fee | None":
        """The live one: a void one no longer counts."""
        if not hasattr(self, "live_fees"):
            self.live_fees = list(self.fees.live().with_record())
        return self.live_fees[0] if self.live_fees else None

    @property
    def late_request(self) -> "LateRequest | None":
        """The open one, of which there is at most one."""
        from appointments.models.history import HistoryEntry

        if not hasattr(self, "open_late_requests"):
            asked = self.has_had(HistoryEntry.Kind.LATE_REQUEST)
            self.open_late_requests = list(self.late_requests.open().with_reason()) if asked else []
        return self.open_late_requests[0] if self.open_late_requests else None

    @cached_property
    def late_request_on_record(self) -> "LateRequest | None":
        """By which the client asked, before the start, to cancel it, and which was not approved."""
        from appointments.models.history import HistoryEntry

        if not self.has_had(HistoryEntry.Kind.LATE_REQUEST):
            return None
        return self.late_requests.on_record().with_reason().first()

    @cached_property
    def absence(self) -> "AbsenceReport | None":
        """The client’s report that the provider did not come, of which there is at most one."""
        from appointments.models.absence import AbsenceReport
        from appointments.models.history import HistoryEntry

        if not self.has_had(HistoryEntry.Kind.ABSENCE_REPORTED):
            return None
        return AbsenceReport.objects.get(appointment=self)

    @cached_property
    def happened(self) -> list[tuple[str, int | None, str | None]]:
        """The kind of each thing that happened to it, with the key and the state of each mail that told of it.

        One look says what never was, which is most; what was is looked for by itself.
        """
        return list(self.history.order_by().values_list("kind", "messages", "messages__status"))

    def has_had(self, kind: str) -> bool:
        return any(had == kind for had, *_mail in self.happened)

    def unsent(self, kinds: Collection[str]) -> list[int]:
        """The mails in the outbox that told of something of these kinds, by their keys."""
        return [pk for had, pk, state in self.happened if pk and had in kinds and state == MailStatus.QUEUED]
