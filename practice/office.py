"""What the admin pages of all apps share: rows that acts own are read-only, nothing is ever deleted."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import BadRequest
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from notifications.lists import A_KEY, ListAdmin
from practice import zone_choices
from practice.actors import Actor
from practice.names import fold
from practice.zones import dated_moment

Row = TypeVar("Row", bound=models.Model)


def actor(request: Any) -> Actor:
    return Actor.admin(request.user.pk)


class KeptAdmin(ListAdmin[Row]):
    """Rows are added and corrected, never deleted: what happened stays reportable."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        """A client is found however the name is typed: ``search_name`` is folded, so the words are too."""
        if any(field.endswith("search_name") for field in self.search_fields):
            search_term = fold(search_term)
        return super().get_search_results(request, queryset, search_term)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A field that completes what is typed sends a row's key, an address may fill it in; of what is none Django
        can’t even draw the form."""
        sent = [asked.get(name, "") for asked in (request.GET, request.POST) for name in self.autocomplete_fields]
        if not all(A_KEY.fullmatch(key) for key in sent if key):
            raise BadRequest("No row has such a key.")
        return super().changeform_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        """A form keeps the whole row as it was read: until that is done nobody else writes to it, lest it be undone."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        self.get_queryset(request).select_for_update(of=("self",), no_key=True).get(pk=found.pk)
        return super().get_object(request, object_id, from_field)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: Any) -> dict[str, Any]:
        """They call acts, so they are for who may change these rows, though of many no form here does."""
        changing = get_permission_codename("change", self.opts)
        may = "change" not in self.opts.default_permissions or request.user.has_perm(
            f"{self.opts.app_label}.{changing}"
        )
        return super().get_actions(request) if may else {}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            return forms.ChoiceField(
                choices=zone_choices.grouped(),
                widget=zone_choices.ZoneSelect,
                initial=db_field.default,
                label="Time zone",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ReadOnlyAdmin(KeptAdmin[Row]):
    """Rows that acts own: corrections are actions that call the acts."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def instant(
    name: str, *, label: str, zone: Callable[[Any], str], order: str | None = None
) -> Callable[[Any, Any], str]:
    """A column or field that shows an instant in a person's zone, the zone and the year named."""

    @admin.display(description=label, ordering=order or name, empty_value="")
    def show(self: Any, row: Any) -> str:
        value = getattr(row, name)
        return dated_moment(value, zone(row)) if value else ""

    return show


def link(row: models.Model | None, words: str = "") -> str:
    """To a row's own admin page."""
    if row is None:
        return ""
    meta = row._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, words or str(row))
