"""Each fee on a page and in a file: whose, of which days, in which state, how paid and why."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments import fees
from appointments.models import Fee
from appointments.reports.fee_list import HEAD
from appointments.tests.factories import NOW
from appointments.tests.paying import paid
from appointments.tests.reports.situations import TEN, charged, late
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

HOUR = timedelta(hours=1)


def at(name: str, query: str = "") -> str:
    return f"{reverse(f'appointments:{name}')}?{query}"


def file(browser: Browser, query: str = "", name: str = "fees_file") -> list[dict[str, str]]:
    response: Any = browser.get(at(name, query))
    assert response.status_code == 200
    written = b"".join(response.streaming_content).decode()
    assert written.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))


@pytest.fixture
def three(maya: Provider, jordan: Client) -> list[Fee]:
    """Of February 3: one waits, one is due, one is paid."""
    for hours, decision in enumerate((None, charged("40.00"), charged())):
        late(maya, jordan, TEN + hours * HOUR, fee=decision)
    waits, due, settled = Fee.objects.order_by("appointment__start")
    return [waits, due, paid(settled, by=Actor.provider(maya.user_id))]


def test_a_row_says_all_of_a_fee_in_plain_words(as_maya: Browser, jordan: Client, three: list[Fee]) -> None:
    *_, settled = three
    row = file(as_maya)[2]
    assert list(row) == HEAD
    receipt = settled.settlements.get().pk
    assert row == {
        "Fee": str(settled.pk), "Appointment": str(settled.appointment.uid), "Date of the appointment": "2026-02-03",
        "Start (UTC)": "2026-02-03T17:00:00Z", "Client": "Jordan Lee", "Client’s number": str(jordan.pk),
        "Provider": "Maya Chen", "Kind": "Late cancellation", "State": "Paid", "Currency": "USD", "Assessed": "75.00",
        "Amount": "75.00", "Owed now": "0.00", "Since (UTC)": "2026-02-03T12:00:00Z",
        "Decided (UTC)": "2026-02-03T12:00:00Z", "Paid on": "2026-03-03", "How": "Check", "Reference": "1042",
        "Receipt": str(receipt),
        "Why this amount": "Because it was canceled 5 h before the start, and Jordan agreed on Jan 12, 2026 to $75.00 "
        "inside 24 hours. It was canceled: 5 h before the start; free until Mon, Feb 2, 12:00 PM EST, 24 hours ahead. "
        "Jordan agreed on Jan 12, 2026: $75.00 inside 24 hours. The policy of that day: $75.00 inside 24 hours, so it "
        "stays $75.00. The practice’s limit: $200.00, so it stays $75.00.",
    }  # fmt: skip


def test_what_is_owed_is_what_is_due(as_maya: Browser, three: list[Fee]) -> None:
    owed = [(row["State"], row["Amount"], row["Owed now"], row["How"]) for row in file(as_maya)]
    assert owed == [
        ("Fee to decide", "75.00", "0.00", ""), ("Fee due", "40.00", "40.00", ""), ("Paid", "75.00", "0.00", "Check"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ("state=due", ["Fee due"]),
        ("state=waived", []),
        ("state=paid&from=2026-02-03&to=2026-02-03", ["Paid"]),
        ("from=2026-02-04", []),
        ("to=2026-02-02", []),
    ],
)
def test_days_and_state_stand_in_the_address(query: str, states: list[str], as_maya: Browser, three: list[Fee]) -> None:
    assert [row["State"] for row in file(as_maya, query)] == states
    page = text(as_maya.get(at("report_each_fee", query)))
    assert ("1 fee, " in page) == bool(states)
    assert ("There is no such fee in this time." in page) == (not states)


def test_a_state_there_is_not_is_said(as_maya: Browser, three: list[Fee]) -> None:
    answer = as_maya.get(at("fees_file", "state=lost"))
    assert (answer.status_code, answer.content.decode()) == (400, "There is no such state.")
    assert "There is no such state." in text(as_maya.get(at("report_each_fee", "state=lost")))


def test_the_page_lists_them_and_leads_to_the_file_of_the_same(as_maya: Browser, three: list[Fee]) -> None:
    page = as_maya.get(at("report_each_fee", "from=2026-02-01&to=2026-02-28"))
    assert "3 fees, $40.00 due. Save as CSV" in text(page)
    assert "Jordan Lee Paid $75.00 $75.00 Mar 3, 2026 Late cancellation" in text(page)
    assert "Nothing is charged to a card here." in text(page)
    assert f'{at("fees_file")}from=2026-02-01&amp;to=2026-02-28"' in page.content.decode()


def test_a_payment_taken_back_is_none(as_maya: Browser, three: list[Fee], office: User) -> None:
    fees.unsettle(three[2], why="It bounced", by=Actor.admin(office.pk), at=NOW)
    row = file(as_maya)[2]
    assert (row["State"], row["Owed now"], row["Paid on"], row["Receipt"]) == ("Fee due", "75.00", "", "")
    paid(three[2], by=Actor.admin(office.pk), reference="1043")
    assert [row["Reference"] for row in file(as_maya)] == ["", "", "1043"]


def test_what_no_longer_applies_is_in_the_file_as_void(as_maya: Browser, three: list[Fee]) -> None:
    Fee.objects.filter(pk=three[1].pk).update(status="void")
    assert [(row["State"], row["Owed now"]) for row in file(as_maya, "state=void")] == [("Void", "0.00")]


def test_no_cell_is_a_formula(as_maya: Browser, maya: Provider, jordan: Client, three: list[Fee]) -> None:
    jordan.first_name = "=HYPERLINK(1)"
    jordan.save()
    three[2].settlements.update(reference="@SUM(1)")
    row = file(as_maya)[2]
    assert row["Client"] == "'=HYPERLINK(1) Lee"
    assert row["Reference"] == "'@SUM(1)"
    assert row["Why this amount"].startswith("Because")


def test_a_provider_reads_their_own_and_the_office_all(
    as_office: Browser, sam: Provider, three: list[Fee], as_jordan: Browser
) -> None:
    late(sam, make_client(sam, first_name="Noah"), TEN, fee=charged())
    his = just_signed_in(sam.user)
    assert [row["Provider"] for row in file(his)] == ["Sam Ortiz"]
    assert "Jordan" not in text(his.get(at("report_each_fee")))
    everyone = [row["Provider"] for row in file(as_office, name="office_fees_file")]
    assert sorted(everyone) == ["Maya Chen"] * 3 + ["Sam Ortiz"]
    one = file(as_office, f"provider={sam.pk}", name="office_fees_file")
    assert [row["Provider"] for row in one] == ["Sam Ortiz"]
    for name in ("fees_file", "report_each_fee"):
        assert as_jordan.get(at(name)).status_code == 404


@pytest.mark.only_sqlite
def test_the_file_takes_one_query_for_the_fees_however_many(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            file(as_maya)
        return len(made)

    late(maya, jordan, TEN, fee=charged())
    queries()
    one = queries()
    for number in range(1, 30):
        late(maya, jordan, TEN - number * HOUR, fee=charged("10.00") if number % 2 else None)
    paid(Fee.objects.filter(status="due").latest("pk"), by=Actor.provider(maya.user_id))
    assert len(file(as_maya)) == 30
    assert queries() == one
