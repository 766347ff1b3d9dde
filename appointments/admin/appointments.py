"""Appointments to look up, and to cancel, to bring back or to move, for whoever cannot."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.html import format_html_join

from appointments import attendance, booking, cancellation, resending
from appointments.admin.confirming import confirm
from appointments.drafts import Notes
from appointments.forms.fees import WhyField
from appointments.forms.notes import NoteField
from appointments.models import Appointment, CancellationReason
from appointments.refusals import NotOpen, Refused, ToldAtImpossible
from practice.fields import DayField, TimeField, joined
from practice.models.provider import Format
from practice.office import ReadOnlyAdmin, actor, instant, link
from practice.zones import dated_moment, moment


class CancelForm(forms.Form):
    reason = forms.ModelChoiceField(CancellationReason.objects.for_providers(), label="Reason")
    told_date = DayField(label="Day it was told", help_text="The notice counts from then. Empty: now.")
    told_time = TimeField(label="Time it was told", help_text="By the clock in the provider’s time zone.")
    note_to_client = NoteField(label="Note to client", help_text="Goes into the mail.")
    private_note = NoteField(label="Private note", help_text="Never mailed.")

    def clean(self) -> None:
        if (self.cleaned_data.get("told_date") is None) != (self.cleaned_data.get("told_time") is None):
            self.add_error(None, "Enter both the day and the time it was told, or neither.")

    def told_at(self, zone: str) -> datetime | None:
        """None: now. Raises ToldAtImpossible for a time that the clock jumped over."""
        date, time = self.cleaned_data["told_date"], self.cleaned_data["told_time"]
        if date is None or time is None:
            return None
        try:
            return joined(date, time, zone)
        except forms.ValidationError as refusal:
            raise ToldAtImpossible(refusal.message) from None


class CorrectionForm(forms.Form):
    why = WhyField(label="Reason", required=True, help_text="Kept in the history. The client does not see it.")


class MoveForm(CorrectionForm):
    day = DayField(label="New day", required=True)
    time = TimeField(label="New time", help_text="By the clock in the provider’s time zone.")
    field_order = ["day", "time", "why"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time"].required = True

    def start(self, zone: str) -> datetime:
        """Raises Refused for a time that the clock jumped over."""
        try:
            return joined(self.cleaned_data["day"], self.cleaned_data["time"], zone)
        except forms.ValidationError as refusal:
            raise Refused(refusal.message) from None


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin[Appointment]):
    list_display = ["client", "provider", "starts", "status", "format", "booked"]
    list_filter = ["status", "provider", "format"]
    search_fields = ["client__search_name", "client__email", "=uid"]
    search_help_text = "By the client’s name or e-mail, or the appointment’s public id."
    date_hierarchy = "start"
    ordering = ["-start", "-id"]
    actions = [
        "mark_as_attended", "mark_as_no_show", "cancel_appointment", "undo_cancellation", "move_appointment",
        "send_mails_again",
    ]  # fmt: skip
    fields = [
        "uid", "client_link", "provider_link", "starts", "ends", "status", "format", "booked", "acknowledged_policy",
        "acknowledged", "sequence", "replaces", "cancellation_links", "fee_links", "history_links",
    ]  # fmt: skip
    starts = instant("start", label="start", zone=lambda row: row.provider.time_zone)
    ends = instant("end", label="end", zone=lambda row: row.provider.time_zone)
    booked = instant("booked_at", label="booked", zone=lambda row: row.provider.time_zone)
    acknowledged = instant("acknowledged_at", label="policy agreed to", zone=lambda row: row.provider.time_zone)

    def get_queryset(self, request: Any) -> QuerySet[Appointment]:
        return super().get_queryset(request).select_related("client", "provider")

    @admin.display(description="client")
    def client_link(self, row: Appointment) -> str:
        return link(row.client)

    @admin.display(description="provider")
    def provider_link(self, row: Appointment) -> str:
        return link(row.provider)

    @admin.display(description="cancellations")
    def cancellation_links(self, row: Appointment) -> str:
        return _links(row.cancellations.all())

    @admin.display(description="fees")
    def fee_links(self, row: Appointment) -> str:
        return _links(row.fees.all())

    @admin.display(description="history")
    def history_links(self, row: Appointment) -> str:
        zone = row.provider.time_zone
        told = ((entry, f"{entry.get_kind_display()} {dated_moment(entry.at, zone)}") for entry in row.history.all())
        return format_html_join("; ", "{}", ((link(entry, words),) for entry, words in told)) or "None"

    @admin.action(description="Mark as attended")
    def mark_as_attended(self, request: Any, queryset: QuerySet[Appointment]) -> HttpResponse | None:
        def act(row: Appointment, form: CorrectionForm) -> str:
            attendance.mark_completed(row, by=actor(request), at=request.now, why=form.cleaned_data["why"])
            return f"Attended: {row.client}, {moment(row.start, row.provider.time_zone)}."

        return confirm(
            self,
            request,
            queryset,
            title="Mark as attended: a fee for not coming becomes void",
            verb="Mark as attended",
            form_class=CorrectionForm,
            act=act,
        )

    @admin.action(description="Mark as no-show")
    def mark_as_no_show(self, request: Any, queryset: QuerySet[Appointment]) -> HttpResponse | None:
        def act(row: Appointment, form: CorrectionForm) -> str:
            why = form.cleaned_data["why"]
            done = attendance.mark_no_show(row, by=actor(request), fee=None, at=request.now, why=why)
            fee = " A no-show fee waits for the provider." if done.fee else ""
            return f"No-show: {row.client}, {moment(row.start, row.provider.time_zone)}.{fee}"

        return confirm(
            self,
            request,
            queryset,
            title="Mark as no-show: a fee waits for the provider",
            verb="Mark as no-show",
            form_class=CorrectionForm,
            act=act,
        )

    @admin.action(description="Cancel appointment")
    def cancel_appointment(self, request: Any, queryset: QuerySet[Appointment]) -> HttpResponse | None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one appointment: when it was told differs.", messages.ERROR)
            return None

        def act(row: Appointment, form: CancelForm) -> str:
            reason = form.cleaned_data["reason"]
            done = cancellation.cancel(
                row,
                by=actor(request),
                reason=reason,
                told_at=form.told_at(row.provider.time_zone),
                notes=Notes(to_client=form.cleaned_data["note_to_client"], private=form.cleaned_data["private_note"]),
                send_link=reason.sends_link,
                fee=None,
                at=request.now,
            )
            fee = " A late fee waits for the provider." if done.appointment.fee else ""
            return f"Canceled: {row.client}, {moment(row.start, row.provider.time_zone)}. Both are being told.{fee}"

        return confirm(
            self,
            request,
            queryset,
            verb="Cancel appointment",
            form_class=CancelForm,
            act=act,
        )

    @admin.action(description="Undo cancellation")
    def undo_cancellation(self, request: Any, queryset: QuerySet[Appointment]) -> HttpResponse | None:
        def act(row: Appointment, form: CorrectionForm) -> str:
            cancellation.restore(row, by=actor(request), at=request.now, why=form.cleaned_data["why"])
            return (
                f"Stands again: {row.client}, {moment(row.start, row.provider.time_zone)}. Who had been told is told."
            )

        return confirm(
            self,
            request,
            queryset,
            verb="Undo cancellation",
            form_class=CorrectionForm,
            act=act,
        )

    @admin.action(description="Move appointment")
    def move_appointment(self, request: Any, queryset: QuerySet[Appointment]) -> HttpResponse | None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one appointment: where each moves to differs.", messages.ERROR)
            return None

        def act(row: Appointment, form: MoveForm) -> str:
            zone = row.provider.time_zone
            try:
                done = booking.reschedule(
                    row,
                    start=form.start(zone),
                    format=Format(row.format),
                    by=actor(request),
                    at=request.now,
                    why=form.cleaned_data["why"],
                )
            except NotOpen as refusal:
                raise Refused(_not_open(refusal, zone)) from None
            return f"Moved: {done.client}, to {moment(done.start, zone)}. Both are being told."

        return confirm(
            self,
            request,
            queryset,
            verb="Move appointment",
            form_class=MoveForm,
            act=act,
        )

    @admin.action(description="Send mails that did not arrive again")
    def send_mails_again(self, request: Any, queryset: QuerySet[Appointment]) -> HttpResponse | None:
        def act(row: Appointment, form: forms.Form) -> str:
            sent = resending.send_all_again(row, by=actor(request), at=request.now)
            return f"Sent again: {row}, to {' and '.join(mail.recipient for mail in sent)}."

        return confirm(
            self,
            request,
            queryset,
            title="Send mails that did not arrive again",
            verb="Send again",
            form_class=forms.Form,
            act=act,
        )


def _not_open(refusal: NotOpen, zone: str) -> str:
    near = "; ".join(moment(start, zone) for start in refusal.nearest)
    words = "That time is not open in the provider’s calendar, so nothing was moved."
    return f"{words} Open near it: {near}." if near else f"{words} There is no other free time to move it to."


def _links(rows: QuerySet[Any]) -> str:
    return format_html_join(", ", "{}", ((link(row),) for row in rows)) or "None"
