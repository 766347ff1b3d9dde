"""A table's picture: bars with their numbers beside them, as SVG that runs no script.

The table that stands with it on the page says the same.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal
from xml.etree import ElementTree as ET

from appointments.reports.tables import Cell, Column, Kind, Table, shown

Look = Literal["light", "dark"]
Width = Literal["wide", "narrow"]

# Colors as in static/css/tokens.css: ink-2, line, accent.
COLORS: Final[dict[str, tuple[str, str, str]]] = {
    "light": ("#5A4D53", "#E8DFDB", "#7D1F4F"),
    "dark": ("#C9BCC2", "#382E34", "#EBA5C1"),
}
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
# Numbers begin where their bar ends; the library would set them over its end.
BESIDE: Final = "inline:.pygal-chart .text-overlay text { text-anchor: start !important; }"
LONGEST_NAME: Final = {"wide": 36, "narrow": 25}


@dataclass(frozen=True)
class Size:
    """In CSS pixels at which the picture is shown; ``bar`` is the height of a row."""

    width: int
    bar: int
    font: int


SIZES: Final[dict[str, Size]] = {"wide": Size(660, 36, 15), "narrow": Size(320, 36, 14)}
MARGIN: Final = 12


def size(table: Table, width: Width) -> tuple[int, int]:
    drawn = SIZES[width]
    return drawn.width, len(table.rows) * drawn.bar + 2 * MARGIN


def svg(table: Table, *, look: Look, width: Width) -> bytes:
    """The charted column of a table that has rows."""
    # Only who looks at a chart waits for it: with it the program would start noticeably later.
    from pygal import HorizontalBar
    from pygal.style import Style

    assert table.charted is not None
    column, (words, line, bars) = table.columns[table.charted], COLORS[look]
    across, high = size(table, width)
    font = SIZES[width].font
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground=words,
        foreground_strong=words,
        foreground_subtle=line,
        guide_stroke_color=line,
        major_guide_stroke_color=line,
        colors=(bars,),
        value_colors=(words,),
        opacity="1",
        font_family=FONT,
        label_font_size=font,
        major_label_font_size=font,
        value_font_size=font,
        transition="0",
    )
    chart = HorizontalBar(
        style=style,
        width=across,
        height=high,
        margin=MARGIN,
        margin_right=_room(table, table.charted, font=font),
        js=[],
        css=["file://style.css", "file://graph.css", BESIDE],
        show_legend=False,
        show_y_guides=False,
        show_x_guides=False,
        show_x_labels=False,
        print_values=True,
        print_values_position="top",
        range=(0, _longest(table, table.charted)),
    )
    chart.x_labels = [_name(row[0], table.columns[0], longest=LONGEST_NAME[width]) for row in reversed(table.rows)]
    chart.add(
        column.title,
        [_number(row[table.charted]) for row in reversed(table.rows)],
        formatter=lambda number: shown(_exact(number, column.kind), column.kind),
    )
    return _still(chart.render_tree())


def _name(cell: Cell, column: Column, *, longest: int) -> str:
    """Years are left to the words above the picture."""
    if isinstance(cell, date):
        return f"{cell:%b} {cell.year}" if column.kind is Kind.MONTH else f"{cell:%b} {cell.day}"
    name = shown(cell, column.kind)
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def _number(cell: Cell) -> float | None:
    """None where there is no bar."""
    return float(cell) if isinstance(cell, int | Decimal) else None


def _exact(number: float, kind: Kind) -> Cell:
    return Decimal(f"{number:.1f}") if kind is Kind.SHARE else round(number)


def _longest(table: Table, charted: int) -> float:
    return max(_number(row[charted]) or 0 for row in table.rows) or 1


def _room(table: Table, charted: int, *, font: int) -> float:
    """For the number at the end of the longest bar; a letter is reckoned as wide as the library reckons one."""
    column = table.columns[charted]
    return MARGIN + max(len(shown(row[charted], column.kind)) for row in table.rows) * font * 0.6


def _still(picture: ET.Element) -> bytes:
    """Without the script that the library always writes, and the notes it leaves for it."""
    for parent in picture.iter():
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in {"script", "desc", "title"}:
                parent.remove(child)
    written: bytes = ET.tostring(picture, encoding="utf-8")
    return written


def alt(table: Table) -> str:
    """Short: who does not see the picture reads the same numbers in the table after it."""
    assert table.charted is not None
    return f"Bar chart of the column “{table.columns[table.charted].title}” in the table below"
