"""A table of plain values: the same numbers for the page, its picture and a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum, auto
from itertools import chain
from typing import TypeAlias

from practice.amounts import money
from practice.zones import NBSP, length, month_year

# A share of nothing is None.
Cell: TypeAlias = str | int | Decimal | date | None

ONE_DECIMAL = Decimal("0.1")
# With these a spreadsheet takes a cell for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Kind(Enum):
    """What a column holds."""

    WORDS = auto()
    COUNT = auto()
    SHARE = auto()
    MONEY = auto()
    MINUTES = auto()
    WEEK = auto()
    MONTH = auto()


# What a spreadsheet's head says beside the title, where the cells no longer do.
UNITS = {Kind.SHARE: " (%)", Kind.MINUTES: " (minutes)"}


@dataclass(frozen=True)
class Column:
    """``on_phones`` False: there it is left out, and the spreadsheet still has it."""

    title: str
    kind: Kind = Kind.COUNT
    on_phones: bool = True

    @property
    def look(self) -> str:
        """Its cells' classes."""
        is_number = self.kind in {Kind.COUNT, Kind.SHARE, Kind.MONEY, Kind.MINUTES}
        return ("number" if is_number else "words") + ("" if self.on_phones else " wide-only")


@dataclass(frozen=True)
class Table:
    """``says`` defines what is counted; ``charted`` is the column that the picture draws, None without one.

    ``closing`` is a sentence that the numbers allow, ``empty`` what stands in place of no rows.
    """

    title: str
    says: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str
    total: Sequence[Cell] = field(default_factory=list)
    charted: int | None = None
    closing: str = ""

    @property
    def shown(self) -> list[list[tuple[str, Column]]]:
        """Each cell in words, with the column in which it stands."""
        return [self._shown(row) for row in self.rows]

    @property
    def shown_total(self) -> list[tuple[str, Column]]:
        return self._shown(self.total)

    def _shown(self, row: Sequence[Cell]) -> list[tuple[str, Column]]:
        return [(shown(cell, column.kind), column) for cell, column in zip(row, self.columns, strict=True)]

    @property
    def csv(self) -> str:
        rows = [*self.rows, self.total] if self.total else self.rows
        return written([column.title + UNITS.get(column.kind, "") for column in self.columns], rows)


def share(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """In percent with one decimal, halves to the even; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(ONE_DECIMAL, rounding=ROUND_HALF_EVEN)


def shown(cell: Cell, kind: Kind) -> str:
    """As a person reads it."""
    match kind, cell:
        case _, None:
            return "–"
        case _, str():
            return cell
        case Kind.SHARE, _:
            return f"{cell}%"
        case Kind.MONEY, int() | Decimal():
            return money(Decimal(cell))
        case Kind.MINUTES, int():
            return hours(cell)
        case Kind.WEEK, date():
            return f"{cell:%b}{NBSP}{cell.day},{NBSP}{cell.year}"
        case Kind.MONTH, date():
            return month_year(cell)
        case Kind.COUNT, int():
            return f"{cell:,}"
    return str(cell)


def hours(minutes: int) -> str:
    """``1 h 40 min``, also beyond two days: hours of sessions are not days."""
    whole, rest = divmod(minutes, 60)
    if whole < 48:
        return length(timedelta(minutes=minutes))
    return f"{whole:,}{NBSP}h" + (f" {rest}{NBSP}min" if rest else "")


def written(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """As CSV; no cell of words is ever run as a formula."""
    return "".join(lines(head, rows))


def lines(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """As ``written``, row by row, for what may be long."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    for row in chain([head], rows):
        writer.writerow([_harmless(cell) for cell in row])
        yield sheet.getvalue()
        sheet.seek(0)
        sheet.truncate()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
