"""Settings: each with what is set now."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments import policy_words
from practice import hours
from practice.access import ProviderRequest, provider_required
from practice.zones import NBSP, city_time


@provider_required
@require_safe
def index(request: ProviderRequest) -> HttpResponse:
    provider, at = request.provider, request.now
    policy = provider.fee_policies.in_force(at=at)
    coming = provider.time_off.not_over(at=at).first()
    formats = " and ".join(kind.label.lower() for kind in provider.formats)
    context = {
        "late_fees": policy_words.inside(policy.terms),
        "sessions": f"{provider.session_minutes}{NBSP}minutes, {formats}, {city_time(provider.time_zone)}",
        "hours": hours.in_a_line(hours.of(provider)),
        "time_off": hours.time_off_words(coming.begins, coming.ends, zone=provider.time_zone, at=at)
        if coming
        else "None planned",
    }
    return render(request, "appointments/settings.html", context)
