"""The interface's own filters and tags, built into every template: instants, money and page parts.

Instants are worded by ``practice.zones`` alone; every filter on one takes the reader's zone.
"""

import re
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from practice import amounts, zones

register = template.Library()

EXTENSION = re.compile(r"\s*(?:ext\w*\.?|x|#)\s*(\d+)\s*$", re.IGNORECASE)


# --- Instants and money ---


@register.filter
def clock(instant: datetime, zone: str) -> str:
    """``2:00 PM``"""
    return zones.clock(instant, zone)


@register.filter
def day(instant: datetime, zone: str) -> str:
    """``Tue, Mar 3``"""
    return zones.day(instant, zone)


@register.filter
def long_day(instant: datetime, zone: str) -> str:
    """``Tuesday, March 3``"""
    return zones.long_day(instant, zone)


@register.filter
def moment(instant: datetime, zone: str) -> str:
    """``Tue, Mar 3, 2:00 PM EST``"""
    return zones.moment(instant, zone)


@register.filter
def day_clock(instant: datetime, zone: str) -> str:
    """``Tue, Mar 3, 2:00 PM``, where the zone stands beside it."""
    return zones.day_clock(instant, zone)


@register.filter
def date_with_year(instant: datetime, zone: str) -> str:
    """``Jan 12, 2026``"""
    return zones.date_with_year(instant, zone)


@register.filter
def abbreviation(instant: datetime, zone: str) -> str:
    """``EST``"""
    return zones.abbreviation(instant, zone)


register.filter("money", amounts.money)


@register.filter
def dial(phone: str) -> str:
    """For a ``tel:`` link: digits and a leading plus, and an extension apart from them (RFC 3966)."""
    number, *extension = EXTENSION.split(phone)
    digits = "".join(letter for letter in number if letter.isdigit() or letter == "+")
    return f"{digits};ext={extension[0]}" if extension else digits


@register.simple_tag
def phone_link(number: str) -> SafeString:
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', dial(number), number)


@register.simple_tag
def mail_link(address: str, *, subject: str = "") -> SafeString:
    query = f"?subject={quote(subject, safe='')}" if subject else ""
    return format_html('<a href="mailto:{}{}">{}</a>', address, query, address)


@register.simple_tag
def phone_or_mail(number: str, address: str, *, subject: str = "") -> SafeString:
    """``(212) 555-0100 or write to office@…``, after words that say whom to call."""
    return format_html(_("{} or write to {}"), phone_link(number), mail_link(address, subject=subject))


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail address that breaks before its @, where a narrow column makes it break at all."""
    name, at, domain = address.rpartition("@")
    return format_html("{}<wbr>{}{}", name, at, domain)


@register.simple_tag
def span(start: datetime, end: datetime, zone: str) -> str:
    """``2:00–2:50 PM``; within a sentence of a page it stands in a ``nowrap``, or it breaks after its dash."""
    return zones.span(start, end, zone)


@register.simple_tag
def span_named(start: datetime, end: datetime, zone: str) -> str:
    """``2:00–2:50 PM EST``"""
    return zones.span_named(start, end, zone)


@register.simple_tag
def day_and_times(start: datetime, end: datetime, zone: str) -> SafeString:
    """``Thu, Mar 5, 2:00–2:50 PM EST``, which breaks after the day alone."""
    return format_html('{}, <span class="nowrap">{}</span>', day(start, zone), zones.span_named(start, end, zone))


@register.simple_tag
def times(start: datetime, end: datetime, zone: str) -> SafeString:
    """A row's time: the range on wide screens, start over end on phones. Only one of them is ever rendered."""
    # Digits and our own words: nothing to escape, and a list draws it in each of its rows.
    return SafeString(
        f'<span class="time-range">{zones.span(start, end, zone)}</span><span class="time-stack">'
        f"<span>{zones.clock(start, zone)}</span><span>–{zones.end_clock(start, end, zone)}</span></span>"
    )


@register.inclusion_tag("components/_hero.html")
def hero(
    start: datetime,
    end: datetime,
    zone: str,
    first: str,
    *,
    second: str = "",
    struck: bool = False,
    until_last: bool = False,
) -> dict[str, Any]:
    """An appointment's time, large. A range over noon is too long for that: its end opens the second line.

    It closes that line where ``second`` begins with what is not the end's: its day, or the zone before a clock change.
    """
    together = zones.same_half(start, end, zone)
    closes = until_last or not zones.one_offset(start, end, zone)
    until = "" if together else _until(start, end, zone)
    return {
        "time": zones.span(start, end, zone) if together else zones.clock(start, zone),
        "first": first,
        "second": ", ".join(filter(None, [second, until] if closes else [until, second])),
        "struck": struck,
    }


