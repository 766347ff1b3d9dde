"""Messages in the provider portal: the threads with all clients, and one of them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import links, messages, threads
from clients.forms.messages import MessageForm, SeenForm, with_link
from clients.models import CareRelationship, Message
from clients.refusals import Refused
from practice.access import ProviderRequest, provider_required
from practice.zones import named

A_PAGE = 30


@provider_required
@require_safe
def listing(request: ProviderRequest) -> HttpResponse:
    """Everybody in this provider's care, also those to whom nothing was written yet."""
    words = threads.asked_for(request.GET.get("q", ""))
    found = request.provider.care_relationships.with_people().with_threads(client_reads=False)
    if words:
        found = found.mentioning(words)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    zone = request.provider.time_zone
    context = {
        "words": words,
        "page": page,
        "rows": threads.rows(list(page), words=words, client_reads=False, zone=zone, at=request.now),
        "zone_words": f"Times in {named(request.now, zone)}",
    }
    return render(request, "clients/messages.html", context)


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: ProviderRequest, pk: int) -> HttpResponse:
    """``pk`` is the client's."""
    care = _care(request, pk)
    page = threads.page_of(care, number=request.GET.get("page"), found=request.GET.get("found"))
    newest = newest_of(page)
    seen = newest.pk if newest else None
    form = MessageForm(request.POST if request.method == "POST" else None, seen=seen)
    inserted = "insert" in request.POST and care.is_active
    if inserted:
        # Nothing is sent or kept: the composer comes back with the link in it.
        form = MessageForm(seen=seen, text=with_link(request.POST.get("text", ""), links.booking_url(care)))
        form.fields["text"].widget.attrs["autofocus"] = True
    elif form.is_valid():
        try:
            text, known = form.cleaned_data["text"], form.cleaned_data["seen"]
            sent = messages.send(care, by=request.actor, text=text, at=request.now, seen=known)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{threads.thread_url(care)}#message-{sent.pk}")
    return render(request, "clients/thread.html", _context(request, care, page, form))


def newest_of(page: Any) -> Message | None:
    """Of the whole thread, where the page is its newest one."""
    return page.object_list[0] if page.number == 1 and page.object_list else None


def _context(request: ProviderRequest, care: CareRelationship, page: Any, form: MessageForm) -> dict[str, Any]:
    zone, unread = request.provider.time_zone, care.messages.unread_by(client=False)
    newest = newest_of(page)
    return {
        "care": care,
        "client": care.client,
        "zone": zone,
        "page": page,
        "days": threads.days(page, zone=zone, at=request.now),
        "from_client": False,
        "unread": unread.count(),
        "form": form,
        "can_sign_in": care.client.user is not None and care.client.user.is_active,
        "mail_missed": newest is not None and not newest.from_client and messages.missed_mail(newest),
        "zone_words": f"Times in {named(request.now, zone)}",
    }


@provider_required
@require_POST
def mark_read(request: ProviderRequest, pk: int) -> HttpResponse:
    care, form = _care(request, pk), SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    messages.mark_read(care, by=request.actor, at=request.now, seen=seen)
    return redirect(f"{threads.thread_url(care)}#newest")


def _care(request: ProviderRequest, pk: int) -> CareRelationship:
    own = request.provider.care_relationships.with_people().select_related("client__user")
    return get_object_or_404(own, client=pk)
