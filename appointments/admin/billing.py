"""What the billing system was told, or is still to be: to read, and to send again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet

from appointments import billing
from appointments.models import BillingEvent
from notifications.lists import utc
from practice.office import ReadOnlyAdmin, link


@admin.register(BillingEvent)
class BillingEventAdmin(ReadOnlyAdmin[BillingEvent]):
    list_display = ["number", "kind", "fee_link", "noted", "delivery", "attempts", "error", "sent"]
    list_filter = ["delivery", "kind"]
    search_fields = ["=fee__id", "=uid"]
    search_help_text = "By the fee’s number or the event’s id."
    date_hierarchy = "at"
    ordering = ["-id"]
    actions = ["send_again"]
    fields = ["webhook_id", "kind", "fee_link", "noted", "data", "delivery", "due", "attempts", "error", "sent"]
    noted, due, sent = utc("at", label="noted"), utc("due_at", label="next try"), utc("sent_at")

    def get_queryset(self, request: Any) -> QuerySet[BillingEvent]:
        return super().get_queryset(request).select_related("fee")

    @admin.display(description="number", ordering="id")
    def number(self, row: BillingEvent) -> int:
        return row.pk

    @admin.display(description="fee", ordering="fee")
    def fee_link(self, row: BillingEvent) -> str:
        return link(row.fee)

    @admin.action(description="Send again")
    def send_again(self, request: Any, queryset: QuerySet[BillingEvent]) -> None:
        if not billing.is_connected():
            text = "No billing system is connected: BILLING_WEBHOOK_URL is not set."
            self.message_user(request, text, messages.ERROR)
            return
        chosen = BillingEvent.objects.filter(pk__in=queryset.values("pk"))
        self.message_user(request, f"{billing.send_again(chosen, at=request.now)} queued; the rest waits already.")
