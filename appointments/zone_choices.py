"""The time zones that a reader may choose from: their own and the common ones first, then every other place."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from practice import zones
from practice.zones import abbreviation, city


@dataclass(frozen=True)
class Choices:
    """``first`` are names with words, the chosen one among them; ``others`` are finished options."""

    chosen: str
    first: list[tuple[str, str]]
    others: SafeString


def choices(*, chosen: str, own: str, at: datetime) -> Choices:
    """``own`` is what the practice knows of the reader; words name each zone's offset at ``at``."""
    names = dict.fromkeys([*(name for name in (own, chosen) if name not in zones.COMMON), *zones.COMMON])
    return Choices(chosen, [(name, f"{city(name)} ({abbreviation(at, name)})") for name in names], _others())


def is_known(name: str) -> bool:
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(name for _, places in zones.choices() for name, _ in places)


@cache
def _others() -> SafeString:
    """Made once: some hundreds of places, the same for everyone."""
    everywhere = zones.choices()[-1][1]
    return format_html_join(
        "", '<option value="{}">{}</option>', [row for row in everywhere if row[0] not in zones.COMMON]
    )
