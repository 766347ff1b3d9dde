"""What is shown of messages: the list of threads, and one thread a page at a time, its newest page last."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.safestring import SafeString

from clients.models import CareRelationship, Message
from clients.plain_text import linked
from practice.zones import NBSP, abbreviation, clock, local, long_day, other_year, short_date

A_PAGE = 30
# How much of a message its row shows, and how much stands before the words that were searched for.
EXCERPT, BEFORE = 160, 40


@dataclass(frozen=True)
class Row:
    """One thread in the list; ``when`` is in the reader's zone, both empty where nothing was written yet."""

    care: CareRelationship
    is_namesake: bool
    url: str
    unread: int
    message: Message | None
    excerpt: str
    when: str


def rows(found: Sequence[CareRelationship], *, words: str, client_reads: bool, zone: str, at: datetime) -> list[Row]:
    """``found`` comes ``with_threads``, and ``mentioning`` the words where there are any."""
    shown = {care.pk: getattr(care, "found", None) or vars(care)["newest"] for care in found}
    messages = Message.objects.in_bulk([pk for pk in shown.values() if pk])
    names = Counter(care.client.name for care in found)
    made = []
    for care in found:
        message = messages.get(shown[care.pk])
        url = client_thread_url(care) if client_reads else thread_url(care)
        if message is not None:
            is_found = message.pk == getattr(care, "found", None)
            url += f"?found={message.pk}#message-{message.pk}" if is_found else "#newest"
        made.append(
            Row(
                care=care,
                is_namesake=not client_reads and names[care.client.name] > 1,
                url=url,
                unread=vars(care)["unread"],
                message=message,
                excerpt=_excerpt(message.text, words) if message else "",
                when=_when(message.sent_at, zone, at=at) if message else "",
            )
        )
    return made


def thread_url(care: CareRelationship) -> str:
    """For the provider, who knows a thread by its client."""
    return reverse("clients:thread", args=[care.client_id])


def client_thread_url(care: CareRelationship) -> str:
    return reverse("clients:my_thread", args=[care.pk])


def asked_for(query: str) -> str:
    """The words of a search; PostgreSQL takes no NUL into a query."""
    return "".join(letter for letter in query if letter.isprintable()).strip()[:100]


def _excerpt(text: str, words: str) -> str:
    text = " ".join(text.split())
    place = max(text.casefold().find(words.casefold()), 0) if words else 0
    begin = max(place - BEFORE, 0)
    return ("…" if begin else "") + text[begin : begin + EXCERPT] + ("…" if len(text) > begin + EXCERPT else "")


def _when(instant: datetime, zone: str, *, at: datetime) -> str:
    """``2:00 PM EST`` for today's, ``Tue, Mar 3`` for others."""
    sent, today = (local(moment, zone).date() for moment in (instant, at))
    if sent == today:
        return f"{clock(instant, zone)}{NBSP}{abbreviation(instant, zone)}"
    return short_date(sent) + other_year(sent, today=today)


@dataclass(frozen=True)
class Said:
    message: Message
    words: SafeString


@dataclass(frozen=True)
class Day:
    """A day's messages, oldest first; the zone is named as it is on that day."""

    heading: str
    is_today: bool
    zone: str
    messages: list[Said]


def page_of(care: CareRelationship, *, number: str | None, found: str | None) -> Page[Message]:
    """A page of the thread, the newest first; the one with the message ``found`` where that is in it."""
    paginator = Paginator(care.messages.newest_first(), A_PAGE)
    if found and found.isdecimal() and len(found) < 19:
        message = care.messages.filter(pk=int(found)).first()
        if message is not None:
            return paginator.get_page(care.messages.after(message).count() // A_PAGE + 1)
    return paginator.get_page(number)


def days(page: Page[Message], *, zone: str, at: datetime) -> list[Day]:
    """As one reads: oldest first, under the days in the reader's zone."""
    today = local(at, zone).date()
    made = []
    for sent, messages in groupby(reversed(list(page)), key=lambda message: local(message.sent_at, zone).date()):
        those = [Said(message, linked(message.text)) for message in messages]
        first = those[0].message.sent_at
        heading = long_day(first, zone) + other_year(sent, today=today)
        made.append(Day(heading, sent == today, abbreviation(first, zone), those))
    return made
