"""A booked time of one provider with one client."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from appointments.assessments import Cause
from appointments.constraints import NoOverlap, Span
from appointments.rules import Status
from clients.models import Client, new_token
from notifications.models import MISSED
from notifications.models import Status as MailStatus
from practice.models import FeePolicy, Provider, TimeOff
from practice.models.provider import Format
from practice.names import fold
from practice.zones import moment

if TYPE_CHECKING:
    from appointments.models.absence import AbsenceReport
    from appointments.models.cancellation import Cancellation
    from appointments.models.fee import Fee
    from appointments.models.history import HistoryEntry
    from appointments.models.requests import LateRequest

# A mail that did not arrive is news, and whether they met is asked, until the appointment is over for so long.
STILL_MATTERS = timedelta(days=30)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def booked(self) -> Self:
        return self.filter(status=Status.BOOKED)

    def taking_time(self) -> Self:
        """Booked, or held, if only begun: nobody else can have that time."""
        return self.filter(status__in=[Status.BOOKED, Status.COMPLETED])

    def to_mark(self, *, at: datetime) -> Self:
        """Over not long ago, nobody has said yet whether they met, and the client has asked or reported nothing."""
        recent = self.booked().past(at=at).filter(start__gt=at - STILL_MATTERS)
        return recent.with_requests().filter(asked_late=False, reported=False)

    def canceled(self) -> Self:
        return self.filter(status=Status.CANCELED)

    def completed(self) -> Self:
        return self.filter(status=Status.COMPLETED)

    def no_shows(self) -> Self:
        return self.filter(status=Status.NO_SHOW)

    def seen(self, *, at: datetime) -> Self:
        """Sessions that were held: over and, where attendance is marked, marked as attended."""
        return self.filter(end__lte=at, status__in=[Status.COMPLETED, Status.BOOKED])

    def upcoming(self, *, at: datetime) -> Self:
        """Not over yet, canceled ones included: a freed time is still news."""
        return self.filter(end__gt=at)

    def next_booked(self, *, at: datetime) -> Self:
        """Booked and not yet over, soonest first."""
        return self.booked().filter(end__gt=at).by_start()

    def past(self, *, at: datetime) -> Self:
        return self.filter(end__lte=at)

    def touching(self, begin: datetime, end: datetime) -> Self:
        """Any part of it lies in the stretch."""
        return self.filter(start__lt=end, end__gt=begin)

    def starting(self, begin: datetime, end: datetime) -> Self:
        return self.filter(start__gte=begin, start__lt=end)

    def starting_from(self, begin: datetime) -> Self:
        return self.filter(start__gte=begin)

    def starting_before(self, end: datetime) -> Self:
        return self.filter(start__lt=end)

    def matching(self, words: str) -> Self:
        """Every word stands somewhere in the client's names, in any order; accents and case do not count."""
        found = self
        for word in fold(words).split():
            found = found.filter(client__search_name__contains=word)
        return found

    def by_start(self) -> Self:
        return self.order_by("start", "id")

    def latest_first(self) -> Self:
        return self.order_by("-start", "-id")

    def of_client(self, client: Client) -> Self:
        return self.filter(client=client)

    def in_time_off(self) -> Self:
        """Any part of it lies in time off of its provider."""
        off = TimeOff.objects.filter(
            provider=OuterRef("provider"), begins__lt=OuterRef("end"), ends__gt=OuterRef("start")
        )
        return self.filter(Exists(off))

    def first_starts(self, *, of: Iterable[int]) -> dict[int, datetime]:
        """The earliest start of each of these clients, by their ids, in one query."""
        return dict(self.filter(client__in=of).order_by().values_list("client").annotate(Min("start")))

    def by_policy(self) -> dict[int | None, int]:
        """How many were agreed to under each fee policy; None counts those that never were."""
        return dict(self.order_by().values_list("acknowledged_policy").annotate(Count("id")))

    def after(self, appointment: "Appointment") -> Self:
        return self.filter(start__gt=appointment.start)

    def not_missed_before(self, appointment: "Appointment") -> Self:
        """Earlier ones that the provider’s client had, or could have had."""
        missed = [Status.CANCELED, Status.PROVIDER_ABSENT]
        return self.filter(start__lt=appointment.start).exclude(status__in=missed)

    def canceled_late_by_client(self, *, since: datetime) -> Self:
        """Late, and for a reason that the client caused, whoever entered it."""
        from appointments.models.cancellation import Cancellation

        late = Cancellation.objects.live().filter(
            appointment=OuterRef("pk"), late=True, reason__caused_by=Cause.CLIENT, canceled_at__gte=since
        )
        return self.filter(Exists(late))

    def held(self) -> Self:
        """Locked, and its client with it, whose address must stay until the transaction ends: both as they are now.

        All else is read after it: rows joined to a locked one are as old as the wait.
        """
        return self.select_for_update(of=("self", "client"), no_key=True).select_related("client")

    def hold(self, appointment: "Appointment") -> "Appointment":
        """Locked, and read after it with its people."""
        self.held().get(pk=appointment.pk)
        return self.with_people().get(pk=appointment.pk)

    def with_told_at(self) -> Self:
        """Annotates ``told_at``: when its client was last told of its start; None for rows without such a history."""
        from appointments.models.history import HistoryEntry

        told = HistoryEntry.objects.telling_the_start().filter(appointment=OuterRef("pk"))
        return self.annotate(told_at=Subquery(told.order_by("-at").values("at")[:1]))

    def with_changed_at(self) -> Self:
        """Annotates ``changed_at``: the last time that calendars had to hear of it; None without such a history."""
        from appointments.models.history import HistoryEntry

        heard = HistoryEntry.objects.of_the_calendar().filter(appointment=OuterRef("pk"))
        return self.annotate(changed_at=Subquery(heard.order_by("-at").values("at")[:1]))

    def not_canceled_before(self, begin: datetime) -> Self:
        from appointments.models.cancellation import Cancellation

        gone = Cancellation.objects.live().filter(appointment=OuterRef("pk"), canceled_at__lt=begin)
        return self.exclude(Exists(gone))

    def with_what_followed(self) -> Self:
        """Of no-shows. Annotates ``assessed``, by the live fee, and ``came_back``: the start of the first session that
        makes up for it and to which its client came. Or None."""
        from appointments.models import aftermath
        from appointments.models.fee import Fee

        fees = Fee.objects.live().filter(appointment=OuterRef("pk"))
        back = aftermath.making_up("pk").completed().by_start()
        return self.annotate(
            assessed=Subquery(fees.values("assessed")[:1]), came_back=Subquery(back.values("start")[:1])
        )

    def with_client(self) -> Self:
        """All that a row of the provider's own list reads."""
        return self.select_related("client", "acknowledged_policy")

    def with_requests(self) -> Self:
        """Annotates ``asked_to_move``: its client was asked to pick another time and has not yet; ``asked_late``:
        they asked to cancel it late; and ``reported``: they say that the provider did not come, both unanswered."""
        from appointments.models.absence import AbsenceReport
        from appointments.models.requests import LateRequest, RescheduleRequest

        return self.annotate(
            asked_to_move=Exists(RescheduleRequest.objects.open().filter(appointment=OuterRef("pk"))),
            asked_late=Exists(LateRequest.objects.open().filter(appointment=OuterRef("pk"))),
            reported=Exists(AbsenceReport.objects.filter(appointment=OuterRef("pk"), answer="")),
        )

    def with_marks(self) -> Self:
        """Annotates ``asked_to_move``, ``fee_status``, the live fee's, and ``client_mail``, that of the client's newest
        mail about it."""
        from appointments.models.fee import Fee

        fees = Fee.objects.live().filter(appointment=OuterRef("pk"))
        return self.with_requests().annotate(
            fee_status=Subquery(fees.values("status")[:1]),
            client_mail=Subquery(_mails_to_client().values("messages__status")[:1]),
        )

    def unread(self, *, at: datetime) -> Self:
        """The client's newest mail about it did not reach them, and still matters; annotates its ``mail_id``."""
        newest = self.filter(end__gt=at - STILL_MATTERS).annotate(
            client_mail=Subquery(_mails_to_client().values("messages__status")[:1]),
            mail_id=Subquery(_mails_to_client().values("messages")[:1]),
        )
        return newest.filter(client_mail__in=MISSED)

    def with_people(self) -> Self:
        return self.select_related("client__payer", "provider__practice", "provider__user", "acknowledged_policy")

    def with_outcome(self) -> Self:
        """Live cancellation, fee and mails at hand, in a fixed number of queries."""
        from appointments.models.cancellation import Cancellation
        from appointments.models.fee import Fee

        return self.prefetch_related(
            Prefetch(
                "cancellations", Cancellation.objects.live().select_related("reason"), to_attr="live_cancellations"
            ),
            Prefetch("fees", Fee.objects.live().with_record(), to_attr="live_fees"),
        )


def _mails_to_client() -> "models.QuerySet[HistoryEntry]":
    """For a subquery on appointments: what was mailed to the client about the outer one, newest first."""
    from appointments.models.history import HistoryEntry

    about_client = Concat(Value("client:"), Cast(OuterRef("client_id"), models.CharField()))
    told = HistoryEntry.objects.filter(appointment=OuterRef("pk"), messages__about=about_client)
    return told.order_by("-messages")


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
