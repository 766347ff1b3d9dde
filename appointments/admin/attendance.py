"""What clients report of providers who did not come, and what they were answered; the office answers by the act."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from appointments import attendance
from appointments.admin import columns
from appointments.admin.columns import zone_of
from appointments.admin.confirming import confirm
from appointments.attendance import Answer
from appointments.forms.attendance import AnswerAbsenceForm
from appointments.models import AbsenceReport
from practice.office import ReadOnlyAdmin, actor, instant, link


@admin.register(AbsenceReport)
class AbsenceReportAdmin(ReadOnlyAdmin[AbsenceReport]):
    list_display = ["client", "provider", "starts", "reported", "state", "answered"]
    list_filter = ["answer", "appointment__provider"]
    search_fields = ["appointment__client__search_name", "appointment__client__email"]
    date_hierarchy = "reported_at"
    ordering = ["-reported_at", "-id"]
    actions = ["answer_report"]
    fields = [
        "appointment_link", "reported", "user", "words", "answer", "answered", "answered_by", "answered_by_user",
        "answer_words",
    ]  # fmt: skip
    client, provider = columns.client(), columns.provider()
    starts = columns.starts()
    reported = instant("reported_at", label="reported", zone=zone_of)
    answered = instant("answered_at", label="answered", zone=zone_of)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AbsenceReport]:
        people = "appointment__client", "appointment__provider"
        return super().get_queryset(request).select_related(*people, "user", "answered_by_user")

    @admin.display(description="answer", ordering="answer")
    def state(self, row: AbsenceReport) -> str:
        return row.get_answer_display() or ("No longer needed" if row.is_moot else "Waits")

    @admin.display(description="appointment")
    def appointment_link(self, row: AbsenceReport) -> str:
        return link(row.appointment)

    @admin.action(description="Answer")
    def answer_report(self, request: Any, queryset: QuerySet[AbsenceReport]) -> HttpResponse | None:
        def act(row: AbsenceReport, form: AnswerAbsenceForm) -> str:
            answer, words = Answer(form.cleaned_data["answer"]), form.cleaned_data["words"]
            attendance.answer_absence(row, by=actor(request), answer=answer, words=words, at=request.now)
            return f"{answer.label}: {row.appointment.client}, who is being told."

        return confirm(
            self,
            request,
            queryset,
            title="Answer report",
            verb="Answer",
            form_class=AnswerAbsenceForm,
            act=act,
            told=lambda row: f"{row.appointment}: {row.words}" if row.words else str(row.appointment),
        )
