"""The people who receive care, who pays for them, and who cares for them."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from practice.models import Provider
from practice.models.provider import check_zone
from practice.names import fold, one_line


def new_token() -> str:
    """192 bits: a link that nobody guesses."""
    return secrets.token_urlsafe(24)


class Payer(models.Model):
    class Rule(models.TextChoices):
        ALLOWED = "allowed", "Allowed"
        CAPPED = "capped", "Capped at an amount"
        FORBIDDEN = "forbidden", "Forbidden"

    name = models.CharField(max_length=80, unique=True)
    rule = models.CharField("fees for missed visits", max_length=10, choices=Rule.choices, default=Rule.ALLOWED)
    cap = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    why = models.CharField(max_length=200, blank=True, help_text="One line that a client or provider may read.")
    source = models.CharField(max_length=200, blank=True, help_text="Where the rule is written.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="capped", cap__isnull=False, cap__gt=0) | (~Q(rule="capped") & Q(cap__isnull=True)),
                name="payer_cap_goes_with_capped",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if (self.rule == self.Rule.CAPPED) != (self.cap is not None):
            raise ValidationError({"cap": "An amount goes with “Capped at an amount”, and only with it."})


class ClientQuerySet(models.QuerySet["Client"]):
    def matching(self, words: str) -> Self:
        """Every word stands somewhere in the names, in any order; accents and case do not count."""
        found = self
        for word in fold(words).split():
            found = found.filter(search_name__contains=word)
        return found

    def by_name(self) -> Self:
        return self.order_by("search_name", "email")


class Client(models.Model):
    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Spanish"

    class PhoneUse(models.TextChoices):
        CALL = "call", "Call, and leave a message"
        NO_MESSAGE = "no_message", "Call, but leave no message"
        NEVER = "never", "Do not call"

    first_name = models.CharField("legal first name", max_length=60, validators=[one_line])
    last_name = models.CharField("legal last name", max_length=60, validators=[one_line])
    preferred_name = models.CharField(
        "preferred first name",
        max_length=60,
        blank=True,
        validators=[one_line],
        help_text="Used everywhere in place of the legal one.",
    )
    search_name = models.CharField(max_length=200, editable=False, db_index=True)
    email = models.EmailField("e-mail", help_text="Where mail about appointments goes.")
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=50, default="America/New_York", validators=[check_zone])
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    payer = models.ForeignKey(
        Payer, on_delete=models.PROTECT, null=True, blank=True, related_name="clients", help_text="Empty: self-pay."
    )
    phone_use = models.CharField(
        "calls",
        max_length=10,
        choices=PhoneUse.choices,
        default=PhoneUse.CALL,
        help_text="What the practice may do with the phone number; no reason is asked.",
    )
    discreet = models.BooleanField(
        "discreet mail", default=False, help_text="Mail comes from the practice’s neutral name, with a neutral subject."
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="client"
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["search_name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_name = fold(f"{self.preferred_name} {self.first_name} {self.last_name}")[:200]
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_name"}
        super().save(*args, **kwargs)

    @property
    def called(self) -> str:
        """First name as this person wants it."""
        return self.preferred_name or self.first_name

    @property
    def name(self) -> str:
        return f"{self.called} {self.last_name}"

    @property
    def may_be_called(self) -> bool:
        """Their number is known, and they did not ask for no calls."""
        return bool(self.phone) and self.phone_use != self.PhoneUse.NEVER

    @property
    def discreet_name(self) -> str:
        """Jordan L.: all that a subject line or a page behind a link may show."""
        return f"{self.called} {self.last_name[:1]}."


class CareRelationshipQuerySet(models.QuerySet["CareRelationship"]):
    def active(self) -> Self:
        return self.filter(ended_at__isnull=True, provider__user__is_active=True)

    def of(self, *, provider: int, client: int) -> Self:
        """The one between these two, by their ids."""
        return self.filter(provider=provider, client=client)

    def hold(self) -> None:
        """Locks them until the transaction ends: before any appointment, in the one order of locks."""
        list(self.select_for_update(of=("self",), no_key=True).only("pk"))

    def with_people(self) -> Self:
        return self.select_related("client__payer", "provider__practice", "provider__user")

    def by_name(self) -> Self:
        return self.order_by("client__search_name", "client__email")

    def matching(self, words: str) -> Self:
        return self.filter(_named(words))

    def with_threads(self, *, client_reads: bool) -> Self:
        """Those that wait for the reader first, then by their newest message, then by name.

        Each has ``newest`` and ``newest_at`` of all its messages, and how many are ``unread`` by the reader.
        """
        messages = Message.objects.filter(care=OuterRef("pk"))
        newest = messages.newest_first()
        unread = messages.unread_by(client=client_reads).order_by().values("care").values(many=Count("pk"))
        return self.annotate(
            newest=Subquery(newest.values("pk")[:1]),
            newest_at=Subquery(newest.values("sent_at")[:1]),
            unread=Coalesce(Subquery(unread), 0),
            waits=models.Exists(messages.unread_by(client=client_reads)),
        ).order_by("-waits", F("newest_at").desc(nulls_last=True), "client__search_name", "client__email", "pk")

    def mentioning(self, words: str) -> Self:
        """Found by either one's name or by what was written: ``found`` is the newest message with the words."""
        messages = Message.objects.filter(care=OuterRef("pk"), text__icontains=words)
        found = self.annotate(found=Subquery(messages.newest_first().values("pk")[:1]))
        return found.filter(_named(words) | Q(provider__display_name__icontains=words) | Q(found__isnull=False))


def _named(words: str) -> Q:
    """Every word stands somewhere in the client's names."""
    found = Q()
    for word in fold(words).split():
        found &= Q(client__search_name__contains=word)
    return found


class CareRelationship(models.Model):
    """One provider caring for one client. It owns the link by which the client books."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="care_relationships")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="care_relationships")
    booking_token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    ended_at = models.DateTimeField("ended", null=True, blank=True, help_text="Empty: care goes on.")

    objects = CareRelationshipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "client"], name="care_relationship_once_a_pair")]

    def __str__(self) -> str:
        return f"{self.client} with {self.provider}"

    @property
    def is_active(self) -> bool:
        """Care goes on: it was not ended, and the provider still works here."""
        return self.ended_at is None and self.provider.user.is_active


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by(self, *, client: bool) -> Self:
        """What the other one has written and the client (or else the provider) has neither answered nor marked."""
        return self.filter(read_at__isnull=True, from_client=not client)

    def newest_first(self) -> Self:
        return self.order_by("-sent_at", "-pk")

    def after(self, message: "Message") -> Self:
        return self.filter(Q(sent_at__gt=message.sent_at) | Q(sent_at=message.sent_at, pk__gt=message.pk))


class Message(models.Model):
    """Written in the portal by one of the two to the other; kept, never mailed."""

    LONGEST = 4000

    care = models.ForeignKey(CareRelationship, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    from_client = models.BooleanField(help_text="Otherwise from the provider.")
    text = models.TextField(max_length=LONGEST)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="When the other one answered it or marked it.")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [
            models.Index(fields=["care", "sent_at"], name="message_of_care"),
            models.Index(fields=["care"], condition=Q(read_at__isnull=True), name="message_unread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("sent_at")), name="message_read_after_sent"
            )
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"
