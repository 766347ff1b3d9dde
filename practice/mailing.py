"""Makes a finished message out of templates: subject, text and HTML that say the same.

To whoever asked for discretion it comes from the practice's neutral name, with its neutral subject.
"""

import re
from typing import Any

from django.template import Context, Engine
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
    discreet: bool,
    calendar: str = "",
    calendar_method: str = "",
    urgent: bool = False,
) -> Message:
    """``template`` names three files: ``<template>.subject.txt``, ``.txt`` and ``.html``."""
    sender = practice.spoken_neutral_name if discreet else practice.name
    context = context | {"practice": practice, "sender": sender}
    text = plain(render_to_string(f"{template}.txt", context))
    return Message(
        about=about,
        key=key,
        kind=kind,
        recipient=recipient,
        sender_name=sender,
        subject=subject(template, context, practice=practice, discreet=discreet),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
        calendar=calendar,
        calendar_method=calendar_method,
        urgent=urgent,
    )


def subject(template: str, context: dict[str, Any], *, practice: Practice, discreet: bool) -> str:
    """The subject alone, as ``compose`` makes it, for a page that shows it beside the mail."""
    if discreet:
        return practice.spoken_neutral_subject
    words = Engine.get_default().get_template(f"{template}.subject.txt")
    # Nothing in a subject is markup: D'Arcy stays D'Arcy.
    return " ".join(plain(words.render(Context(context, autoescape=False))).split())
