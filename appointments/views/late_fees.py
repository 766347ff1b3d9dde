"""Late fees: a new policy supersedes the one in force. A provider sets their own in Settings, the office anybody's.

Written once and shown at two desks: ``late_fees`` here, ``add`` of the policies in Django admin.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appointments import dry_run, policy_words
from appointments.forms.late_fees import PolicyForm
from practice import policies, reauthentication
from practice.access import ProviderRequest, TimedRequest, provider_required
from practice.actors import Actor
from practice.fee_terms import Unclear
from practice.models import FeePolicy, Provider
from practice.zones import NBSP, abbreviation, city_time, clock, date_with_year, moment

A_PAGE: Final = 10
# What is shown of a form that is not kept.
AS_TYPED, TRY = "as typed", "trial"
IN_FORCE, SCHEDULED, REPLACED = "In force", "Scheduled", "Replaced before it began"


@dataclass(frozen=True)
class Desk:
    """Whose policy is set, by whom, and where that page stands; ``back`` is where it leads to."""

    provider: Provider
    by: Actor
    here: str
    back: str

    @property
    def is_own(self) -> bool:
        return self.by.user_id == self.provider.user_id


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def late_fees(request: ProviderRequest) -> HttpResponse:
    here, back = reverse("appointments:settings_late_fees"), reverse("appointments:settings")
    return answer(request, Desk(provider=request.provider, by=request.actor, here=here, back=back))


def answer(request: TimedRequest, desk: Desk) -> HttpResponse:
    """The page, a part of it while somebody types, or the way back to it once a policy is kept."""
    in_force = desk.provider.fee_policies.in_force(at=request.now)
    form = _form(request, desk, in_force)
    shown = request.POST.get("show", "")
    valid = request.method == "POST" and form.is_valid()
    if shown == AS_TYPED:
        return render(request, "appointments/_policy_example.html", _example(request, form, in_force))
    if valid and not shown:
        try:
            return _keep(request, desk, form)
        except Unclear as refusal:  # the practice's limit is another one since a moment ago
            form.add_error(None, str(refusal))
    page = Paginator(desk.provider.fee_policies.with_replaced().newest_first(), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"desk": desk, "page": page, "zone_words": city_time(desk.provider.time_zone)}
    if valid and shown == TRY:
        context["trial"] = dry_run.run(desk.provider, draft=form.settled, at=request.now)
    context |= _example(request, form, in_force) | _kept(request, desk, page, in_force)
    return render(request, "appointments/late_fees.html", context)


def _form(request: TimedRequest, desk: Desk, in_force: FeePolicy) -> PolicyForm:
    """Starts from what is in force; ``from``: from another one's terms, ``instead``: in the place of another one."""
    start, begins, at = in_force, None, request.now
    if asked := request.GET.get("from") or request.GET.get("instead"):
        other = get_object_or_404(desk.provider.fee_policies, pk=asked if asked.isdecimal() and len(asked) < 19 else 0)
        begins = other.effective_at if other.effective_at > at else None
        start = other if "from" in request.GET else in_force
    practice = desk.provider.practice
    data = request.POST if request.method == "POST" else None
    return PolicyForm(data, policy=start, begins=begins, provider=desk.provider, practice=practice, at=at)


def _keep(request: TimedRequest, desk: Desk, form: PolicyForm) -> HttpResponse:
    begins = form.begins or request.now
    if form.settled == desk.provider.fee_policies.in_force(at=begins).terms:
        messages.info(
            request,
            "Nothing was changed: this policy is in force already."
            if form.begins is None
            else "Nothing was changed: this policy is in force then anyway.",
        )
        return redirect(desk.here)
    reauthentication.require(request)
    policy = policies.supersede(desk.provider, terms=form.terms, by=desk.by, at=request.now, effective_at=form.begins)
    since = f"From {moment(policy.effective_at, desk.provider.time_zone)} on" if form.begins else "From now on"
    messages.success(request, f"Saved. {since} clients agree to {policy_words.in_a_line(policy.terms)}.")
    return redirect(desk.here)


def _example(request: TimedRequest, form: PolicyForm, in_force: FeePolicy) -> dict[str, Any]:
    terms, zone = form.readable, form.provider.time_zone
    names = policies.holidays() if terms.holidays else {}
    return {
        "form": form,
        "example": policy_words.example(terms, at=request.now, zone=zone, holidays=names),
        "as_typed": form.policy != in_force or (form.is_bound and terms != in_force.terms),
    }


@dataclass(frozen=True)
class Kept:
    """One policy of the list; ``since`` says from when it was or will be in force."""

    policy: FeePolicy
    words: str
    since: str
    by: str
    state: str
    counts_for: int

    @property
    def is_to_come(self) -> bool:
        return self.state == SCHEDULED


def _kept(request: TimedRequest, desk: Desk, page: Page[FeePolicy], in_force: FeePolicy) -> dict[str, Any]:
    provider, at = desk.provider, request.now
    agreed = provider.appointments.next_booked(at=at).by_policy()
    kept = [
        Kept(
            policy=policy,
            words=policy_words.in_a_line(policy.terms),
            since=dated(policy.effective_at, provider.time_zone),
            by=_who(policy, desk),
            state=state(policy, in_force=in_force.pk, at=at),
            counts_for=agreed.get(policy.pk, 0),
        )
        for policy in page
    ]
    soonest = provider.fee_policies.to_come(at=at).first()
    to_come = soonest and (dated(soonest.effective_at, provider.time_zone), policy_words.in_a_line(soonest.terms))
    return {"kept": kept, "never_agreed": agreed.get(None, 0), "to_come": to_come}


def state(policy: FeePolicy, *, in_force: int, at: datetime) -> str:
    """Of a policy read ``with_replaced``; ``in_force``: the key of the one that is. Empty: it once was in force."""
    if policy.replaced:
        return REPLACED
    if policy.pk == in_force:
        return IN_FORCE
    return SCHEDULED if policy.effective_at > at else ""


def dated(instant: datetime, zone: str) -> str:
    """``Jan 12, 2026, 7:06 PM EST``: policies are years old."""
    return f"{date_with_year(instant, zone)}, {clock(instant, zone)}{NBSP}{abbreviation(instant, zone)}"


def _who(policy: FeePolicy, desk: Desk) -> str:
    if policy.set_by_id is None:
        return "the practice’s start"
    if policy.set_by_id == desk.by.user_id:
        return "you"
    return desk.provider.first_name if policy.set_by_id == desk.provider.user_id else "the office"
