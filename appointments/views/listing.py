"""Appointments, List View: search by the client's name, by state and by days; as you type or by Enter."""

from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments import clock_changes, rows
from appointments.forms.listing import ListForm, Show, Wanted
from appointments.models import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from practice.access import ProviderRequest, provider_required
from practice.models import Provider
from practice.zones import abbreviation, city_time, day_bounds, local, next_change, time_named

A_PAGE = 50


@provider_required
@require_safe
def listing(request: ProviderRequest) -> HttpResponse:
    provider, at = request.provider, request.now
    form = ListForm(request.GET, today=local(at, provider.time_zone).date())
    wanted = form.wanted
    page = Paginator(find(provider, wanted, at=at), A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    policy = provider.fee_policies.in_force(at=at)
    days = rows.by_day(listed, policy=policy, zone=provider.time_zone, at=at)
    context = {
        "form": form,
        "wanted": wanted,
        "filters": _filters(request.GET),
        "page": page,
        "days": days,
        "any_until": any(row.until for day in days for row in day.rows),
        "zone": provider.time_zone,
        **_zone_words(listed, provider.time_zone, at=at),
    }
    return render(request, "appointments/list.html", context)


def _filters(query: QueryDict) -> list[tuple[str, str, str]]:
    """Each with its value, its word and its address, in which the rest of the query is kept."""
    rest = "".join(
        f"{urlencode({name: value})}&" for name, value in query.items() if name not in ("show", "page") and value
    )
    return [(show.value, show.value.capitalize(), f"?{rest}show={show.value}") for show in Show]


def find(provider: Provider, wanted: Wanted, *, at: datetime) -> AppointmentQuerySet:
    found = provider.appointments.with_client().with_marks().matching(wanted.name)
    if wanted.begin is not None:
        found = found.starting_from(day_bounds(wanted.begin, provider.time_zone)[0])
    if wanted.end is not None:
        found = found.starting_before(day_bounds(wanted.end, provider.time_zone)[1])
    match wanted.show:
        case Show.UPCOMING:
            return found.upcoming(at=at).by_start()
        case Show.PAST:
            return found.past(at=at).latest_first()
        case Show.CANCELED:
            return found.canceled().latest_first()
        case Show.ALL:
            return found.latest_first()


def _zone_words(listed: list[Appointment], zone: str, *, at: datetime) -> dict[str, str]:
    """The zone of the times on the page; where its clocks change in between, that too."""
    first, last = min((one.start for one in listed), default=at), max((one.start for one in listed), default=at)
    change = next_change(first, last, zone)
    if change is None:
        return {"zone_words": time_named(first, zone), "head_zone": abbreviation(first, zone)}
    return {"zone_words": f"{city_time(zone)}. {clock_changes.announcement(change, zone)}.", "head_zone": ""}
