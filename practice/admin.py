"""The office's pages for the practice, its people's accounts, its providers and its holidays."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications.lists import ListAdmin, utc
from practice import accounts, policies, reauthentication, second_factor
from practice.models import Holiday, Practice, Provider, User, WeeklyHours
from practice.office import KeptAdmin, actor, link

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
                self.message_user(request, f"No link was sent: {user.email} is not active.", messages.ERROR)

    @admin.action(description="Deactivate: end access at once")
    def deactivate(self, request: Any, queryset: QuerySet[User]) -> None:
        for user in self._within_reach(request, queryset.exclude(pk=request.user.pk)):
            accounts.deactivate(user)
            self.message_user(request, f"Access ended: {user.email} can no longer sign in.")


@admin.register(Practice)
class PracticeAdmin(KeptAdmin[Practice]):
    fieldsets = [
        (None, {"fields": ["name", "contact_email", "phone"]}),
        ("In distress", {"fields": ["crisis_name", "crisis_phone"]}),
        ("Fees", {"fields": ["fee_cap", "waiver_limit", "currency", "gives_passes"]}),
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
        if any(name.startswith(("fee_cap", "waiver_limit", "default_")) for name in form.changed_data):
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


@admin.register(Holiday)
class HolidayAdmin(ListAdmin[Holiday]):
    """The policies in force that count business days follow at once: each is superseded by one with these days."""

    list_display = ["day", "name"]
    date_hierarchy = "day"
    ordering = ["-day"]

    def save_model(self, request: Any, obj: Holiday, form: forms.ModelForm[Holiday], change: bool) -> None:
        reauthentication.require(request)
        super().save_model(request, obj, form, change)
        self._follow(request)

    def delete_model(self, request: Any, obj: Holiday) -> None:
        reauthentication.require(request)
        super().delete_model(request, obj)
        self._follow(request)

    def delete_queryset(self, request: Any, queryset: QuerySet[Holiday]) -> None:
        reauthentication.require(request)
        super().delete_queryset(request, queryset)
        self._follow(request)

    def _follow(self, request: Any) -> None:
        followed = policies.follow_holidays(by=actor(request), at=request.now)
        words = {0: "No fee policy counts business days over these days.", 1: "One fee policy was superseded."}
        more = f"{followed} fee policies were superseded."
        self.message_user(request, words.get(followed, more) + " What clients agreed to before stays as it was.")
