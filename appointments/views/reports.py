"""Reports: a provider's own, and the office's of all. Each page is written once and mounted twice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from appointments.forms.reports import PRESETS, Asked, ReportForm
from appointments.reports import cancellations as canceling
from appointments.reports import charts, fee_list, next_steps
from appointments.reports import claims as claiming
from appointments.reports import fees as charging
from appointments.reports import refilled as refilling
from appointments.reports.tables import Table
from practice.access import ProviderRequest, TimedRequest, office_required, provider_required
from practice.models import Provider
from practice.zones import city_time

A_PAGE = 50
TABS: Final = {
    "reports": "Cancellations",
    "report_fees": "Fees",
    "report_each_fee": "Each fee",
    "report_refilled": "Time booked again",
    "report_next_steps": "No next step",
    "report_claims": "Claims",
}
COUNTED: Final = canceling.TABLES | charging.TABLES | refilling.TABLES
NO_SCRIPT: Final = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Desk:
    """Where the reader sits: at their own practice, or with ``provider`` None in the office."""

    provider: Provider | None

    def url(self, name: str) -> str:
        return reverse(f"appointments:{'' if self.provider else 'office_'}{name}")

    def form(self, request: TimedRequest) -> ReportForm:
        return ReportForm(request.GET, own=self.provider, at=request.now)


@dataclass(frozen=True)
class Figure:
    """A table with the key by which its picture and its spreadsheet are asked for."""

    key: str
    table: Table

    @property
    def alt(self) -> str:
        return charts.alt(self.table)

    @property
    def wide(self) -> tuple[int, int]:
        return charts.size(self.table, "wide")

    @property
    def narrow(self) -> tuple[int, int]:
        return charts.size(self.table, "narrow")


class View(Protocol):
    def __call__(self, request: TimedRequest, desk: Desk, /) -> HttpResponse: ...


@dataclass(frozen=True)
class Page:
    own: Callable[..., HttpResponse]
    office: Callable[..., HttpResponse]


def page(view: View) -> Page:
    safe = require_safe(view)

    def own(request: ProviderRequest) -> HttpResponse:
        return safe(request, Desk(request.provider))

    def office(request: TimedRequest) -> HttpResponse:
        if not request.user.has_perm("appointments.view_appointment"):
            raise PermissionDenied
        return safe(request, Desk(None))

    return Page(own=provider_required(own), office=office_required(office))


def _answer(
    request: TimedRequest, desk: Desk, tab: str, fill: Callable[[Asked], dict[str, Any]], *, template: str = "figures"
) -> HttpResponse:
    """``fill`` gives what is this report's own, if what was asked could be read."""
    form = desk.form(request)
    kept = {name: str(request.GET[name]) for name in form.fields if request.GET.get(name)}
    context: dict[str, Any] = {
        "layout": "layouts/provider.html" if desk.provider else "layouts/office.html",
        "title": TABS[tab],
        "here": desk.url(tab),
        "form": form,
        "tabs": [(name == tab, words, f"{desk.url(name)}?{urlencode(kept)}") for name, words in TABS.items()],
        "presets": [(days == form.preset, days, _preset(kept, days)) for days in PRESETS],
        "table_url": desk.url("report_table"),
        "chart_url": desk.url("report_chart"),
        "in_office": desk.provider is None,
    }
    if asked := form.asked:
        context |= {"asked": asked, "zone_words": city_time(asked.period.zone), **fill(asked)}
    return render(request, f"appointments/reports/{template}.html", context)


def _preset(kept: dict[str, str], days: int) -> str:
    rest = {"provider": kept["provider"]} if "provider" in kept else {}
    return f"?{urlencode(rest | {'days': days})}"


def _figures(tables: dict[str, Any], asked: Asked) -> dict[str, Any]:
    built = {key: build(asked.scope, asked.period) for key, build in tables.items()}
    return {"figures": [Figure(key, table) for key, table in built.items()]}


@page
def cancellations(request: TimedRequest, desk: Desk) -> HttpResponse:
    return _answer(request, desk, "reports", partial(_figures, canceling.TABLES))


@page
def fees(request: TimedRequest, desk: Desk) -> HttpResponse:
    return _answer(request, desk, "report_fees", partial(_figures, charging.TABLES))


