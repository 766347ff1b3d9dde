"""The office's pages for clients, who pays for them, and who cares for them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from clients import addresses, links
from clients import care as caring
from clients.models import CareRelationship, Client, Payer
from practice import reauthentication
from practice.office import KeptAdmin, actor, instant


@admin.register(Payer)
class PayerAdmin(KeptAdmin[Payer]):
    list_display = ["name", "rule", "cap", "why", "source"]
    list_filter = ["rule"]
    search_fields = ["name"]


class EndsCare:
    """Care ends in the moment it is kept as ended, so an end to come can't be kept."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "ended_at":

            def has_come(ended_at: datetime) -> None:
                if ended_at > request.now:
                    raise ValidationError("That is still to come: end care once it has ended.")

            field.validators = [*field.validators, has_come]
        return field


class CareInline(EndsCare, admin.TabularInline[CareRelationship, Client]):
    model = CareRelationship
    fields = ["provider", "ended_at"]
    extra = 1
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Client | None = None) -> bool:
        return False  # on its own page, where its two people stay who they are


class ClientForm(forms.ModelForm[Client]):
    invite = forms.BooleanField(
        label="Send an invitation",
        required=False,
        initial=True,
        help_text="One mail whose link signs the client in. Where there is no account yet, it is made.",
    )


@admin.register(Client)
class ClientAdmin(KeptAdmin[Client]):
    form = ClientForm
    list_display = ["name", "email", "phone", "time_zone", "paid_by"]
    list_filter = ["payer", "care_relationships__provider"]
    list_select_related = ["payer"]
    search_fields = ["search_name", "email"]
    ordering = ["search_name"]
    autocomplete_fields = ["user"]
    inlines = [CareInline]
    actions = ["send_invitation"]

    @admin.display(description="payer", ordering="payer__name", empty_value="Self-pay")
    def paid_by(self, client: Client) -> Payer | None:
        return client.payer

    def get_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        """Who is here already is invited by the action."""
        return [name for name in super().get_fields(request, obj) if obj is None or name != "invite"]

    def save_model(self, request: Any, obj: Client, form: forms.ModelForm[Client], change: bool) -> None:
        if change and "email" in form.changed_data:
            reauthentication.require(request)
            addresses.change(Client.objects.get(pk=obj.pk), to=obj.email, at=request.now)
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """After the care relationships: the invitation says who has invited."""
        super().save_related(request, form, formsets, change)
        if not change and form.cleaned_data["invite"]:
            self._invite(request, form.instance)

    @admin.action(description="Send an invitation: one link that signs the client in")
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[Client]) -> None:
        for client in queryset:
            self._invite(request, client)

    def _invite(self, request: Any, client: Client) -> None:
        try:
            caring.invite(client, by=actor(request), at=request.now)
        except caring.Refused as refusal:
            self.message_user(request, f"{client}: {refusal}", messages.WARNING)
        else:
            self.message_user(request, f"An invitation goes to {client.email}.")


@admin.register(CareRelationship)
class CareRelationshipAdmin(EndsCare, KeptAdmin[CareRelationship]):
    list_display = ["client", "email", "provider", "ended"]
    list_filter = ["provider", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["client", "provider"]
    search_fields = ["client__search_name", "client__email"]
    autocomplete_fields = ["client", "provider"]
    ordering = ["client__search_name"]
    actions = ["replace_link"]
    ended = instant("ended_at", label="ended", zone=lambda care: care.provider.time_zone)

    def get_readonly_fields(self, request: HttpRequest, obj: CareRelationship | None = None) -> list[str]:
        return ["client", "provider"] if obj else []

    @admin.action(description="Replace link: the old one stops working at once")
    def replace_link(self, request: Any, queryset: QuerySet[CareRelationship]) -> None:
        for care in queryset.select_related("client"):
            links.replace(care, by=actor(request), at=request.now)
            self.message_user(request, f"{care.client} ({care.client.email}) has a new booking link.")

    @admin.display(description="e-mail", ordering="client__email")
    def email(self, care: CareRelationship) -> str:
        return care.client.email  # namesakes are told apart by it
