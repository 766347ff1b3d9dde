"""What a client owes for a late cancellation or a no-show. Exists only where more than nothing was assessed."""

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from appointments import fee_rules
from appointments.assessments import Assessment, Bound, FeeKind, NoFee
from appointments.models import aftermath
from appointments.models.appointment import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.cancellation import Cancellation
from appointments.rules import FeeStatus, Status
from clients.models import Client
from practice.actors import ActorKind
from practice.amounts import money
from practice.models import FeePolicy, Provider

if TYPE_CHECKING:
    from appointments.models.objection import Objection
    from appointments.models.waiver import WaiverRequest


class FeeQuerySet(models.QuerySet["Fee"]):
    def live(self) -> Self:
        return self.exclude(status=FeeStatus.VOID)

    def shown(self) -> Self:
        """Live ones, and those that came to nothing by themselves."""
        return self.filter(~Q(status=FeeStatus.VOID) | ~Q(melted_by=""))

    def filled(self) -> Self:
        """Open, and someone else has any part of the time by now."""
        waiting = self.filter(status__in=[FeeStatus.TO_DECIDE, FeeStatus.PENDING])
        return waiting.filter(Exists(aftermath.others_then()), free_if_filled=True)

    def rebooked(self) -> Self:
        """Its client has come to the session that makes up for the lost one; also where that was marked late."""
        owed = self.filter(status__in=[FeeStatus.TO_DECIDE, FeeStatus.PENDING, FeeStatus.DUE])
        return owed.filter(Exists(_making_up().filter(status=Status.COMPLETED)), rebook_until__isnull=False)

    def may_still_melt(self, *, at: datetime) -> Self:
        """Its time has not come, or it has melted but for the next weighing, or it hangs on a session that nobody has
        marked yet."""
        back = _making_up().filter(status__in=[Status.BOOKED, Status.COMPLETED])
        filled = Q(Exists(aftermath.others_then()), free_if_filled=True)
        return self.filter(Q(pending_until__gt=at) | Q(Exists(back)) | filled)

    def ripe(self, *, at: datetime) -> Self:
        """Pending until now."""
        return self.filter(status=FeeStatus.PENDING).exclude(pk__in=self.may_still_melt(at=at))

    def owed_to(self, provider: Provider) -> Self:
        return self.filter(appointment__provider=provider)

    def starting(self, begin: datetime, end: datetime) -> Self:
        """Of appointments that were to start in the stretch."""
        return self.filter(appointment__start__gte=begin, appointment__start__lt=end)

    def to_decide(self) -> Self:
        return self.filter(status=FeeStatus.TO_DECIDE)

    def to_answer(self) -> Self:
        """What waits for a decision, or for an answer to its client."""
        return self.filter(status__in=[FeeStatus.TO_DECIDE, FeeStatus.DISPUTED])

    def not_with_the_office(self) -> Self:
        """Nothing that was decided about it waits for the office’s approval."""
        return self.filter(~Exists(_open_waiver_requests()))

    def of(self, client: Client) -> Self:
        return self.filter(appointment__client=client)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def total_due(self) -> Decimal:
        due: Decimal | None = self.filter(status=FeeStatus.DUE).aggregate(total=Sum("amount"))["total"]
        return due or Decimal(0)

    def with_record(self) -> Self:
        """With its client’s objection, if there is one; annotates ``asks_office``: something waits for approval."""
        return self.select_related("objection").annotate(asks_office=Exists(_open_waiver_requests()))

    def in_state(self, status: str) -> Self:
        return self.filter(status=status)

    def with_payment(self) -> Self:
        """With how each has been paid, None of all where it has not."""
        live = FilteredRelation("settlements", condition=Q(settlements__taken_back_at=None))
        return self.annotate(
            payment=live,
            receipt=F("payment__pk"),
            paid_on=F("payment__paid_on"),
            paid_method=F("payment__method"),
            paid_reference=F("payment__reference"),
        )

    def by_start(self) -> Self:
        return self.order_by("appointment__start", "id")

    def with_appointment(self) -> Self:
        return self.select_related(
            "appointment__client__payer",
            "appointment__provider__practice",
            "appointment__provider__user",
            "cancellation__reason",
            "policy",
            "objection",
        )


def _making_up() -> AppointmentQuerySet:
    return aftermath.making_up().filter(start__lte=OuterRef("rebook_until"))


def _open_waiver_requests() -> "models.QuerySet[WaiverRequest]":
    """For a subquery on fees: that of the outer one."""
    from appointments.models.waiver import WaiverRequest

    return WaiverRequest.objects.open().filter(fee=OuterRef("pk"))