@page
def each_fee(request: TimedRequest, desk: Desk) -> HttpResponse:
    def fill(asked: Asked) -> dict[str, Any]:
        found = fee_list.find(asked.scope, asked.period, state=asked.state)
        listed = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        return {"page": listed, "total_due": found.total_due(), "file_url": desk.url("fees_file"), "states": True}

    return _answer(request, desk, "report_each_fee", fill, template="each_fee")


@page
def fees_file(request: TimedRequest, desk: Desk) -> HttpResponse:
    """The same fees as CSV, as many as there are."""
    asked = desk.form(request).asked
    if asked is None:
        return _unreadable(desk.form(request))
    name = f"fees-{asked.period.first}-to-{asked.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    found = fee_list.find(asked.scope, asked.period, state=asked.state)
    file = StreamingHttpResponse(fee_list.csv(found), content_type="text/csv; charset=utf-8", headers=headers)
    return cast(HttpResponse, file)  # what middleware asks of either is the same


@page
def refilled(request: TimedRequest, desk: Desk) -> HttpResponse:
    return _answer(request, desk, "report_refilled", partial(_figures, refilling.TABLES))


@page
def without_next_step(request: TimedRequest, desk: Desk) -> HttpResponse:
    def fill(asked: Asked) -> dict[str, Any]:
        found = next_steps.find(asked.scope, asked.period, at=request.now)
        listed = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        return {"page": listed, "to_call": next_steps.rows(listed, at=request.now)}

    return _answer(request, desk, "report_next_steps", fill, template="next_steps")


@page
def claims(request: TimedRequest, desk: Desk) -> HttpResponse:
    def fill(asked: Asked) -> dict[str, Any]:
        listed = Paginator(claiming.sessions(asked.scope, asked.period), A_PAGE).get_page(request.GET.get("page"))
        unmarked = claiming.unmarked(asked.scope, asked.period, at=request.now).count()
        return {"page": listed, "unmarked": unmarked, "unmarked_url": _unmarked_url(desk, asked)}

    return _answer(request, desk, "report_claims", fill, template="claims")


def _unmarked_url(desk: Desk, asked: Asked) -> str:
    period, provider = asked.period, asked.scope.provider
    if desk.provider:
        days = {"show": "past", "from": period.first.isoformat(), "to": period.last.isoformat()}
        return f"{reverse('appointments:list')}?{urlencode(days)}"
    # By start: what is over stands before what is to come.
    booked = {"status__exact": "booked", "o": "3"} | ({"provider__id__exact": str(provider.pk)} if provider else {})
    return f"{reverse('admin:appointments_appointment_changelist')}?{urlencode(booked)}"


@page
def table(request: TimedRequest, desk: Desk) -> HttpResponse:
    """One table as CSV."""
    key, asked = request.GET.get("table", ""), desk.form(request).asked
    if asked is None:
        return _unreadable(desk.form(request))
    if key == "next-steps":
        found = next_steps.table(asked.scope, asked.period, at=request.now)
    elif key == "claims":
        found = claiming.table(asked.scope, asked.period)
    else:
        found = _counted(key, asked)
    name = f"{key}-{asked.period.first}-to-{asked.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(found.csv, content_type="text/csv; charset=utf-8", headers=headers)


@page
def chart(request: TimedRequest, desk: Desk) -> HttpResponse:
    """One table's picture."""
    asked = desk.form(request).asked
    if asked is None:
        return _unreadable(desk.form(request))
    drawn = _counted(request.GET.get("table", ""), asked)
    if not drawn.rows:
        raise Http404
    picture = charts.svg(
        drawn,
        look="dark" if request.GET.get("look") == "dark" else "light",
        width="narrow" if request.GET.get("width") == "narrow" else "wide",
    )
    headers = {"Content-Security-Policy": NO_SCRIPT, "Cache-Control": "no-store"}
    return HttpResponse(picture, content_type="image/svg+xml", headers=headers)


def _counted(key: str, asked: Asked) -> Table:
    build = COUNTED.get(key)
    if build is None:
        raise Http404
    return build(asked.scope, asked.period)


def _unreadable(form: ReportForm) -> HttpResponse:
    return HttpResponse(form.says, content_type="text/plain; charset=utf-8", status=400)
