"""A client's own settings: what they are called, how they want to be told, and their calendar feed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clients import addresses, preferences
from clients.forms.settings import AddressForm, PreferencesForm
from practice import reauthentication
from practice.access import ClientRequest, client_required
from practice.language import spoken
from practice.views import calendar_feed


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ClientRequest) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, client=request.client)
    if form.is_valid():
        changed = preferences.keep(request.client, form.preferences)
        with spoken(form.preferences.language):
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("clients:my_settings")
    return render(request, "clients/my_settings.html", {"form": form, "client": request.client})


@client_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: ClientRequest) -> HttpResponse:
    """Where mail goes, which is not where they sign in: that is for the sign-in pages."""
    reauthentication.require(request)
    form = AddressForm(request.POST if request.method == "POST" else None, client=request.client)
    if form.is_valid():
        changed = addresses.change(request.client, to=form.cleaned_data["email"], at=request.now)
        words = _("Mail goes to %(address)s from now on. We have told both addresses.")
        messages.success(request, words % {"address": changed.email})
        return redirect("clients:my_settings")
    return render(request, "clients/my_address.html", {"form": form, "client": request.client})


@client_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: ClientRequest) -> HttpResponse:
    return calendar_feed.answer(request, "clients/my_calendar.html")
