"""A provider, and when they can be booked."""

from datetime import timedelta
from typing import Any, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from practice import discretion
from practice.models.deployment import Practice
from practice.names import one_line
from practice.zones import NBSP

FITS_A_PHONE = 24  # letters of the title of a page at 360 px


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class Format(models.TextChoices):
    VIDEO = "video", _("Video")
    IN_PERSON = "in_person", _("In person")


class Provider(models.Model):
    class Increment(models.IntegerChoices):
        QUARTER = 15, "Every 15 minutes"
        HALF = 30, "Every half hour"
        HOUR = 60, "Every hour"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="provider")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, default=1, related_name="providers")
    display_name = models.CharField(
        max_length=80,
        validators=[one_line],
        help_text="As clients know this person, without credentials: mail shows this name alone.",
    )
    credentials = models.CharField(max_length=40, blank=True, help_text="Shown on pages, never in mail.")
    phone = models.CharField(max_length=30)
    time_zone = models.CharField(max_length=50, default="America/New_York", validators=[check_zone])
    session_minutes = models.PositiveSmallIntegerField(
        "session length", default=50, validators=[MinValueValidator(10), MaxValueValidator(240)]
    )
    start_increment = models.PositiveSmallIntegerField(
        "sessions may start", choices=Increment.choices, default=Increment.HALF
    )
    minimum_notice_hours = models.PositiveSmallIntegerField(
        "minimum booking notice",
        default=12,
        validators=[MaxValueValidator(336)],
        help_text="Hours before the start until which clients can still book.",
    )
    horizon_days = models.PositiveSmallIntegerField(
        "booking horizon",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="How many days ahead clients can book.",
    )
    offers_video = models.BooleanField("video", default=True)
    offers_in_person = models.BooleanField("in person", default=False)
    address = models.CharField(max_length=200, blank=True, help_text="Where in-person sessions are held.")
    joining = models.CharField(
        "how to join", max_length=200, blank=True, help_text="One line on joining a video session."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offers_video=True) | models.Q(offers_in_person=True),
                name="provider_offers_a_format",
            ),
            models.CheckConstraint(condition=models.Q(session_minutes__gte=10), name="provider_session_10_min"),
            models.CheckConstraint(
                condition=models.Q(start_increment__in=[15, 30, 60]), name="provider_start_increment_known"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        if not (self.offers_video or self.offers_in_person):
            raise ValidationError("Offer video, in person or both.")
        if self.offers_in_person and not self.address:
            raise ValidationError({"address": "Clients need the address of in-person sessions."})
        where = {
            "display_name": "Mail shows this name",
            "address": "Calendars show this",
            "joining": "Calendars show this",
        }
        for field, said in where.items():
            try:
                discretion.check(getattr(self, field), also=self.practice.never_mailed_words, where=said)
            except ValidationError as refusal:
                raise ValidationError({field: refusal}) from refusal

    @property
    def name_with_credentials(self) -> str:
        """Kept on one line; of a name too long for a phone's, the last word and the credentials."""
        name = f"{self.display_name}, {self.credentials}" if self.credentials else self.display_name
        if len(name) <= FITS_A_PHONE:
            return name.replace(" ", NBSP)
        breaks = self.display_name.rfind(" ") + 1
        return name[:breaks] + name[breaks:].replace(" ", NBSP)

    @property
    def first_name(self) -> str:
        """How pages and mails call the provider after the first full name: "Maya", "Dr. Chen" stays whole."""
        words = self.display_name.split()
        return self.display_name if words[0].endswith(".") else words[0]

    @property
    def formats(self) -> list[Format]:
        offered = {Format.VIDEO: self.offers_video, Format.IN_PERSON: self.offers_in_person}
        return [kind for kind, is_offered in offered.items() if is_offered]

    @property
    def has_hours(self) -> bool:
        """Without, nobody can book."""
        return self.weekly_hours.exists()

    @property
    def session_length(self) -> timedelta:
        return timedelta(minutes=self.session_minutes)


class WeeklyHours(models.Model):
    """When sessions can be booked, in the provider's wall-clock time."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    begins = models.TimeField("from")
    ends = models.TimeField("to")

    class Meta:
        verbose_name = "weekly hours"
        verbose_name_plural = "weekly hours"
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="weekly_hours_end_later"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="weekly_hours_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.begins:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        if self.begins and self.ends and self.ends <= self.begins:
            raise ValidationError({"ends": "“To” has to be later than “from”."})


class TimeOffQuerySet(models.QuerySet["TimeOff"]):
    def touching(self, begins: Any, ends: Any) -> Self:
        return self.filter(begins__lt=ends, ends__gt=begins)

    def not_over(self, *, at: Any) -> Self:
        return self.filter(ends__gt=at).order_by("begins")


class TimeOff(models.Model):
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="time_off")
    begins = models.DateTimeField("from")
    ends = models.DateTimeField("to")
    label = models.CharField(max_length=80, blank=True, help_text="Only you see it.")

    objects = TimeOffQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="time_off_ends_later")
        ]

    def __str__(self) -> str:
        return self.label or "Time off"
