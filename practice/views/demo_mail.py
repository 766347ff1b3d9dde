"""The demo's mail page: every mail that would have gone out. Mounted in the demo alone."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from practice import mailbox
from practice.access import TimedRequest, public
from practice.mail_frame import framed
from practice.mailbox import Letter
from practice.models import User

ON_A_PAGE = 50


@public
@require_safe
def listing(request: TimedRequest) -> HttpResponse:
    page = Paginator(mailbox.names(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "mails": mailbox.envelopes(list(page)), "zone": zone_of(request)}
    return render(request, "practice/demo_mail.html", context)


@public
@require_safe
def message(request: TimedRequest, name: str) -> HttpResponse:
    context = {"letter": letter_or_404(name), "zone": zone_of(request)}
    return render(request, "practice/demo_mail_message.html", context)


@public
@require_safe
def html(request: TimedRequest, name: str) -> HttpResponse:
    """As it was sent, but for one thing: its links open beside the page, since ours refuse to be framed."""
    return framed(letter_or_404(name).html.replace("<head>", '<head><base target="_blank">', 1))


def letter_or_404(name: str) -> Letter:
    letter = mailbox.read(name) if settings.DEMO else None
    if letter is None:
        raise Http404
    return letter


def zone_of(request: TimedRequest) -> str:
    """The reader's, where somebody is signed in."""
    if isinstance(request.user, User):
        person = request.user.provider_or_none or getattr(request.user, "client", None)
        if person is not None:
            return str(person.time_zone)
    return "UTC"
