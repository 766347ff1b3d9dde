"""What clients object to, and what they were answered; the office answers through the act."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from appointments import fees, waiver_requests
from appointments.admin import columns
from appointments.admin.columns import zone_of
from appointments.admin.confirming import confirm
from appointments.fees import Answer
from appointments.forms.objections import AnswerForm
from appointments.models import Objection
from practice.amounts import money
from practice.office import ReadOnlyAdmin, actor, instant, link


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin[Objection]):
    list_display = ["client", "provider", "amount", "objected", "state", "answered"]
    list_filter = ["answer", "fee__appointment__provider"]
    search_fields = ["fee__appointment__client__search_name", "fee__appointment__client__email"]
    date_hierarchy = "objected_at"
    ordering = ["-objected_at", "-id"]
    actions = ["answer_objection"]
    fields = [
        "fee_link", "objected", "user", "amount", "words", "answer", "answered", "answered_by", "answered_by_user",
        "answered_amount", "answer_words",
    ]  # fmt: skip
    client, provider = columns.client("fee__appointment"), columns.provider("fee__appointment")
    objected = instant("objected_at", label="objected", zone=zone_of)
    answered = instant("answered_at", label="answered", zone=zone_of)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Objection]:
        people = "fee__appointment__client", "fee__appointment__provider"
        return super().get_queryset(request).select_related(*people, "user", "answered_by_user")

    @admin.display(description="answer", ordering="answer")
    def state(self, row: Objection) -> str:
        return row.get_answer_display() or ("No longer needed" if row.is_moot else "Waits")

    @admin.display(description="fee")
    def fee_link(self, row: Objection) -> str:
        return link(row.fee)

    @admin.action(description="Answer")
    def answer_objection(self, request: Any, queryset: QuerySet[Objection]) -> HttpResponse | None:
        def act(row: Objection, form: AnswerForm) -> str:
            answer = Answer(form.cleaned_data["answer"])
            words, by = form.cleaned_data["words"], actor(request)
            done = fees.answer(row.fee, answer=answer, reduced_to=form.new_amount, words=words, by=by, at=request.now)
            if (waiting := done.waiver_request) is not None:
                return f"{row.appointment}: {waiver_requests.waits(waiting)} Somebody else gives it."
            return f"{answer.label}: {row.appointment.client}, who is being told."

        return confirm(
            self,
            request,
            queryset,
            title="Answer objection",
            verb="Answer",
            form_class=AnswerForm,
            act=act,
            told=lambda row: f"{row.appointment}, {money(row.amount)}: {row.words}",
        )
