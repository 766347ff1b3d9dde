"""What a provider sets about their sessions and weekly hours."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from practice import hours as weekly
from practice.access import ProviderRequest, provider_required
from practice.forms import HoursForm, Row, SessionsForm, typed_rows
from practice.zones import abbreviation, city, named


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: ProviderRequest) -> HttpResponse:
    # A copy: validating a form writes into its instance, and the page around it shows the provider as stored.
    form = SessionsForm(request.POST or None, instance=copy(request.provider))
    if request.method == "POST" and form.is_valid():
        weekly.set_sessions(form.instance, changed=form.changed_data)
        messages.success(request, what_was_saved(form, request))
        return redirect("settings_sessions")
    return render(request, "practice/sessions.html", {"form": form, "zone": zone_now(request)})


def what_was_saved(form: SessionsForm, request: ProviderRequest) -> str:
    if not form.changed_data:
        return "Nothing was changed."
    if "time_zone" not in form.changed_data:
        return "Saved. What is booked stays as it is."
    zone = form.cleaned_data["time_zone"]
    return (
        f"Saved. You see every time in {city(zone)} now ({abbreviation(request.now, zone)}), and your weekly hours "
        "follow the clock there. What is booked stays at its instant."
    )


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: ProviderRequest) -> HttpResponse:
    """Add and Remove change the page alone; only Save hours keeps anything."""
    if request.method != "POST":
        stored = [Row(stretch.weekday, stretch.begins, stretch.ends) for stretch in weekly.of(request.provider)]
        return show_hours(request, HoursForm(stored))
    rows = typed_rows(request.POST)
    if (weekday := request.POST.get("add", "")) in {"0", "1", "2", "3", "4", "5", "6"}:
        new = Row(int(weekday))
        return show_hours(request, HoursForm([*rows, new], new=new), unsaved=True)
    if removed := request.POST.get("remove"):
        kept = [row for index, row in enumerate(rows) if str(index) != removed]
        return show_hours(request, HoursForm(kept), unsaved=True)
    form = HoursForm(rows, judge=True)
    if not form.is_valid():
        return show_hours(request, form)
    changed = weekly.set_weekly(request.provider, stretches=form.stretches)
    if not changed:
        messages.info(request, "Nothing was changed.")
    elif form.stretches:
        messages.success(request, "Saved. Clients can book within these hours now. What is booked stays booked.")
    else:
        messages.warning(request, "Saved. Without hours nobody can book with you. What is booked stays booked.")
    return redirect("settings_hours")


def show_hours(request: ProviderRequest, form: HoursForm, *, unsaved: bool = False) -> HttpResponse:
    context = {"form": form, "unsaved": unsaved, "zone": zone_now(request)}
    return render(request, "practice/hours.html", context)


def zone_now(request: ProviderRequest) -> str:
    return named(request.now, request.provider.time_zone)
