"""Messages in the client portal: one thread with each provider."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import messages, threads
from clients.forms.messages import MessageForm, SeenForm
from clients.models import CareRelationship
from clients.refusals import Refused
from clients.views.messages import newest_of
from practice.access import ClientRequest, client_required
from practice.zones import time_named

A_PAGE = 30


@client_required
@require_safe
def listing(request: ClientRequest) -> HttpResponse:
    """Who has one provider is in their thread at once, unless they search."""
    own = request.client.care_relationships
    if "q" not in request.GET and (only := _only(request)):
        return redirect("clients:my_thread", pk=only.pk)
    words = threads.asked_for(request.GET.get("q", ""))
    found = own.with_people().with_threads(client_reads=True)
    if words:
        found = found.mentioning(words)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    zone = request.client.time_zone
    context = {
        "words": words,
        "page": page,
        "rows": threads.rows(list(page), words=words, client_reads=True, zone=zone, at=request.now),
    }
    return render(request, "clients/my_messages.html", context)


def _only(request: ClientRequest) -> CareRelationship | None:
    own = list(request.client.care_relationships.all()[:2])
    return own[0] if len(own) == 1 else None


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: ClientRequest, pk: int) -> HttpResponse:
    """``pk`` is the care relationship's."""
    care = _care(request, pk)
    page = threads.page_of(care, number=request.GET.get("page"), found=request.GET.get("found"))
    newest = newest_of(page)
    form = MessageForm(request.POST if request.method == "POST" else None, seen=newest.pk if newest else None)
    if form.is_valid():
        try:
            text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
            sent = messages.send(care, by=request.actor, text=text, at=request.now, seen=seen)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{threads.client_thread_url(care)}#message-{sent.pk}")
    zone = request.client.time_zone
    context: dict[str, Any] = {
        "care": care,
        "provider": care.provider,
        "zone": zone,
        "page": page,
        "days": threads.days(page, zone=zone, at=request.now),
        "from_client": True,
        "unread": care.messages.unread_by(client=True).count(),
        "form": form,
        "is_only": _only(request) is not None,
        "zone_named": time_named(request.now, zone),
    }
    return render(request, "clients/my_thread.html", context)


@client_required
@require_POST
def mark_read(request: ClientRequest, pk: int) -> HttpResponse:
    care, form = _care(request, pk), SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    messages.mark_read(care, by=request.actor, at=request.now, seen=seen)
    return redirect(f"{threads.client_thread_url(care)}#newest")


def _care(request: ClientRequest, pk: int) -> CareRelationship:
    return get_object_or_404(request.client.care_relationships.with_people(), pk=pk)
