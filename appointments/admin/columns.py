"""Columns of rows that hang on an appointment: whose it is, and the zone in which its instants are shown."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin

from practice.zones import dated_moment

Column = Callable[[Any, Any], str]


def zone_of(row: Any) -> str:
    zone: str = row.appointment.provider.time_zone
    return zone


def client(path: str = "appointment") -> Column:
    """``path`` leads from the row to its appointment."""
    return _column("client", f"{path}__client__search_name", lambda row: row.appointment.client.name)


def provider(path: str = "appointment") -> Column:
    return _column(
        "provider", f"{path}__provider__display_name", lambda row: str(row.appointment.provider.display_name)
    )


def starts() -> Column:
    return _column("start", "appointment__start", lambda row: dated_moment(row.appointment.start, zone_of(row)))


def _column(description: str, ordering: str, words: Callable[[Any], str]) -> Column:
    @admin.display(description=description, ordering=ordering)
    def column(self: Any, row: Any) -> str:
        return words(row)

    return column
