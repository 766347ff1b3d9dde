"""Columns of rows that hang on an appointment: whose it is, and the zone in which its instants are shown."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin

from practice.zones import moment

Column = Callable[[Any, Any], str]


def zone_of(row: Any) -> str:
    zone: str = row.appointment.provider.time_zone
    return zone


def client(path: str = "appointment") -> Column:
    """``path`` leads from the row to its appointment."""

    @admin.display(description="client", ordering=f"{path}__client__search_name")
    def show(self: Any, row: Any) -> str:
        name: str = row.appointment.client.name
        return name

    return show


def provider(path: str = "appointment") -> Column:
    @admin.display(description="provider", ordering=f"{path}__provider__display_name")
    def show(self: Any, row: Any) -> str:
        name: str = row.appointment.provider.display_name
        return name

    return show


def starts() -> Column:
    @admin.display(description="start", ordering="appointment__start")
    def show(self: Any, row: Any) -> str:
        return moment(row.appointment.start, zone_of(row))

    return show
