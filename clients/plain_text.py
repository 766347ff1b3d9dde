"""What people write, shown as they wrote it: no markup of theirs is obeyed, and only whole addresses become links."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

# With its scheme: a bare domain would be fetched in the clear, and a mail would go past the portal.
ADDRESS = re.compile(r"https?://[^\s<>\"'“”]+", re.IGNORECASE)
# Ends a sentence around an address, not the address.
AFTER = ".,:;!?…"
CLOSES = {")": "(", "]": "["}


def linked(text: str) -> SafeString:
    """Where a link leads learns nothing of where it stood, nor does a search engine follow it."""
    parts, begin = [], 0
    for found in ADDRESS.finditer(text):
        address = _alone(found.group())
        link = format_html('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>', address)
        parts += [escape(text[begin : found.start()]), link]
        begin = found.start() + len(address)
    return mark_safe("".join([*parts, escape(text[begin:])]))  # noqa: S308 - each part is escaped


def _alone(address: str) -> str:
    """Without what the sentence puts after it: ``(see https://a.example/b).``"""
    while address[-1] in AFTER or address.count(address[-1]) > address.count(CLOSES.get(address[-1], address[-1])):
        address = address[:-1]
    return address
