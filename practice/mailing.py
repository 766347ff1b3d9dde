"""Makes a finished message out of templates: subject, text and HTML that say the same."""

import re
from typing import Any

from django.template.loader import render_to_string

from notifications.outbox import Message
from practice.models import Practice
from practice.zones import plain


def compose(
    template: str,
    context: dict[str, Any],
    *,
    practice: Practice,
    about: str,
    key: str,
    kind: str,
    recipient: str,
    calendar: str = "",
    calendar_method: str = "",
    urgent: bool = False,
) -> Message:
    """``template`` names three files: ``<template>.subject.txt``, ``.txt`` and ``.html``."""
    context = context | {"practice": practice}
    text = plain(render_to_string(f"{template}.txt", context))
    return Message(
        about=about,
        key=key,
        kind=kind,
        recipient=recipient,
        sender_name=practice.name,
        subject=subject(template, context),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
        calendar=calendar,
        calendar_method=calendar_method,
        urgent=urgent,
    )


def subject(template: str, context: dict[str, Any]) -> str:
    """The subject alone, as ``compose`` makes it, for a page that shows it beside the mail."""
    return " ".join(plain(render_to_string(f"{template}.subject.txt", context)).split())
