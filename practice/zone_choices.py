"""The time zones to choose from, each once: the common ones first, then every other place."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.utils.html import format_html_join
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


@dataclass(frozen=True)
class Choices:
    """``first`` are names with words, the chosen one among them; ``others`` are finished options."""

    chosen: str
    first: list[tuple[str, str]]
    others: SafeString


def choices(*, chosen: str, own: str, at: datetime) -> Choices:
    """For a reader: ``own`` is what the practice knows of them; words name each zone's offset at ``at``."""
    names = dict.fromkeys([*(name for name in (own, chosen) if name not in COMMON), *COMMON])
    return Choices(chosen, [(name, f"{city(name)} ({abbreviation(at, name)})") for name in names], _options())


@cache
def _others() -> dict[str, str]:
    """``America/Sao_Paulo`` reads ``America, Sao Paulo``."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return {name: name.replace("_", " ").replace("/", ", ") for name in sorted(places) if name not in COMMON}


@cache
def _options() -> SafeString:
    """Made once: some hundreds of places, the same for everyone."""
    return format_html_join("", '<option value="{}">{}</option>', _others().items())
