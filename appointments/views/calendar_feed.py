"""A person's calendar feed, for the calendars that they gave its address to."""

import hashlib
from typing import cast

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from appointments import feeds
from practice import calendar_feed
from practice.access import TimedRequest, public


@public
@require_safe
def feed(request: TimedRequest, token: str) -> HttpResponse:
    """By its tag alone a calendar learns whether it has all: a row that leaves the feed has no date of its own."""
    person = calendar_feed.find(token)
    if person is None:
        raise Http404
    text = feeds.text(person, at=request.now)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "Content-Disposition": 'inline; filename="appointments.ics"',
    }
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)
    return cast(HttpResponse, get_conditional_response(request, etag=tag, response=response))