def _until(start: datetime, end: datetime, zone: str) -> str:
    """``until 12:20 PM``, ``until Wed, Mar 4, 12:20 AM``"""
    ends = zones.end_clock(start, end, zone)
    if zones.local(start, zone).date() != zones.local(end, zone).date():
        ends = f"{zones.day(end, zone)}, {ends}"
    return _("until %(time)s") % {"time": ends}


# --- The notice line ---


class Line(Protocol):
    now_percent: float
    deadline_label: str
    now_label: str
    passed: bool
    sentence: str


@register.inclusion_tag("components/_notice_line.html")
def notice_line(line: Line) -> dict[str, Any]:
    """The 24-hour rule as a picture: the deadline in the middle, the start at the end, a ring where now is."""
    now = min(max(float(line.now_percent), 0.0), 100.0)
    away = abs(now - 50)
    # On the narrowest line (320 px) one percent is 3.2 px, and a ring clear of the tick needs 13.
    clear = max(0.0, 13 - away * 3.2)
    words_at, anchor = (0.0, "start") if now < 14 else (100.0, "end") if now > 86 else (now, "middle")
    return {
        "line": line,
        "now_at": f"{now:.2f}%",
        "ring": f"{clear if line.passed else -clear:.1f}",
        "words_at": f"{words_at:.2f}%",
        "anchor": anchor,
    }


# --- Forms ---


def kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, RadioSelect):
        return "radios"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, Select):
        return "select"
    return "group" if widget.use_fieldset else "input"


@register.inclusion_tag("components/_field.html")
def field(
    bound: BoundField, *, label: str = "", hint: str = "", prefix: str = "", look: str = "", advice: str = ""
) -> dict[str, Any]:
    """A whole form field: label, hint, control, error, tied together.

    ``look`` adds classes: private (dashed, never mailed), short, strong. ``advice`` is a sentence below
    the control. A placeholder that only repeats the label, as allauth's do, is left out.
    """
    bound.field.widget.attrs.pop("placeholder", None)
    if label:
        bound.label = label
    if hint:
        bound.help_text = hint
    if advice and bound.aria_describedby is not None:
        bound.field.widget.attrs["aria-describedby"] = f"{bound.aria_describedby} {bound.auto_id}_advice".strip()
    drawn = {"kind": kind_of(bound), "prefix": prefix, "look": look, "advice": advice, "id": bound.auto_id}
    return {"field": bound, **drawn}


@register.inclusion_tag("components/_field_error.html")
def field_error(bound: BoundField) -> dict[str, Any]:
    """The error line alone, for controls that a page draws by hand."""
    return {"field": bound}


def prefix_of(bound: BoundField) -> str:
    """``Label: ``; a label that asks keeps its question mark alone."""
    label = str(bound.label)
    return f"{label} " if label.endswith("?") else f"{label}: " if label else ""


@register.inclusion_tag("components/_errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """The error summary: takes focus, links each error to its control. Nothing where the form has none."""
    named = [
        (bound.id_for_label or f"{bound.auto_id}_0", prefix_of(bound), message)
        for bound in form
        for message in (bound.errors if form.is_bound else [])
    ]
    return {"refusals": form.non_field_errors() if form.is_bound else [], "named": named, "count": len(named)}


# --- Parts of pages ---


@register.simple_block_tag(end_name="endcapture")
def capture(content: str) -> SafeString:
    """The block's text as a variable: ``{% capture as place %}…{% endcapture %}``."""
    return SafeString(content.strip())  # the block has rendered, and escaped, it


NOTICE_ICONS = {"": "info", "accent": "undo", "ok": "check", "wait": "clock", "bad": "warning"}


@register.simple_block_tag(end_name="endnotice")
def notice(
    content: str, tone: str, title: str, *, icon: str = "", role: str = "", href: str = "", act: str = ""
) -> SafeString:
    """A notice with its words inside; ``role`` is status, alert or nothing; at most one act, a link."""
    return render_to_string(
        "components/_notice.html",
        {
            "tone": tone,
            "title": title,
            "icon": icon or NOTICE_ICONS[tone],
            "role": role,
            "href": href,
            "act": act,
            "words": SafeString(content.strip()),
        },
    )


@register.inclusion_tag("components/_back.html")
def back(url: str, words: str) -> dict[str, str]:
    return {"url": url, "words": words}


@register.simple_tag
def address_of(name: str, *args: object) -> str:
    """The whole address of a page, to be sent to somebody."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


@register.inclusion_tag("components/_copy.html")
def copy_link(url: str, label: str, said: str, name: str = "booking-link") -> dict[str, str]:
    """A link in a field and Copy Link; ``said`` is what is said once it is copied, ``name`` the field's id."""
    return {"url": url, "label": label, "said": said, "id": name}


@register.inclusion_tag("components/_pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Earlier and later pages of a list, the rest of the query kept."""
    return {"request": context["request"], "page": page}
