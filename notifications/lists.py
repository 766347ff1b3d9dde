"""What every list in Django admin has: one filters it by what it offers, and instants name their zone."""

import logging
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)

# More words than these hold make a condition that SQLite refuses.
LONGEST_SEARCH = 100
# What Django's own filters and date hierarchies ask of a field.
ASKED = re.compile(r"(__(id__exact|exact|isnull|isempty|year|month|day))?")
# A row's key that every database can hold.
A_KEY = re.compile(r"[0-9]{1,18}")


class ListAdmin(admin.ModelAdmin[Row]):
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """By nothing else: whoever may ask for any column can guess a hidden one, letter by letter."""
        filters = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        offered = [name for name in (*filters, self.date_hierarchy) if isinstance(name, str)]
        return any(lookup.startswith(name) and ASKED.fullmatch(lookup.removeprefix(name)) for name in offered)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """What no column and no calendar holds leads to the whole list, as Django has it for what is no number."""
        if any("\0" in value for _, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters("PostgreSQL takes no NUL into a query.")
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError) as beyond:
            # Its words may hold what was searched for; without a line here a bug of ours would pass for a bad address.
            logger.warning("List of %s: %s over its address", self.opts.verbose_name, type(beyond).__name__)
            raise IncorrectLookupParameters(beyond) from beyond

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """On rows that there can be; only a form made by hand names others."""
        if not all(A_KEY.fullmatch(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("No row has such a key.")
        return super().response_action(request, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        """Asked by lists, and by the fields that complete what is typed."""
        return super().get_search_results(request, queryset, search_term.replace("\0", "")[:LONGEST_SEARCH])


def utc(name: str, *, label: str = "") -> Callable[[Any, Any], str]:
    """A column or field that shows an instant where nobody's zone is nearer than another's."""

    @admin.display(description=label or name.removesuffix("_at").replace("_", " "), ordering=name, empty_value="")
    def show(self: Any, row: Any) -> str:
        value = getattr(row, name)
        return f"{date_format(value, 'DATETIME_FORMAT')} UTC" if value else ""

    return show
