"""The outbox in Django admin: where each message stands. To read only, and never what a message says."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications.lists import ListAdmin, utc
from notifications.models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ListAdmin[OutboxMessage]):
    list_display = ["recipient", "status", "since", "kind", "about", "queued", "attempts", "error", "key"]
    list_filter = ["status", "kind", "urgent"]
    search_fields = ["=about", "key", "recipient", "=message_id", "=provider_id"]
    search_help_text = "By recipient, key, what it is about, Message-ID or the mail provider's id."
    date_hierarchy = "queued_at"
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["key", "kind", "about", "urgent", "recipient", "sender_name"]}),
        ("Where it stands", {"fields": ["status", "due", "leased", "attempts", "error"]}),
        ("Since when", {"fields": ["queued", "sent", "delivered", "bounced", "complained", "failed", "dropped"]}),
        ("Known to others as", {"fields": ["message_id", "provider_id"]}),
    ]

    since = utc("state_at", label="since")
    due, leased = utc("due_at"), utc("leased_until")
    queued, sent, delivered, bounced = utc("queued_at"), utc("sent_at"), utc("delivered_at"), utc("bounced_at")
    complained, failed, dropped = utc("complained_at"), utc("failed_at"), utc("dropped_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        return super().get_queryset(request).defer("subject", "text", "html", "calendar")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False
