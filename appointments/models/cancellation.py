"""That an appointment was canceled: by whom, why, with what notice. And the reasons to choose from."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from appointments.assessments import Assessment, Cause
from appointments.models import aftermath
from appointments.models.appointment import Appointment
from appointments.rules import Status
from practice import discretion
from practice.actors import ActorKind
from practice.models import Practice
from practice.zones import in_spanish

NOT_SAID = "not-said"


class ReasonQuerySet(models.QuerySet["CancellationReason"]):
    def for_providers(self) -> Self:
        return self.filter(active=True, picked_by__in=[PickedBy.PROVIDER, PickedBy.BOTH])

    def of_providers(self) -> Self:
        """For a provider to pick, and caused by them: what it ends never owes a fee."""
        return self.for_providers().filter(caused_by=Cause.PROVIDER)

    def for_clients(self) -> Self:
        """That one would rather not say stands last, whatever the office adds."""
        last = Case(When(key=NOT_SAID, then=Value(1)), default=Value(0))
        return self.filter(active=True, picked_by__in=[PickedBy.CLIENT, PickedBy.BOTH]).order_by(last, "order", "id")


class PickedBy(models.TextChoices):
    PROVIDER = "provider", "Provider"
    CLIENT = "client", "Client"
    BOTH = "both", "Both"


class NextStep(models.TextChoices):
    """The help that fits a reason a client picks."""

    MOVE = "move", "Move it instead"
    COST = "cost", "Whom to ask about cost or insurance"
    CHANGE_PROVIDER = "change_provider", "How to change provider within the practice"
    CRISIS = "crisis", "The crisis line"


class CancellationReason(models.Model):
    """Words may carry ``{client}`` and ``{provider}``, filled with first names."""

    key = models.SlugField(max_length=40, unique=True, help_text="Stays the same when the words change.")
    provider_words = models.CharField(max_length=100, help_text="What the provider reads. {client} is filled in.")
    client_words = models.CharField(
        max_length=150,
        help_text="What the client reads: in their form where they pick it, in their mail where the provider does. "
        "{provider} is filled in.",
    )
    client_words_es = models.CharField(
        "client words in Spanish", max_length=150, blank=True, help_text="Empty: who reads Spanish reads the English."
    )
    picked_by = models.CharField("who may pick it", max_length=10, choices=PickedBy.choices)
    caused_by = models.CharField("who caused it", max_length=10, choices=Cause.choices)
    sends_link = models.BooleanField("sends the booking link", default=False)
    fee_may_apply = models.BooleanField("a late fee may apply", default=False)
    waive_preset = models.BooleanField("fee is waived unless changed", default=False)
    next_step = models.CharField(
        "help shown next",
        max_length=20,
        choices=NextStep.choices,
        blank=True,
        help_text="What the client’s form offers beside this reason.",
    )
    help = models.CharField(
        "words of that help", max_length=300, blank=True, help_text="In place of the built-in ones. Empty: those."
    )
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True, help_text="Clear it to retire the reason; past cancellations keep it.")

    objects = ReasonQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_may_apply=False) | Q(caused_by=Cause.CLIENT), name="reason_fee_only_if_client_caused"
            ),
            models.CheckConstraint(
                condition=Q(waive_preset=False) | Q(fee_may_apply=True), name="reason_waive_preset_needs_fee"
            ),
        ]

    def __str__(self) -> str:
        """As it stands for many clients: ``The client asked to cancel``."""
        return capfirst(self.for_provider("the client"))

    def clean(self) -> None:
        if self.fee_may_apply and self.caused_by != Cause.CLIENT:
            raise ValidationError({"fee_may_apply": "Only what the client caused can owe a fee."})
        if self.waive_preset and not self.fee_may_apply:
            raise ValidationError({"waive_preset": "There is no fee to waive."})
        if self.key == NOT_SAID and not (self.active and self.picked_by in {PickedBy.CLIENT, PickedBy.BOTH}):
            raise ValidationError("A client need not give a reason: this one stays for them to pick.")
        also = Practice.objects.get().never_mailed_words
        for name in ("client_words", "client_words_es"):
            try:
                discretion.check(getattr(self, name), also=also, where="Mail carries these words")
            except ValidationError as refusal:
                raise ValidationError({name: refusal}) from refusal

    def for_provider(self, client: str) -> str:
        return self.provider_words.replace("{client}", client)

    def for_client(self, provider: str) -> str:
        """In the language spoken at the moment."""
        words = (in_spanish() and self.client_words_es) or self.client_words
        return words.replace("{provider}", provider)


class CancellationQuerySet(models.QuerySet["Cancellation"]):
    def live(self) -> Self:
        return self.filter(undone_at__isnull=True)

    def undone(self) -> Self:
        return self.filter(undone_at__isnull=False)

    def starting(self, begin: datetime, end: datetime) -> Self:
        """Of appointments that were to start in the stretch."""
        return self.filter(appointment__start__gte=begin, appointment__start__lt=end)

    def with_what_followed(self) -> Self:
        """Annotates ``assessed``, by its live fee, and ``refilled``: someone else has any part of its time by now; and
        ``came_back``: the start of the first session that makes up for it and to which its client came. Or None."""
        from appointments.models.fee import Fee

        fees = Fee.objects.live().filter(cancellation=OuterRef("pk"))
        back = aftermath.making_up().completed().by_start()
        return self.annotate(
            assessed=Subquery(fees.values("assessed")[:1]),
            refilled=Exists(aftermath.others_then()),
            came_back=Subquery(back.values("start")[:1]),
        )

    def taken_again(self) -> "models.QuerySet[Cancellation, tuple[int, datetime, datetime]]":
        """The key of each, with start and end of every appointment that stands in some of its time."""
        other = "appointment__provider__appointments"
        standing = [status for status in Status.values if status != Status.CANCELED]
        # The bound below is what the index is asked by: no session is as long as a day.
        day_before = F("appointment__start") - timedelta(days=1)
        return self.filter(
            **{
                f"{other}__status__in": standing,
                f"{other}__start__gt": day_before,
                f"{other}__start__lt": F("appointment__end"),
                f"{other}__end__gt": F("appointment__start"),
            }
        ).values_list("pk", f"{other}__start", f"{other}__end")


class Cancellation(models.Model):
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="cancellations")
    canceled_at = models.DateTimeField()
    told_at = models.DateTimeField(help_text="When the canceling party said so; the notice counts from here.")
    actor = models.CharField(max_length=10, choices=ActorKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.ForeignKey(CancellationReason, on_delete=models.PROTECT, related_name="cancellations")
    note_to_client = models.TextField(blank=True)
    note_to_provider = models.TextField(blank=True)
    private_note = models.TextField(blank=True, help_text="Never mailed, never shown to the client.")
    notice = models.DurationField(help_text="From when it was told to the start.")
    late = models.BooleanField()
    link_sent = models.BooleanField(default=False)
    steps = models.JSONField(default=list, blank=True, help_text="How the fee, or that there is none, was worked out.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_actor = models.CharField(max_length=10, choices=ActorKind.choices, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CancellationQuerySet.as_manager()

    if TYPE_CHECKING:
        assessed: Decimal | None
        refilled: bool
        came_back: datetime | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(undone_at__isnull=True), name="cancellation_one_live"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_actor="")
                | (Q(undone_at__isnull=False) & ~Q(undone_actor="")),
                name="cancellation_undone_at_goes_with_actor",
            ),
            models.CheckConstraint(
                condition=Q(told_at__lte=models.F("canceled_at")), name="cancellation_told_not_after"
            ),
        ]

    def __str__(self) -> str:
        return f"Cancellation {self.pk}"

    @property
    def assessment(self) -> Assessment | None:
        """None where it is older than its steps."""
        return Assessment.from_json(self.steps) if self.steps else None

    def why_for_client(self, provider: str) -> str:
        """What a client reads who did not cancel: a reason that clients pick is in their own first person."""
        facts = {"provider": provider}
        by_office = self.actor == ActorKind.ADMIN
        if self.reason.picked_by == PickedBy.PROVIDER:
            # Other causes tell of the provider, whoever entered them; what the client asked for, of who did it.
            did_it = by_office and self.reason.caused_by == Cause.CLIENT
            return self.reason.for_client(_("%(provider)s’s office") % facts if did_it else provider)
        if by_office:
            return _("%(provider)s’s office canceled this appointment.") % facts
        if self.reason.picked_by == PickedBy.CLIENT:  # they asked for it late
            return _("As you asked, %(provider)s canceled this appointment.") % facts
        return _("%(provider)s canceled this appointment.") % facts
