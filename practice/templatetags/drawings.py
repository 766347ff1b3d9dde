"""Icons, and states as glyph and word; built into every template."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Protocol

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

register = template.Library()

COMPONENTS = settings.BASE_DIR / "templates" / "components"


@cache
def drawing(folder: str, name: str) -> SafeString:
    """A drawing from templates/components; raises FileNotFoundError for one that is not there."""
    if not re.fullmatch(r"[a-z_-]+", name):
        raise FileNotFoundError(name)
    return mark_safe((COMPONENTS / folder / f"{name}.svg").read_text().strip())  # noqa: S308 - our own files


@register.simple_tag
def icon(name: str) -> SafeString:
    return drawing("icons", name)


STATES: dict[tuple[str, str], tuple[str, str]] = {
    ("appointment", "booked"): (noop("Booked"), "booked"),
    ("appointment", "asked"): (noop("Asked to cancel"), "wait open"),
    ("appointment", "moving"): (noop("Asked to move"), "mute open"),
    ("appointment", "late"): (noop("Late"), "wait"),
    ("appointment", "canceled"): (noop("Canceled"), "mute"),
    ("appointment", "completed"): (noop("Completed"), "mute"),
    ("appointment", "no_show"): (noop("No-show"), "mute"),
    ("appointment", "provider_absent"): (noop("Did not take place"), "mute"),
    ("appointment", "reported"): (noop("Reported"), "wait open"),
    ("appointment", "offered"): (noop("Offered"), "mute open"),
    ("appointment", "past"): (noop("Past"), "mute"),
    ("fee", "to_decide"): (noop("Fee to decide"), "wait open"),
    ("fee", "pending"): (noop("Fee pending"), "wait open"),
    ("fee", "due"): (noop("Fee due"), "wait"),
    ("fee", "disputed"): (noop("Objected to"), "wait open"),
    ("fee", "paid"): (noop("Paid"), "ok"),
    ("fee", "waived"): (noop("Waived"), "mute"),
    ("fee", "void"): (noop("Void"), "mute"),
    ("mail", "queued"): (noop("Queued"), "mute open"),
    ("mail", "sent"): (noop("Sent"), "mute open"),
    ("mail", "delivered"): (noop("Delivered"), "ok"),
    ("mail", "bounced"): (noop("Mail bounced"), "bad"),
    ("mail", "complained"): (noop("Marked as spam"), "bad"),
    ("mail", "failed"): (noop("Mail failed"), "bad"),
    ("mail", "dropped"): (noop("Not sent"), "mute"),
}


class Stateful(Protocol):
    def state(self, *, at: datetime) -> str: ...


@register.filter
def state_at(row: Stateful, now: datetime) -> str:
    """Where it stands at this instant, for ``{% state %}``."""
    return row.state(at=now)


@register.simple_tag
def state(kind: str, state: str, words: str = "", *, plain: bool = False, quiet: bool = False) -> SafeString:
    """Glyph and word. A pill; ``plain`` in lists; ``quiet`` where a sentence follows the glyph."""
    return drawn_state(
        kind, str(state), words or _word(kind, state), "quiet" if quiet else "plain" if plain else "pill"
    )


@register.simple_tag
def states(pairs: Iterable[tuple[str, str]]) -> SafeString:
    """Pills side by side, of kind and state each: one call for all that a row says."""
    return SafeString("".join(drawn_state(kind, state, _word(kind, state), "pill") for kind, state in pairs))


def _word(kind: str, state: str) -> str:
    return _(STATES[kind, str(state)][0])


@lru_cache(maxsize=1000)
def drawn_state(kind: str, state: str, words: str, shape: str) -> SafeString:
    """Kept: a list draws the same few states in each of its rows."""
    tone = STATES[kind, state][1]
    return format_html(
        '<span class="state {} {}">{}<span class="word">{}</span></span>',
        shape,
        tone,
        drawing("glyphs", f"{kind}-{state}"),
        words,
    )


@register.simple_tag
def glyph(kind: str, state: str) -> SafeString:
    """The state's glyph alone, in its color, where words beside it say the state."""
    tone = STATES[kind, str(state)][1]
    return mark_safe(drawing("glyphs", f"{kind}-{state}").replace('"glyph"', f'"glyph {tone}"'))  # noqa: S308
