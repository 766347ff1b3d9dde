"""An admin action that asks before it acts: a page with the chosen rows and a form, then the act on each."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse

from appointments.refusals import Refused

Row = TypeVar("Row", bound=models.Model)
Form = TypeVar("Form", bound=forms.Form)


def confirm(
    admin: ModelAdmin[Row],
    request: Any,
    rows: QuerySet[Row],
    *,
    verb: str,
    form_class: Callable[..., Form],
    act: Callable[[Row, Form], str],
    title: str = "",
    told: Callable[[Row], str] = str,
) -> HttpResponse | None:
    """``act`` returns what it did, in words, or raises Refused; one refusal stops none of the others.

    Refused for the only row, the form stays, with what was written into it. ``title`` where it is more than
    the verb; ``told``: a row as whoever confirms has to read it.
    """
    form, chosen = form_class(request.POST if "confirm" in request.POST else None), list(rows)
    if form.is_valid():
        for row in chosen:
            try:
                admin.message_user(request, act(row, form))
            except Refused as refusal:
                if len(chosen) == 1:
                    form.add_error(None, str(refusal))
                else:
                    admin.message_user(request, f"{told(row)}: {refusal}", messages.ERROR)
        if form.is_valid():
            return None
    context = admin.admin_site.each_context(request) | {
        "title": title or verb,
        "verb": verb,
        "action": request.POST["action"],
        "form": form,
        "rows": [(row.pk, told(row)) for row in chosen],
        "opts": admin.model._meta,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm.html", context)
