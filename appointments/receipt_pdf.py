"""Draws a receipt as a PDF: embedded type that knows names beyond Latin-1, and tags that a screen reader follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import font_source_sans_pro
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.prefs import ViewerPreferences

from appointments.receipts import Receipt

FONTS = Path(font_source_sans_pro.font_directory)
INK, QUIET = (36, 26, 31), (90, 77, 83)
LABELS = 42  # millimeters that the labels of facts take


def draw(receipt: Receipt) -> bytes:
    page = _Page(receipt)
    page.write_all()
    return bytes(page.output())


class _Page(FPDF):
    def __init__(self, receipt: Receipt) -> None:
        super().__init__(format="letter")
        self.receipt = receipt
        self.set_margins(25, 25)
        self.set_title(f"{receipt.title}, {receipt.issuer}")
        self.set_lang(receipt.language)
        self.set_author(receipt.issuer)
        self.set_producer("")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_font("Source Sans", "", FONTS / "SourceSansPro-Regular.ttf")
        self.add_font("Source Sans", "B", FONTS / "SourceSansPro-Semibold.ttf")
        self.add_page()

    def write_all(self) -> None:
        receipt = self.receipt
        self._write(receipt.title, tag="/H1", size=22, bold=True)
        self._write(receipt.issuer, size=12, bold=True)
        self._write(receipt.contact, quiet=True)
        if receipt.ended:
            self.ln(4)
            self._write(receipt.ended, size=12, bold=True)
        self.ln(6)
        for label, value in receipt.facts:
            self._fact(label, value)
        self.ln(6)
        self._write(receipt.why_title, tag="/H2", size=14, bold=True)
        for line in receipt.why:
            self._write(line)
        self.ln(6)
        for line in receipt.notes:
            self._write(line, quiet=True)

    def _write(self, text: str, *, tag: str = "/P", size: int = 11, bold: bool = False, quiet: bool = False) -> None:
        self._speak(size=size, bold=bold, quiet=quiet)
        with self._tagged(tag):
            self.multi_cell(0, size * 0.5, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def _fact(self, label: str, value: str) -> None:
        with self._tagged("/P"):
            self._speak(quiet=True)
            self.cell(LABELS, 6.5, label)
            self._speak()
            self.multi_cell(0, 6.5, value, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _speak(self, *, size: int = 11, bold: bool = False, quiet: bool = False) -> None:
        self.set_font("Source Sans", "B" if bold else "", size)
        self.set_text_color(*(QUIET if quiet else INK))

    @contextmanager
    def _tagged(self, kind: str) -> Iterator[None]:
        """What is drawn within is one paragraph, or one heading, of the document's structure."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        _, parents = self.struct_builder.add_marked_content(page_number=self.page, struct_type=kind, mcid=number)
        self.pages[self.page].struct_parents = parents
        self._out(f"{kind} <</MCID {number}>> BDC")
        yield
        self._out("EMC")
