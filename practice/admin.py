"""The office's pages for the practice, its people's accounts, its providers and their fee policies."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from notifications.lists import utc
from practice import accounts, discretion, policies, reauthentication, second_factor
from practice.amounts import money
from practice.models import FeePolicy, Practice, Provider, User, WeeklyHours
from practice.office import KeptAdmin, actor, instant, link

admin.site.site_header = admin.site.site_title = "Office"
admin.site.index_title = "What would you like to look after?"
admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(User)
class UserAdmin(KeptAdmin[User]):
    list_display = ["email", "role", "is_active", "last_sign_in"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email"]
    ordering = ["email"]
    fields = ["email", "is_active", "is_staff", "role"]
    readonly_fields = ["role"]
    actions = ["send_set_password_link", "reset_second_step", "deactivate"]
    last_sign_in = utc("last_login", label="last sign-in")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("provider", "client")

    @admin.display(description="signs in as")
    def role(self, user: User) -> str:
        linked = user.provider_or_none or getattr(user, "client", None)
        if linked is not None:
            return link(linked)
        return "Office" if user.is_staff else "Nobody yet: choose this account on a provider’s or client’s page."

    def save_model(self, request: Any, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        elif "email" in form.changed_data:
            reauthentication.require(request)
            accounts.change_sign_in(obj, email=obj.email, at=request.now)
        super().save_model(request, obj, form, change)
        accounts.keep_office_group(obj)

    def has_change_permission(self, request: Any, obj: User | None = None) -> bool:
        """Only a superuser touches a superuser: another's address would be the way to their rights."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def _within_reach(self, request: Any, queryset: QuerySet[User]) -> QuerySet[User]:
        if request.user.is_superuser:
            return queryset
        for user in queryset.filter(is_superuser=True):
            self.message_user(request, f"{user.email} is left as it was: a superuser’s account.", messages.ERROR)
        return queryset.filter(is_superuser=False)

    @admin.action(description="Take the second step away: phone and codes are lost")
    def reset_second_step(self, request: Any, queryset: QuerySet[User]) -> None:
        reauthentication.require(request)
        for user in self._within_reach(request, queryset):
            second_factor.reset(user)
            told = {"user": user, "what": "The office took the second step of your sign-in away."}
            get_adapter(request).send_mail("account/email/sign_in_changed", user.email, told)
            self.message_user(request, f"{user.email} signs in without a second step, and is told so by mail.")

    @admin.action(description="Send a set-password link")
    def send_set_password_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in self._within_reach(request, queryset):
            form = ResetPasswordForm(data={"email": user.email})
            if user.is_active and form.is_valid():
                form.save(request)
                self.message_user(request, f"A link is on its way to {user.email}.")
            else:
                self.message_user(request, f"{user.email} is not active, so no link was sent.", messages.ERROR)

    @admin.action(description="Deactivate: end access at once")
    def deactivate(self, request: Any, queryset: QuerySet[User]) -> None:
        for user in self._within_reach(request, queryset.exclude(pk=request.user.pk)):
            accounts.deactivate(user)
            self.message_user(request, f"{user.email} can no longer sign in.")


@admin.register(Practice)
class PracticeAdmin(KeptAdmin[Practice]):
    fieldsets = [
        (None, {"fields": ["name", "contact_email", "phone"]}),
        ("In distress", {"fields": ["crisis_name", "crisis_phone"]}),
        ("Fees", {"fields": ["fee_cap", "currency", "gives_passes"]}),
        (
            "A new provider’s first fee policy",
            {
                "fields": [
                    "default_notice_hours",
                    "default_late_fee",
                    "default_no_show_fee",
                    "default_grace_minutes",
                ]
            },
        ),
        ("Reminders", {"fields": ["deadline_reminder_hours", "session_reminder_hours"]}),
        ("Mail", {"fields": ["never_mailed_words", "neutral_name", "neutral_subject"]}),
    ]

    def save_model(self, request: Any, obj: Practice, form: forms.ModelForm[Practice], change: bool) -> None:
        if any(name.startswith(("fee_cap", "default_")) for name in form.changed_data):
            reauthentication.require(request)
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class WeeklyHoursInline(admin.TabularInline[WeeklyHours, Provider]):
    model = WeeklyHours
    extra = 1


@admin.register(Provider)
class ProviderAdmin(KeptAdmin[Provider]):
    list_display = ["display_name", "credentials", "user", "time_zone", "phone"]
    list_select_related = ["user"]
    search_fields = ["display_name", "user__email"]
    autocomplete_fields = ["user"]
    exclude = ["practice"]
    inlines = [WeeklyHoursInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> list[str]:
        """Another account would take the provider's mail along unsaid: the account's own address is changed instead."""
        return ["user"] if obj else []

    def save_model(self, request: Any, obj: Provider, form: forms.ModelForm[Provider], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            policies.supersede(obj, terms=policies.defaults(obj.practice), by=actor(request), at=request.now)


class FeePolicyForm(forms.ModelForm[FeePolicy]):
    class Meta:
        model = FeePolicy
        fields = ["provider", "notice_hours", "late_fee", "no_show_fee", "no_show_grace_minutes", "words"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        practice = Practice.objects.get()
        cap = practice.fee_cap
        try:
            also = practice.never_mailed_words
            discretion.check(self.cleaned_data.get("words", ""), also=also, where=discretion.OPEN_PAGE)
        except ValidationError as refusal:
            self.add_error("words", refusal)
        for name in ("late_fee", "no_show_fee"):
            fee = self.cleaned_data.get(name)
            if fee is not None and not 0 <= fee <= cap:
                self.add_error(name, ValidationError(f"From $0.00 to {money(cap)}, the practice’s limit."))
        return cleaned


@admin.register(FeePolicy)
class FeePolicyAdmin(KeptAdmin[FeePolicy]):
    """Add only: a new policy supersedes, so that what a client agreed to can always be shown."""

    form = FeePolicyForm
    list_display = ["provider", "from_when", "in_force", "notice_hours", "late_fee", "no_show_fee", "set_by"]
    list_filter = ["provider"]
    list_select_related = ["provider", "set_by"]
    date_hierarchy = "effective_at"
    ordering = ["provider", "-effective_at", "-id"]
    from_when = instant("effective_at", label="in force from", zone=lambda policy: policy.provider.time_zone)

    def get_queryset(self, request: Any) -> QuerySet[FeePolicy]:
        newest = FeePolicy.objects.filter(provider=OuterRef("provider"), effective_at__lte=request.now).newest_first()
        return super().get_queryset(request).annotate(newest=Subquery(newest.values("pk")[:1]))

    @admin.display(description="in force now", boolean=True)
    def in_force(self, policy: FeePolicy) -> bool:
        return bool(policy.pk == getattr(policy, "newest", None))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: FeePolicy, form: forms.ModelForm[FeePolicy], change: bool) -> None:
        reauthentication.require(request)
        made = policies.supersede(obj.provider, terms=obj.terms, by=actor(request), at=request.now)
        obj.pk, obj.effective_at, obj.set_by_id = made.pk, made.effective_at, made.set_by_id
