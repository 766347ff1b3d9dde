"""Fees: each with its bounds and its why; waived and marked as paid through the acts."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from appointments import fee_explained, fees, receipt_download, receipts, waiver_requests
from appointments.admin import columns
from appointments.admin.columns import zone_of
from appointments.admin.confirming import confirm
from appointments.forms.fees import WhyField
from appointments.forms.settling import SettleForm, TakeBackForm
from appointments.models import Fee
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.amounts import money
from practice.office import ReadOnlyAdmin, actor, instant, link


class WaiveForm(forms.Form):
    why = WhyField(required=True, help_text="Kept with the fee.")


@admin.register(Fee)
class FeeAdmin(ReadOnlyAdmin[Fee]):
    list_display = ["client", "provider", "kind", "status", "assessed", "amount", "created", "decided"]
    list_filter = ["status", "kind", "appointment__provider"]
    search_fields = ["appointment__client__search_name", "appointment__client__email"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-id"]
    actions = ["waive_fee", "mark_as_paid", "take_back_payment"]
    fields = [
        "appointment_link", "cancellation_link", "kind", "status", "assessed", "amount", "explanation", "agreed",
        "in_force", "cap", "payer_limit", "policy", "created", "decided_by", "decided_by_user", "decided", "why",
        "receipt",
    ]  # fmt: skip
    client, provider = columns.client(), columns.provider()
    created = instant("created_at", label="since", zone=zone_of)
    decided = instant("decided_at", label="decided", zone=zone_of)

    def get_queryset(self, request: Any) -> QuerySet[Fee]:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "appointment__client__payer", "appointment__provider__practice", "cancellation", "policy__provider"
            )
        )

    @admin.display(description="appointment")
    def appointment_link(self, fee: Fee) -> str:
        return link(fee.appointment)

    @admin.display(description="cancellation")
    def cancellation_link(self, fee: Fee) -> str:
        return link(fee.cancellation)

    @admin.display(description="why this amount")
    def explanation(self, fee: Fee) -> str:
        sentence, *steps = fee_explained.lines(fee, reader=ActorKind.ADMIN, zone=zone_of(fee))
        return format_html("{}<ul>{}</ul>", sentence, format_html_join("", "<li>{}</li>", ((step,) for step in steps)))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.receipt_file)
        return [path("<path:object_id>/receipt.pdf", view, name="appointments_fee_receipt"), *super().get_urls()]

    def receipt_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        fee = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, fee):
            raise PermissionDenied
        receipt = receipts.of(fee, reader=ActorKind.ADMIN) if fee else None
        if receipt is None:
            raise Http404
        return receipt_download.as_file(receipt)

    @admin.display(description="receipt")
    def receipt(self, fee: Fee) -> str:
        if not fee.is_paid and not fee.settlements.exists():
            return "None"
        url = reverse("admin:appointments_fee_receipt", args=[fee.pk])
        return format_html('<a href="{}">Download as PDF</a>', url)

    @admin.action(description="Waive fee")
    def waive_fee(self, request: Any, queryset: QuerySet[Fee]) -> HttpResponse | None:
        def act(fee: Fee, form: WaiveForm) -> str:
            done = fees.waive(fee, why=form.cleaned_data["why"], by=actor(request), at=request.now)
            if (waiting := done.waiver_request) is not None:
                return f"{fee.appointment}: {waiver_requests.waits(waiting)} Somebody else gives it."
            return f"Waived: {money(fee.assessed)} of {fee.appointment.client}, who is being told."

        return confirm(
            self,
            request,
            queryset,
            title="Waive fee",
            verb="Waive",
            form_class=WaiveForm,
            act=act,
            told=_told,
        )

    @admin.action(description="Mark as paid")
    def mark_as_paid(self, request: Any, queryset: QuerySet[Fee]) -> HttpResponse | None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one fee: how each was paid differs.", messages.ERROR)
            return None

        def act(fee: Fee, form: SettleForm) -> str:
            fees.settle(fee, payment=form.payment, by=actor(request), at=request.now)
            return f"Paid: {money(form.payment.amount)} of {fee.appointment.client}, who is being told."

        return confirm(
            self,
            request,
            queryset,
            title="Mark as paid: nothing is charged to a card here",
            verb="Mark as paid",
            form_class=partial(SettleForm, at=request.now),
            act=act,
            told=_told,
        )

    @admin.action(description="Take back payment")
    def take_back_payment(self, request: Any, queryset: QuerySet[Fee]) -> HttpResponse | None:
        def act(fee: Fee, form: TakeBackForm) -> str:
            fee = fees.unsettle(fee, why=form.cleaned_data["why"], by=actor(request), at=request.now)
            state = "Pending" if fee.status == FeeStatus.PENDING else "Due"
            return f"{state} again: {money(fee.amount)} of {fee.appointment.client}."

        return confirm(
            self,
            request,
            queryset,
            title="Take back payment",
            verb="Take back",
            form_class=TakeBackForm,
            act=act,
            told=_told,
        )


def _told(fee: Fee) -> str:
    return f"{fee.appointment}, {money(fee.amount)}"
