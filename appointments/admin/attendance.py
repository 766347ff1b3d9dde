"""What clients report of providers who did not come, and what they were answered; the office answers by the act."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from appointments import attendance
from appointments.admin.confirming import confirm
from appointments.attendance import Answer
from appointments.forms.attendance import AnswerAbsenceForm
from appointments.models import AbsenceReport
from practice.office import ReadOnlyAdmin, actor, instant, link
from practice.zones import moment


def _zone(row: Any) -> str:
    zone: str = row.appointment.provider.time_zone
    return zone


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
    reported = instant("reported_at", label="reported", zone=_zone)
    answered = instant("answered_at", label="answered", zone=_zone)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AbsenceReport]:
        people = "appointment__client", "appointment__provider"
        return super().get_queryset(request).select_related(*people, "user", "answered_by_user")

    @admin.display(ordering="appointment__client__search_name")
    def client(self, row: AbsenceReport) -> str:
        return row.appointment.client.name

    @admin.display(ordering="appointment__provider__display_name")
    def provider(self, row: AbsenceReport) -> str:
        return row.appointment.provider.display_name

    @admin.display(description="start", ordering="appointment__start")
    def starts(self, row: AbsenceReport) -> str:
        return moment(row.appointment.start, _zone(row))

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
            action="answer_report",
            title="Answer report",
            verb="Answer",
            form_class=AnswerAbsenceForm,
            act=act,
            told=lambda row: f"{row.appointment}: {row.words}" if row.words else str(row.appointment),
        )
