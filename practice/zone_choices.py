"""The time zones to choose from, each once: the common ones first, then every other place."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from practice.zones import abbreviation, city

# The zones that most clients of an American practice live in, from east to west.
COMMON = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


def is_known(name: str) -> bool:
    return name in COMMON or name in _others()


def grouped(current: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """For a form's field; ``current`` is always among them."""
    others = _others() if not current or is_known(current) else {current: current} | _others()
    return [(_("Common"), [(name, city(name)) for name in COMMON]), (_("Everywhere"), list(others.items()))]


class ZoneSelect(forms.Select):
    """For choices that are ``grouped``: Django would fill in a template for each of hundreds of options."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = format_html('value="{}"', value)
        groups = [
            (label, SafeString(_finished(tuple(options)).replace(chosen, f"{chosen} selected")))
            for label, options in self.choices
        ]
        return format_html(
            "<select{}>{}</select>",
            flatatt(self.build_attrs({"name": name} | self.attrs, attrs)),
            format_html_join("", '<optgroup label="{}">{}</optgroup>', groups),
        )


@dataclass(frozen=True)
class Choices:
    """``first`` are names with words, the chosen one among them; ``others`` are finished options."""

    chosen: str
    first: list[tuple[str, str]]
    others: SafeString


def choices(*, chosen: str, own: str, at: datetime) -> Choices:
    """For a reader: ``own`` is what the practice knows of them; words name each zone's offset at ``at``."""
    names = dict.fromkeys([*(name for name in (own, chosen) if name not in COMMON), *COMMON])
    first = [(name, f"{city(name)} ({abbreviation(at, name)})") for name in names]
    return Choices(chosen, first, _finished(tuple(_others().items())))


@cache
def _others() -> dict[str, str]:
    """``America/Sao_Paulo`` reads ``America, Sao Paulo``."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return {name: name.replace("_", " ").replace("/", ", ") for name in sorted(places) if name not in COMMON}


@lru_cache(maxsize=8)
def _finished(options: tuple[tuple[str, str], ...]) -> SafeString:
    """Made once: some hundreds of places, mostly the same for everyone."""
    return format_html_join("", '<option value="{}">{}</option>', options)
