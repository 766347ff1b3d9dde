"""Parts of addresses that no view needs to judge."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class RowConverter(IntConverter):
    """A row's number that every database can hold; SQLite's driver stumbles over a longer one."""

    regex = "[0-9]{1,18}"


register_converter(RowConverter, "row")
