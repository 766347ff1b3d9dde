"""Pictures of tables: every number in them, no script, nothing that is not theirs."""

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from appointments.reports import charts
from appointments.reports.charts import Look, Width
from appointments.reports.tables import Cell, Column, Kind, Table

SVG = "{http://www.w3.org/2000/svg}"


def table(kind: Kind, rows: list[tuple[Cell, Cell]], *, first: Kind = Kind.WORDS) -> Table:
    return Table(
        title="", says="", empty="", columns=[Column("What", first), Column("How many", kind)], rows=rows, charted=1
    )


def words(picture: bytes) -> list[str]:
    return [text.text or "" for text in ET.fromstring(picture).iter(f"{SVG}text")]


def drawn(of: Table, look: Look = "light", width: Width = "wide") -> bytes:
    return charts.svg(of, look=look, width=width)


def test_each_bar_has_its_name_and_its_number() -> None:
    picture = drawn(table(Kind.COUNT, [("Élodie & <b>", 3), ("Nobody", 0), ("Many", 1234)]))
    assert sorted(words(picture)) == sorted(["Élodie & <b>", "Nobody", "Many", "3", "0", "1,234"])


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Kind.SHARE, Decimal("33.3"), "33.3%"),
        (Kind.SHARE, Decimal("0.0"), "0.0%"),
        (Kind.MONEY, Decimal(75), "$75.00"),
    ],
)
def test_a_number_reads_as_in_the_table(kind: Kind, value: Decimal, said: str) -> None:
    assert said in words(drawn(table(kind, [("One", value), ("Other", value)])))


def test_weeks_and_months_are_named_short_and_a_share_of_nothing_has_no_bar() -> None:
    weeks = drawn(table(Kind.SHARE, [(date(2026, 2, 2), Decimal("5.0")), (date(2026, 2, 9), None)], first=Kind.WEEK))
    assert sorted(words(weeks)) == ["5.0%", "Feb 2", "Feb 9"]
    assert "Feb 2026" in words(drawn(table(Kind.SHARE, [(date(2026, 2, 1), Decimal(5))], first=Kind.MONTH)))


def test_a_name_too_long_for_a_phone_is_cut() -> None:
    reasons = table(Kind.COUNT, [("The client is unwell or has an emergency", 2)])
    assert "The client is unwell or…" in words(drawn(reasons, width="narrow"))
    assert "The client is unwell or has an emer…" in words(drawn(reasons))


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", ["You", "7 days or more", "The client is unwell or has an emergency"])
def test_the_number_beside_the_longest_bar_ends_inside_the_picture(name: str, width: Width) -> None:
    shares = table(Kind.SHARE, [(name, Decimal("100.0")), ("Other", Decimal("50.0"))])
    drawing = drawn(shares, width=width).decode()
    (begins,) = re.findall(r'class="plot overlay"[^>]*|<g transform="translate\((\d+), 12\)" class="plot"', drawing)[:1]
    bars = re.findall(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"[^>]* class="rect reactive', drawing)
    ends = float(begins) + max(float(x) + float(across) for x, across in bars)
    font = charts.SIZES[width].font
    assert ends + len("100.0%") * font * 0.6 + 8 <= charts.SIZES[width].width


def test_rows_in_which_all_is_nothing_are_drawn_too() -> None:
    assert words(drawn(table(Kind.COUNT, [("One", 0), ("Other", 0)]))).count("0") == 2


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_it_runs_nothing_and_fetches_nothing(look: Look, width: Width) -> None:
    picture = drawn(table(Kind.COUNT, [("One", 3), ("Other", 5)]), look, width).decode()
    assert "<script" not in picture
    assert not re.search(r"\son\w+=|href|url\(|@import|<image|<foreignObject", picture)
    assert not re.findall(r"https?://(?!www\.w3\.org/)", picture)


def contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    darker, lighter = sorted([light(one), light(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("look", "sheet"), [("light", "#FFFDFB"), ("dark", "#1C161A")])
def test_words_and_bars_stand_out_from_the_page(look: str, sheet: str) -> None:
    text, _, bars = charts.COLORS[look]
    assert contrast(text, sheet) >= 4.5
    assert contrast(bars, sheet) >= 3


def test_only_who_looks_at_a_chart_or_takes_a_receipt_waits_for_the_library() -> None:
    loaded = "bool({'pygal', 'fpdf'} & set(sys.modules))"
    code = f"import django; django.setup(); import appointments.urls.provider, sys; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
