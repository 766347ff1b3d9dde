"""The practice that this deployment serves: exactly one row."""

from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _

from practice import discretion
from practice.names import one_line


class Currency(models.TextChoices):
    """Those written with a dollar sign, as every amount here is."""

    US = "USD", "US dollar"
    CANADA = "CAD", "Canadian dollar"
    AUSTRALIA = "AUD", "Australian dollar"


NOBODYS_EMAIL: Final = "office@example.com"  # until the office enters its own


class Practice(models.Model):
    name = models.CharField(max_length=100, validators=[one_line])
    contact_email = models.EmailField(
        "contact e-mail", help_text="Where clients write, and the organizer of every calendar invitation."
    )
    phone = models.CharField(max_length=30)
    currency = models.CharField(max_length=3, choices=Currency.choices, default=Currency.US)
    fee_cap = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal("200.00"),
        validators=[MinValueValidator(Decimal(0))],
        help_text="No late-cancellation or no-show fee is ever more than this.",
    )
    gives_passes = models.BooleanField(
        "a pass for the client",
        default=True,
        help_text="When a provider cancels inside their own notice, the client’s next late cancellation is free.",
    )
    waiver_limit = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Letting go of more of a fee than this takes two people: the office approves it. Empty: no limit.",
    )
    default_notice_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(168)]
    )
    default_late_fee = models.DecimalField(
        max_digits=8, decimal_places=2, default=Decimal("75.00"), validators=[MinValueValidator(Decimal(0))]
    )
    default_no_show_fee = models.DecimalField(
        max_digits=8, decimal_places=2, default=Decimal("75.00"), validators=[MinValueValidator(Decimal(0))]
    )
    default_grace_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(5), MaxValueValidator(60)]
    )
    never_mailed_words = models.TextField(
        "words never mailed",
        blank=True,
        help_text="One a line, beside the built-in list: clinical words that mail and calendar must not carry.",
    )
    crisis_name = models.CharField(
        "crisis line",
        max_length=80,
        blank=True,
        default="988 Suicide & Crisis Lifeline",
        validators=[one_line],
        help_text="The practice’s country’s own: it stands at the top of the client’s side. Empty: none is shown.",
    )
    crisis_phone = models.CharField(
        "crisis line’s phone", max_length=30, blank=True, default="988", help_text="As it is dialed, day and night."
    )
    neutral_name = models.CharField(
        "neutral sender",
        max_length=60,
        default="Scheduling desk",
        validators=[one_line],
        help_text="Mail to clients who asked for discretion comes from this name.",
    )
    neutral_subject = models.CharField(
        max_length=100,
        default="About your schedule",
        validators=[one_line],
        help_text="Of every mail to clients who asked for discretion.",
    )
    deadline_reminder_hours = models.PositiveSmallIntegerField(
        "reminder before the deadline, in hours",
        default=24,
        validators=[MaxValueValidator(168)],
        help_text="So long before the last moment to cancel free of charge. 0: none.",
    )
    session_reminder_hours = models.PositiveSmallIntegerField(
        "reminder before the session, in hours",
        default=3,
        validators=[MaxValueValidator(168)],
        help_text="So long before the session starts. 0: none.",
    )
    demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "practice"
        verbose_name_plural = "practice"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="practice_is_one"),
            models.CheckConstraint(condition=models.Q(fee_cap__gte=0), name="practice_fee_cap_not_negative"),
            models.CheckConstraint(
                condition=models.Q(waiver_limit__isnull=True) | models.Q(waiver_limit__gte=0),
                name="practice_waiver_limit_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @property
    def is_named(self) -> bool:
        """The office has entered its own name, e-mail and phone: told by the e-mail, which it can't do without."""
        return self.contact_email != NOBODYS_EMAIL

    @property
    def spoken_crisis_name(self) -> str:
        return _spoken(self.crisis_name)

    @property
    def spoken_neutral_name(self) -> str:
        return _spoken(self.neutral_name)

    @property
    def spoken_neutral_subject(self) -> str:
        return _spoken(self.neutral_subject)

    def clean(self) -> None:
        where = {
            "name": "All mail comes from this name",
            "neutral_name": "Discreet mail comes from this name",
            "neutral_subject": "Discreet mail has this subject",
        }
        for field, said in where.items():
            try:
                discretion.check(getattr(self, field), also=self.never_mailed_words, where=said)
            except ValidationError as refusal:
                raise ValidationError({field: refusal}) from refusal


def _spoken(words: str) -> str:
    """The office's own words; those that a practice begins with are said in the language spoken at the moment."""
    begins_with = {
        "Scheduling desk": _("Scheduling desk"),
        "About your schedule": _("About your schedule"),
        "988 Suicide & Crisis Lifeline": _("988 Suicide & Crisis Lifeline"),
    }
    return begins_with.get(words, words)
