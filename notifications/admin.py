"""The outbox in Django admin: where each message stands. To read only, and never what a message says."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications.models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(admin.ModelAdmin[OutboxMessage]):
    list_display = ["key", "kind", "about", "recipient", "status", "queued_at", "state_at", "attempts", "error"]
    list_filter = ["status", "kind", "urgent"]
    search_fields = ["=about", "key", "recipient", "=message_id", "=provider_id"]
    search_help_text = "By recipient, key, what it is about, Message-ID or the mail provider's id."
    date_hierarchy = "queued_at"
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["key", "kind", "about", "urgent", "recipient", "sender_name", "reply_to"]}),
        ("Where it stands", {"fields": ["status", "due_at", "leased_until", "attempts", "error"]}),
        (
            "Since when",
            {
                "fields": [
                    "queued_at",
                    "sent_at",
                    "delivered_at",
                    "bounced_at",
                    "complained_at",
                    "failed_at",
                    "dropped_at",
                ]
            },
        ),
        ("Known to others as", {"fields": ["message_id", "provider_id"]}),
    ]

    @admin.display(description="since", empty_value="")
    def state_at(self, message: OutboxMessage) -> object:
        return message.state_at

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        return super().get_queryset(request).defer("subject", "text", "html", "calendar")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False
