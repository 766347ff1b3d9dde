"""Settings, Late fees: a new policy supersedes the one in force."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from appointments import policy_words
from appointments.forms.late_fees import PolicyForm
from practice import policies, reauthentication
from practice.access import ProviderRequest, provider_required
from practice.fee_terms import Unclear
from practice.models import FeePolicy
from practice.zones import NBSP, abbreviation, clock, date_with_year

A_PAGE = 10


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def late_fees(request: ProviderRequest) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid() and "show" not in request.POST:
        if form.terms == form.current:
            messages.info(request, "Nothing was changed: this policy is in force already.")
            return redirect("appointments:settings_late_fees")
        reauthentication.require(request)
        try:
            policy = policies.supersede(request.provider, terms=form.terms, by=request.actor, at=request.now)
        except Unclear as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Saved. From now on clients agree to {policy_words.in_a_line(policy.terms)}.")
            return redirect("appointments:settings_late_fees")
    page = Paginator(request.provider.fee_policies.newest_first(), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, **_example(request, form), **_kept(request, page, in_force=form.in_force)}
    return render(request, "appointments/late_fees.html", context)


@provider_required
@require_POST
def example(request: ProviderRequest) -> HttpResponse:
    """What the policy being typed would mean; nothing is kept."""
    form = _form(request)
    form.is_valid()
    return render(request, "appointments/_policy_example.html", {"form": form, **_example(request, form)})


def _form(request: ProviderRequest) -> PolicyForm:
    current = request.provider.fee_policies.in_force(at=request.now)
    return PolicyForm(request.POST or None, current=current, practice=request.provider.practice)


def _example(request: ProviderRequest, form: PolicyForm) -> dict[str, object]:
    zone = request.provider.time_zone
    return {
        "example": policy_words.example(
            policies.settled(form.terms, provider=request.provider), at=request.now, zone=zone
        ),
        "as_typed": form.is_bound and form.terms != form.current,
    }


@dataclass(frozen=True)
class Kept:
    """One policy of the list; ``since`` says from when it was or will be in force."""

    policy: FeePolicy
    words: str
    since: str
    by: str
    in_force: bool
    counts_for: int


def _kept(request: ProviderRequest, page: Page[FeePolicy], *, in_force: FeePolicy) -> dict[str, object]:
    provider = request.provider
    agreed = provider.appointments.next_booked(at=request.now).by_policy()
    kept = [
        Kept(
            policy=policy,
            words=policy_words.in_a_line(policy.terms),
            since=_dated(policy.effective_at, provider.time_zone),
            by=_who(policy, request),
            in_force=policy == in_force,
            counts_for=agreed.get(policy.pk, 0),
        )
        for policy in page
    ]
    return {"kept": kept, "never_agreed": agreed.get(None, 0)}


def _dated(instant: datetime, zone: str) -> str:
    """``Jan 12, 2026, 7:06 PM EST``: policies are years old."""
    return f"{date_with_year(instant, zone)}, {clock(instant, zone)}{NBSP}{abbreviation(instant, zone)}"


def _who(policy: FeePolicy, request: ProviderRequest) -> str:
    if policy.set_by_id is None:
        return "the practice’s start"
    return "you" if policy.set_by_id == request.user.pk else "the office"
