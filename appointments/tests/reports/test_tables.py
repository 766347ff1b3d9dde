"""Cells as a person and a spreadsheet read them."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.reports.tables import Cell, Column, Kind, Table, share, shown, written
from practice.zones import plain


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (3, 3, "100.0"), (0, 3, "0.0"), (1, 80, "1.2"), (3, 80, "3.8"), (1, 16, "6.2")],
)
def test_a_share_has_one_decimal_and_rounds_halves_to_the_even(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == Decimal(said)


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0) is None
    assert shown(share(0, 0), Kind.SHARE) == "–"


@pytest.mark.parametrize(
    ("cell", "kind", "said"),
    [
        (1234, Kind.COUNT, "1,234"),
        (Decimal("33.3"), Kind.SHARE, "33.3%"),
        (Decimal(1200), Kind.MONEY, "$1,200.00"),
        (0, Kind.MINUTES, "0 min"),
        (100, Kind.MINUTES, "1 h 40 min"),
        (60 * 50 + 5, Kind.MINUTES, "50 h 5 min"),
        (date(2026, 2, 2), Kind.WEEK, "Feb 2, 2026"),
        (date(2026, 2, 1), Kind.MONTH, "February 2026"),
        ("All", Kind.WEEK, "All"),
        ("Élodie", Kind.WORDS, "Élodie"),
    ],
)
def test_a_cell_reads_as_its_column_says(cell: Cell, kind: Kind, said: str) -> None:
    assert plain(shown(cell, kind)) == said


def test_a_spreadsheet_has_plain_numbers_with_their_unit_in_the_head() -> None:
    table = Table(
        title="", says="", empty="",
        columns=[Column("Week from", Kind.WEEK), Column("Time", Kind.MINUTES), Column("Share", Kind.SHARE)],
        rows=[(date(2026, 2, 2), 1500, Decimal("33.3")), (date(2026, 2, 9), 0, None)],
        total=["All", 1500, Decimal("33.3")],
    )  # fmt: skip
    assert table.csv == (
        "Week from,Time (minutes),Share (%)\r\n2026-02-02,1500,33.3\r\n2026-02-09,0,\r\nAll,1500,33.3\r\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_words_that_a_spreadsheet_would_run_are_made_harmless(start: str) -> None:
    words = f"{start}HYPERLINK(1)"
    assert next(csv.reader(io.StringIO(written([words], []), newline=""))) == [f"'{words}"]
    (_, row) = csv.reader(io.StringIO(written(["Name"], [[words]]), newline=""))
    assert row == [f"'{words}"]


def test_a_negative_number_stays_a_number() -> None:
    assert written(["Number"], [[-5], [Decimal("-2.50")]]).splitlines()[1:] == ["-5", "-2.50"]


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), min_size=1))
def test_any_words_come_back_whole(cells: list[str]) -> None:
    (_, row) = csv.reader(io.StringIO(written(["x"] * len(cells), [cells]), newline=""))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
