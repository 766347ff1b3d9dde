"""How to cancel an appointment: for providers, and a page for clients that can be sent to them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from appointments import policy_words
from practice.access import ProviderRequest, TimedRequest, provider_required, public


@provider_required
@require_safe
def canceling(request: ProviderRequest) -> HttpResponse:
    policy = request.provider.fee_policies.in_force(at=request.now)
    return render(request, "help/canceling.html", {"notice": policy_words.notice(policy.notice)})


@public
@require_safe
def how_to_cancel(request: TimedRequest) -> HttpResponse:
    return render(request, "help/how_to_cancel.html", {"pictures": f"img/help/{get_language()}/"})