class Fee(models.Model):
    Kind = FeeKind

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="fees")
    cancellation = models.ForeignKey(
        Cancellation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fees",
        help_text="Empty: a no-show.",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    created_at = models.DateTimeField()
    assessed = models.DecimalField(max_digits=8, decimal_places=2, help_text="Owed by the rules.")
    amount = models.DecimalField(max_digits=8, decimal_places=2, help_text="Decided; 0.00 where waived.")
    agreed = models.DecimalField(max_digits=8, decimal_places=2, help_text="In the policy the client agreed to.")
    in_force = models.DecimalField(max_digits=8, decimal_places=2, help_text="In the policy of that day.")
    cap = models.DecimalField(max_digits=8, decimal_places=2, help_text="The practice's cap of that day.")
    payer_limit = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="Empty: none; 0.00: forbidden."
    )
    free_if_filled = models.BooleanField(
        default=False, help_text="A policy asks nothing once someone else takes the time."
    )
    rebook_until = models.DateTimeField(
        null=True, blank=True, help_text="A policy asks nothing if the client comes to a session begun by then."
    )
    pending_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then it may come to nothing by itself. Empty: it can’t."
    )
    melted_by = models.CharField(
        max_length=10, blank=True, choices=[(NoFee.FILLED.value, "Filled"), (NoFee.REBOOKED.value, "Rebooked")]
    )
    steps = models.JSONField(default=list, blank=True, help_text="How it was worked out, step by step.")
    policy = models.ForeignKey(FeePolicy, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=FeeStatus.choices)
    decided_by = models.CharField(max_length=10, choices=ActorKind.choices, blank=True)
    decided_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)

    objects = FeeQuerySet.as_manager()

    if TYPE_CHECKING:
        asks_office: bool

    # By ``with_payment``.
    receipt: int | None
    paid_on: date | None
    paid_method: str | None
    paid_reference: str | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment"], condition=~Q(status=FeeStatus.VOID), name="fee_one_live"),
            models.CheckConstraint(condition=Q(assessed__gt=0, amount__gte=0), name="fee_not_negative"),
            models.CheckConstraint(condition=Q(amount__lte=F("assessed")), name="fee_at_most_assessed"),
            models.CheckConstraint(condition=Q(agreed__gte=F("amount")), name="fee_at_most_agreed"),
            models.CheckConstraint(condition=Q(in_force__gte=F("amount")), name="fee_at_most_in_force"),
            models.CheckConstraint(condition=Q(cap__gte=F("amount")), name="fee_at_most_cap"),
            # By what was assessed, so that where the payer forbids fees there is none, not even a waived one.
            models.CheckConstraint(
                condition=Q(payer_limit__isnull=True) | Q(payer_limit__gte=F("assessed")),
                name="fee_at_most_payer_limit",
            ),
            models.CheckConstraint(
                condition=~Q(status=FeeStatus.PENDING) | Q(pending_until__isnull=False), name="fee_pending_until_set"
            ),
            models.CheckConstraint(
                condition=Q(melted_by="") | Q(status=FeeStatus.VOID, amount=0), name="fee_melted_is_void_and_nothing"
            ),
            models.CheckConstraint(condition=Q(status__in=FeeStatus.values), name="fee_status_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="") | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="fee_decided_at_goes_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Fee {self.pk}"

    @cached_property
    def assessment(self) -> Assessment:
        """How it was worked out, by what was kept with it; fees older than their steps by their bounds."""
        if self.steps:
            return Assessment.from_json(self.steps)
        bounds = {Bound.AGREED: self.agreed, Bound.IN_FORCE: self.in_force, Bound.CAP: self.cap}
        if self.payer_limit is not None:
            bounds[Bound.PAYER] = self.payer_limit
        told_at, start = None, self.appointment.start
        if self.cancellation is not None:
            told_at, start = self.cancellation.told_at, self.cancellation.told_at + self.cancellation.notice
        hours = self.policy.notice_hours
        return fee_rules.replay(kind=FeeKind(self.kind), bounds=bounds, hours=hours, told_at=told_at, start=start)

    @property
    def mark(self) -> str:
        """As its pill says it."""
        marks: dict[str, str] = {
            FeeStatus.DUE: _("Fee due %(amount)s") % {"amount": money(self.amount)},
            FeeStatus.PENDING: _("Fee pending"),
            FeeStatus.DISPUTED: _("Fee objected to"),
            FeeStatus.WAIVED: _("Fee waived"),
            FeeStatus.PAID: _("Fee paid"),
            FeeStatus.VOID: _("Void"),
        }
        return marks.get(self.status, self.get_status_display())

    @property
    def is_due(self) -> bool:
        return self.status == FeeStatus.DUE

    @property
    def is_paid(self) -> bool:
        return self.status == FeeStatus.PAID

    @property
    def record(self) -> "Objection | None":
        """What its client said against it, and the answer."""
        objection: Objection | None = getattr(self, "objection", None)
        return objection

    @property
    def owed_now(self) -> Decimal:
        """What is to be paid now."""
        return self.amount if self.is_due else Decimal(0)

    @property
    def waiver_request(self) -> "WaiverRequest | None":
        """The open one, of which there is at most one."""
        return self.waiver_requests.open().first()

    @property
    def is_reduced(self) -> bool:
        return 0 < self.amount < self.assessed
