"""Reports as their reader meets them: whose they are, what was asked, and what could not be read."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments import fees
from appointments.models import Fee
from appointments.rules import Status
from appointments.tests.factories import NOW, booked
from appointments.tests.reports.situations import TEN, canceled, charged, held, late
from appointments.views.reports import COUNTED, TABS
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.factories import UserFactory
from practice.tests.reading import text, without_keys
from practice.tests.signing_in import just_signed_in
from practice.zones import instant_of

HOUR = timedelta(hours=1)


def at(name: str, query: str = "") -> str:
    return f"{reverse(f'appointments:{name}')}?{query}"


@pytest.fixture
def some(maya: Provider, sam: Provider, jordan: Client) -> None:
    """Of both providers, in the last 90 days: Maya's two and Sam's three."""
    held(maya, jordan, TEN - 7 * 24 * HOUR)
    late(maya, jordan, TEN, fee=charged())
    noah = make_client(sam, first_name="Noah")
    held(sam, noah, TEN - HOUR)
    late(sam, noah, TEN, fee=charged(waived=True))
    late(sam, noah, TEN + HOUR, fee=charged(waived=True))


def test_the_last_ninety_days_stand_there_unless_told_otherwise(some: None, as_maya: Browser) -> None:
    page = text(as_maya.get(at("reports")))
    assert "December 4, 2025 – March 3, 2026, New York time" in page
    assert "All 2 1 50.0%" in page
    assert "The client asked to cancel The client 1 100.0% 1" in page


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("days=30", "February 2, 2026 – March 3, 2026"),
        ("days=365", "March 4, 2025 – March 3, 2026"),
        ("from=2026-01-05", "January 5, 2026 – March 3, 2026"),
        ("to=2026-01-31&days=30", "January 2, 2026 – January 31, 2026"),
        ("from=2026-02-03&to=2026-02-03", "February 3, 2026, New York time"),
        ("from=2026-04-01", "April 1, 2026, New York time"),
    ],
)
def test_the_days_are_those_of_the_address(as_maya: Browser, query: str, days: str) -> None:
    assert days in text(as_maya.get(at("reports", query)))


UNREADABLE = {
    "days=31": "“31” days can’t be chosen, but 30, 90 and 365 can.",
    "from=yesterday": "“yesterday” is not a date. Write it like 2026-03-05.",
    "from=2026-03-02&to=2026-03-01": "“To” is before “From”.",
    "from=2020-01-01&to=2026-03-01": "At most three years at a time.",
    "to=1999-12-31": "Choose a day between 2000 and 2100.",
}


def test_what_cannot_be_read_is_said_and_nothing_is_counted(some: None, as_maya: Browser) -> None:
    for query, said in UNREADABLE.items():
        for tab in TABS:
            page = as_maya.get(at(tab, query))
            assert said in text(page)
            assert "<table" not in page.content.decode()
        for file in ("report_table", "report_chart"):
            answer = as_maya.get(at(file, f"table=cancellations-by-notice&{query}"))
            assert (answer.status_code, answer.content.decode()) == (400, said)


def test_the_office_asks_for_all_or_for_one_provider(some: None, as_clerk: Browser, sam: Provider) -> None:
    assert "All 5 3 60.0%" in text(as_clerk.get(at("office_reports")))
    one = text(as_clerk.get(at("office_reports", f"provider={sam.pk}")))
    assert "All 3 2 66.7%" in one
    assert "Los Angeles time" in one
    nobody = text(as_clerk.get(at("office_reports", "provider=999")))
    assert "There is no such provider." in nobody


def test_a_provider_cannot_ask_for_another(some: None, as_maya: Browser, sam: Provider) -> None:
    page = text(as_maya.get(at("reports", f"provider={sam.pk}")))
    assert "All 2 1 50.0%" in page
    assert "Sam" not in page


def test_nobody_elses_clients_are_on_any_page_or_file(some: None, as_maya: Browser) -> None:
    files = [at("report_table", f"table={key}") for key in [*COUNTED, "next-steps", "claims"]]
    for address in [*(at(tab) for tab in TABS), *files]:
        answer = as_maya.get(address)
        assert answer.status_code == 200
        page = without_keys(answer.content.decode())
        assert "Noah" not in page
        assert "Sam" not in page


def test_staff_who_may_not_see_appointments_see_no_report(some: None, clerk: User, as_clerk: Browser) -> None:
    clerk.groups.remove(Group.objects.get(name="Office"))
    for tab in [*TABS, "report_table", "report_chart"]:
        assert as_clerk.get(at(f"office_{tab}")).status_code == 403


def test_staff_without_a_second_step_are_led_to_set_one(practice: object, now: datetime) -> None:
    staff = UserFactory.create(is_staff=True, is_superuser=True, second_step=False)
    assert just_signed_in(staff).get(at("office_reports"))["Location"] == reverse("mfa_index")


def test_the_office_finds_them_from_its_start_page(as_clerk: Browser) -> None:
    assert f'href="{reverse("appointments:office_reports")}"' in as_clerk.get(reverse("admin:index")).content.decode()


def test_each_table_is_a_file_with_the_same_rows(some: None, as_maya: Browser) -> None:
    for key in [*COUNTED, "next-steps", "claims"]:
        answer = as_maya.get(at("report_table", f"table={key}&from=2026-01-01&to=2026-03-03"))
        assert answer["Content-Type"] == "text/csv; charset=utf-8", key
        assert answer["Content-Disposition"] == f'attachment; filename="{key}-2026-01-01-to-2026-03-03.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode())))
        assert len({len(row) for row in rows}) == 1, key
        assert len(rows) > 1, key


def test_pictures_and_files_on_a_page_are_those_of_its_days(some: None, as_maya: Browser) -> None:
    page = as_maya.get(at("reports", "days=30")).content.decode()
    asked = "table=cancellations-by-notice&amp;from=2026-02-02&amp;to=2026-03-03"
    assert f'<img src="/reports/chart.svg?{asked}"' in page
    assert f'srcset="/reports/chart.svg?{asked}&amp;width=narrow&amp;look=dark"' in page
    assert f'href="/reports/table.csv?{asked}"' in page


def test_each_table_has_its_picture_which_may_run_nothing(
    some: None, maya: Provider, jordan: Client, as_maya: Browser
) -> None:
    fees.dispute(Fee.objects.owed_to(maya).get(), words="Why?", by=Actor.client(jordan.user_id), at=NOW)
    for key in COUNTED:
        answer = as_maya.get(at("report_chart", f"table={key}&look=dark&width=narrow"))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml"), key
        assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.content.startswith(b"<svg"), key


def test_there_is_no_other_table_and_no_picture_of_nothing(as_maya: Browser) -> None:
    for address in (at("report_table"), at("report_table", "table=x"), at("report_chart", "table=claims")):
        assert as_maya.get(address).status_code == 404
    assert as_maya.get(at("report_chart", "table=cancellations-by-notice")).status_code == 404


def test_empty_days_say_so(as_maya: Browser) -> None:
    assert text(as_maya.get(at("reports"))).count("Nothing was canceled in this time.") == 3
    assert "No fee was assessed in this time." in text(as_maya.get(at("report_fees")))
    assert "Nothing was canceled in this time." in text(as_maya.get(at("report_refilled")))
    assert "Every client who canceled in this time was seen since" in text(as_maya.get(at("report_next_steps")))
    assert "No session of this time is marked as attended." in text(as_maya.get(at("report_claims")))


def test_who_may_not_be_called_is_marked(maya: Provider, jordan: Client, as_maya: Browser) -> None:
    jordan.phone_use = Client.PhoneUse.NEVER
    jordan.save()
    held(maya, jordan, TEN - 24 * HOUR)
    canceled(maya, jordan)
    page = text(as_maya.get(at("report_next_steps")))
    assert "Last seen 29 days ago, Feb 2, 2026" in page
    assert "Canceled Feb 1, 2026, for Tue, Feb 3, 10:00 AM EST: “Technical problem”" in page
    assert "(212) 555-0142 Do not call jordan.lee @example.com Book" in page


def test_sessions_that_nobody_marked_are_counted_and_found(
    maya: Provider, jordan: Client, as_maya: Browser, as_clerk: Browser
) -> None:
    held(maya, jordan, TEN, status=Status.BOOKED)
    held(maya, jordan, TEN + HOUR)
    booked(maya, jordan, start=NOW + HOUR)
    for browser, name in [(as_maya, "report_claims"), (as_clerk, "office_report_claims")]:
        page = browser.get(at(name))
        assert "1 session is not yet marked as attended It is over, and left out here" in text(page)
        assert "1 session. Save as CSV" in text(page)
        found = browser.get(page.context["unmarked_url"])
        assert found.status_code == 200
    assert found.context["cl"].result_list[0].start == instant_of(TEN, maya.time_zone)


@pytest.mark.only_sqlite
def test_a_page_costs_the_same_for_one_and_for_thirty(maya: Provider, jordan: Client, as_maya: Browser) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for tab in TABS:
            with CaptureQueriesContext(connection) as queries:
                assert as_maya.get(at(tab)).status_code == 200
            found[tab] = len(queries)
        return found

    for number in range(30):
        client = make_client(maya, signs_in=False)
        held(maya, client, datetime(2026, 2, 2, 0) + 2 * number * HOUR)
        late(maya, client, datetime(2026, 2, 2, 1) + 2 * number * HOUR, fee=charged())
        if number == 0:
            for_one = costs()
    assert costs() == for_one
    assert max(for_one.values()) <= 12
