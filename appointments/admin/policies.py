"""Fee policies at the office: those of all providers to read, and the providers' own page to add one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from appointments import policy_words
from appointments.views import late_fees
from practice.models import FeePolicy, Provider
from practice.office import KeptAdmin, actor


class WhoseForm(forms.Form):
    provider = forms.ModelChoiceField(Provider.objects.order_by("display_name"), label="Provider", empty_label=None)


@admin.register(FeePolicy)
class FeePolicyAdmin(KeptAdmin[FeePolicy]):
    """Add only: a new policy supersedes, so that what a client agreed to can always be shown."""

    list_display = ["provider", "from_when", "state", "in_words", "set_by"]
    list_filter = ["provider"]
    list_select_related = ["provider", "set_by"]
    date_hierarchy = "effective_at"
    ordering = ["provider", "-effective_at", "-id"]
    fields = ["provider", "from_when", "state", "in_words", "to_clients", "words", "set_by"]

    def get_queryset(self, request: Any) -> QuerySet[FeePolicy]:
        newest = FeePolicy.objects.filter(provider=OuterRef("provider"), effective_at__lte=request.now).newest_first()
        return FeePolicy.objects.with_replaced().annotate(
            newest=Subquery(newest.values("pk")[:1]), seen_at=Value(request.now, DateTimeField())
        )

    @admin.display(description="in force from", ordering="effective_at")
    def from_when(self, policy: FeePolicy) -> str:
        return late_fees.dated(policy.effective_at, policy.provider.time_zone)

    @admin.display(description="now", empty_value="")
    def state(self, policy: FeePolicy) -> str:
        read = vars(policy)  # what was annotated
        return late_fees.state(policy, in_force=read["newest"], at=read["seen_at"])

    @admin.display(description="what it says")
    def in_words(self, policy: FeePolicy) -> str:
        return policy_words.in_a_line(policy.terms)

    @admin.display(description="what clients read")
    def to_clients(self, policy: FeePolicy) -> str:
        return policy_words.sentences(policy.terms, start=None, zone=policy.provider.time_zone, payer_limit=None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        whose, back = WhoseForm(request.GET or None), reverse("admin:practice_feepolicy_changelist")
        if not whose.is_valid():
            return render(request, "appointments/late_fees_whose.html", {"form": whose, "back_url": back})
        provider: Provider = whose.cleaned_data["provider"]
        here = f"{reverse('admin:practice_feepolicy_add')}?provider={provider.pk}"
        return late_fees.answer(request, late_fees.Desk(provider=provider, by=actor(request), here=here, back=back))
