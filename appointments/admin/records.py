"""Reasons, which the office edits; cancellations, payments, history and its mails, which it reads."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from appointments import fee_words
from appointments.admin import columns
from appointments.admin.columns import zone_of
from appointments.models import Cancellation, CancellationReason, HistoryEntry, Settlement
from notifications.admin import OutboxMessageAdmin
from notifications.models import OutboxMessage
from practice.office import KeptAdmin, ReadOnlyAdmin, instant, link


@admin.register(CancellationReason)
class CancellationReasonAdmin(KeptAdmin[CancellationReason]):
    list_display = ["provider_words", "picked_by", "caused_by", "sends_link", "fee_may_apply", "waive_preset", "active"]
    list_filter = ["picked_by", "caused_by", "active"]
    search_fields = ["provider_words", "client_words", "key"]
    fields = [
        "key", "provider_words", "client_words", "client_words_es", "picked_by", "caused_by", "sends_link",
        "fee_may_apply", "waive_preset", "next_step", "help", "order", "active",
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: CancellationReason | None = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(Cancellation)
class CancellationAdmin(ReadOnlyAdmin[Cancellation]):
    list_display = ["client", "provider", "starts", "canceled", "actor", "reason", "late", "link_sent", "undone"]
    list_filter = ["late", "actor", "reason", "appointment__provider"]
    search_fields = ["appointment__client__search_name", "appointment__client__email"]
    date_hierarchy = "canceled_at"
    ordering = ["-canceled_at", "-id"]
    fields = [
        "appointment_link", "starts", "canceled", "told", "notice_given", "late", "actor", "user", "reason",
        "note_to_client", "note_to_provider", "link_sent", "undone", "undone_actor", "undone_by",
    ]  # fmt: skip
    client, provider = columns.client(), columns.provider()
    starts = columns.starts()
    canceled = instant("canceled_at", label="canceled", zone=zone_of)
    told = instant("told_at", label="told", zone=zone_of)
    undone = instant("undone_at", label="undone", zone=zone_of)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cancellation]:
        people = "appointment__client", "appointment__provider"
        return super().get_queryset(request).select_related(*people, "reason", "user", "undone_by")

    @admin.display(description="notice")
    def notice_given(self, row: Cancellation) -> str:
        return fee_words.notice_given(row)

    @admin.display(description="appointment")
    def appointment_link(self, row: Cancellation) -> str:
        return link(row.appointment)


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyAdmin[HistoryEntry]):
    list_display = ["appointment", "kind", "when", "actor", "user"]
    list_filter = ["kind", "actor", "appointment__provider"]
    search_fields = ["appointment__client__search_name", "appointment__client__email", "=appointment__uid"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    fields = ["appointment_link", "kind", "when", "actor", "user", "facts", "mails"]
    when = instant("at", label="when", zone=zone_of)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HistoryEntry]:
        return super().get_queryset(request).select_related("appointment__client", "appointment__provider", "user")

    @admin.display(description="appointment")
    def appointment_link(self, row: HistoryEntry) -> str:
        return link(row.appointment)

    @admin.display(description="mails")
    def mails(self, row: HistoryEntry) -> str:
        mails = [(link(mail, f"{mail.recipient}: {mail.get_status_display()}"),) for mail in row.messages.all()]
        return format_html_join(", ", "{}", mails) or "None"


admin.site.unregister(OutboxMessage)  # the outbox knows no appointment; here a mail leads to what it told of


@admin.register(OutboxMessage)
class MailAdmin(OutboxMessageAdmin):
    fieldsets = [*OutboxMessageAdmin.fieldsets, ("What it told of", {"fields": ["entries"]})]

    @admin.display(description="history")
    def entries(self, row: OutboxMessage) -> str:
        entries = HistoryEntry.objects.filter(messages=row)
        return format_html_join(", ", "{}", [(link(entry),) for entry in entries]) or "None"


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin[Settlement]):
    list_display = ["number", "client", "provider", "amount", "method", "reference", "paid_on", "settled", "taken_back"]
    list_filter = ["method", "settled_by", "fee__appointment__provider"]
    search_fields = ["fee__appointment__client__search_name", "fee__appointment__client__email", "reference", "=id"]
    search_help_text = "By the client’s name or e-mail, the reference or the receipt’s number."
    date_hierarchy = "paid_on"
    ordering = ["-id"]
    fields = [
        "fee_link", "amount", "method", "reference", "paid_on", "settled", "settled_by", "settled_by_user",
        "taken_back", "taken_back_by", "taken_back_by_user", "taken_back_why",
    ]  # fmt: skip
    client, provider = columns.client("fee__appointment"), columns.provider("fee__appointment")
    settled = instant("settled_at", label="marked", zone=zone_of)
    taken_back = instant("taken_back_at", label="taken back", zone=zone_of)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Settlement]:
        people = "fee__appointment__client", "fee__appointment__provider"
        return super().get_queryset(request).select_related(*people, "settled_by_user", "taken_back_by_user")

    @admin.display(description="receipt", ordering="id")
    def number(self, row: Settlement) -> int:
        return row.pk

    @admin.display(description="fee")
    def fee_link(self, row: Settlement) -> str:
        return link(row.fee)
