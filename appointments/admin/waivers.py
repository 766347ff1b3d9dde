"""What waits for the office's approval: the fee that somebody wants to let go, above what one person may."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from appointments import waiver_requests, waivers
from appointments.admin import columns
from appointments.admin.columns import zone_of
from appointments.admin.confirming import confirm
from appointments.forms.fees import WhyField
from appointments.models import WaiverRequest
from practice.office import ReadOnlyAdmin, actor, instant, link


class ApprovalForm(forms.Form):
    why = WhyField(required=True, help_text="Kept, and shown to the provider.")


Act = Callable[[WaiverRequest, ApprovalForm], str]


@admin.register(WaiverRequest)
class WaiverRequestAdmin(ReadOnlyAdmin[WaiverRequest]):
    list_display = ["client", "provider", "wish", "asked", "asked_by_user", "state", "closed_by"]
    list_filter = ["outcome", "fee__appointment__provider"]
    search_fields = ["fee__appointment__client__search_name", "fee__appointment__client__email"]
    date_hierarchy = "asked_at"
    ordering = ["-asked_at", "-id"]
    actions = ["approve", "decline"]
    fields = [
        "fee_link", "wish", "left", "why", "words", "asked", "asked_by", "asked_by_user", "state", "closed",
        "closed_by", "closing_words",
    ]  # fmt: skip
    client, provider = columns.client("fee__appointment"), columns.provider("fee__appointment")
    asked = instant("asked_at", label="asked", zone=zone_of)
    closed = instant("closed_at", label="closed", zone=zone_of)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaiverRequest]:
        people = "fee__appointment__client", "fee__appointment__provider"
        return super().get_queryset(request).select_related(*people, "asked_by_user", "closed_by")

    @admin.display(description="what")
    def wish(self, row: WaiverRequest) -> str:
        return waiver_requests.wish_of(row)

    @admin.display(description="outcome", ordering="outcome")
    def state(self, row: WaiverRequest) -> str:
        return row.get_outcome_display() or "Waits"

    @admin.display(description="fee")
    def fee_link(self, row: WaiverRequest) -> str:
        return link(row.fee)

    @admin.action(description="Approve")
    def approve(self, request: Any, queryset: QuerySet[WaiverRequest]) -> HttpResponse | None:
        def act(row: WaiverRequest, form: ApprovalForm) -> str:
            waivers.approve(row, words=form.cleaned_data["why"], by=actor(request), at=request.now)
            return f"Approved: {row.appointment.client}, who is being told."

        return self._confirm(request, queryset, "Approve", act)

    @admin.action(description="Decline")
    def decline(self, request: Any, queryset: QuerySet[WaiverRequest]) -> HttpResponse | None:
        def act(row: WaiverRequest, form: ApprovalForm) -> str:
            waivers.decline(row, words=form.cleaned_data["why"], by=actor(request), at=request.now)
            return f"Declined: the fee of {row.appointment.client} stays as it is."

        return self._confirm(request, queryset, "Decline", act)

    def _confirm(self, request: Any, rows: QuerySet[WaiverRequest], verb: str, act: Act) -> HttpResponse | None:
        return confirm(
            self,
            request,
            rows,
            title=f"{verb} what was asked",
            verb=verb,
            form_class=ApprovalForm,
            act=act,
            told=_told,
        )


def _told(row: WaiverRequest) -> str:
    said = f"{row.appointment}: {waiver_requests.wish_of(row)}. Why: {row.why}"
    return f"{said} To {row.appointment.client.called}: {row.words}" if row.words else said
