"""Receipts: what they say, on the page and in the PDF alike, to their owner alone."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pypdf import PdfReader

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee, Settlement
from appointments.tests.factories import NOW
from appointments.tests.paying import paid
from appointments.tests.test_cancelling import queries
from appointments.tests.test_fees import left_open
from clients.models import Client
from clients.tests.factories import make_client
from practice import discretion
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in
from practice.zones import plain

LATER = NOW + timedelta(days=1)


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User) -> Fee:
    """Paid by check. Jordan lives three hours behind Maya."""
    jordan.time_zone = "America/Los_Angeles"
    jordan.save()
    left = left_open(maya, jordan, office)
    her = Actor.provider(maya.user_id)
    due = fees.decide(left, decision=FeeDecision(FeeChoice.CHARGE, left.assessed), by=her, at=NOW)
    return paid(due, by=her)


def mine(fee: Fee, ending: str = "receipt/") -> str:
    return f"/my/fees/{fee.pk}/{ending}"


def hers(fee: Fee, ending: str = "receipt/") -> str:
    return f"/appointments/{fee.appointment.uid}/fee/{ending}"


def on_page(response: Any) -> str:
    found = re.search(r"<article.*?</article>", response.content.decode(), re.DOTALL)
    assert found
    return " ".join(plain(unescape(re.sub(r"<[^>]+>", " ", found[0]))).split())


def pdf(response: Any) -> PdfReader:
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(response.content))


def in_pdf(response: Any) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf(response).pages).split())


def test_the_clients_receipt_says_what_was_paid_how_when_and_why(as_jordan: Browser, fee: Fee) -> None:
    number = Settlement.objects.get().pk
    assert on_page(as_jordan.get(mine(fee))) == (
        f"Receipt {number} Alder Street (212) 555-0100, office@alderstreet.example "
        "Paid by Jordan Lee Amount paid $75.00 USD Paid on Mar 3, 2026 How Check, 1042 "
        "What for Late cancellation Appointment Mar 4, 2026, 5:59 AM PST With Maya Chen "
        "Issued Mar 3, 2026, 7:44 AM PST "
        "Why this fee It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to $75.00 inside "
        "24 hours. It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 5:59 AM PST, 24 hours ahead. "
        "You agreed on Jan 12, 2026: $75.00 inside 24 hours. "
        "The policy of that day: $75.00 inside 24 hours, so it stays $75.00. "
        "The practice’s limit: $200.00, so it stays $75.00. "
        "This receipt is for a fee for a late canceled or missed appointment, not for a session. "
        "Insurance does not cover such fees, and this is no claim."
    )


def test_the_providers_is_in_her_zone_and_her_words(as_maya: Browser, fee: Fee) -> None:
    words = on_page(as_maya.get(hers(fee)))
    assert "Appointment Mar 4, 2026, 8:59 AM EST" in words
    assert "Because it was canceled 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026 to $75.00" in words


@pytest.mark.only_sqlite
@pytest.mark.parametrize("name", ["Jordan Lee", "Ευγενία Łukasiewicz-Nguyễn", "Дарья Ōtsuka"])
def test_the_pdf_says_what_the_page_says(
    name: str, as_jordan: Browser, as_maya: Browser, jordan: Client, fee: Fee
) -> None:
    """Source Sans knows Greek, Cyrillic and Vietnamese."""
    jordan.first_name, jordan.last_name = name.split(" ", 1)
    jordan.save()
    for browser, url in ((as_jordan, mine), (as_maya, hers)):
        words = on_page(browser.get(url(fee)))
        assert name in words
        assert in_pdf(browser.get(url(fee, "receipt.pdf"))) == words


@pytest.mark.only_sqlite
def test_the_pdf_is_a_tagged_document_with_title_and_language_and_its_own_type(as_jordan: Browser, fee: Fee) -> None:
    made = pdf(as_jordan.get(mine(fee, "receipt.pdf")))
    catalog: Any = made.root_object
    assert made.metadata is not None
    assert made.metadata.title == f"Receipt {Settlement.objects.get().pk}, Alder Street"
    assert str(catalog["/Lang"]).startswith("en")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalog["/MarkInfo"]["/Marked"]
    kinds = [element.get_object()["/S"] for element in catalog["/StructTreeRoot"]["/K"][0].get_object()["/K"]]
    assert kinds[0] == "/H1"
    assert {"/H2", "/P"} <= set(kinds)
    fonts: Any = made.pages[0]["/Resources"]
    names = [font.get_object()["/BaseFont"] for font in fonts["/Font"].values()]
    assert all("SourceSans" in name for name in names)
    assert len(as_jordan.get(mine(fee, "receipt.pdf")).content) < 100_000


def test_the_file_is_taken_away_under_a_name_that_tells_nobody_anything(as_jordan: Browser, fee: Fee) -> None:
    answer = as_jordan.get(mine(fee, "receipt.pdf"))
    number = Settlement.objects.get().pk
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{number}.pdf"'
    assert "no-store" in answer["Cache-Control"]


def test_nothing_on_it_is_clinical(as_jordan: Browser, as_maya: Browser, fee: Fee) -> None:
    for browser, url in ((as_jordan, mine), (as_maya, hers)):
        assert discretion.clinical_words(on_page(browser.get(url(fee)))) == []


def test_in_spanish_it_is_all_in_spanish(as_jordan: Browser, jordan: Client, fee: Fee) -> None:
    jordan.language = "es"
    jordan.save()
    words = on_page(as_jordan.get(mine(fee)))
    assert words.startswith("Recibo ")
    assert (
        "Pagado por Jordan Lee Importe pagado $75.00 USD Pagado el 3 de mar de 2026 Forma de pago Cheque, 1042" in words
    )
    assert "El seguro no cubre estos cargos, y esto no es una reclamación." in words
    answer = as_jordan.get(mine(fee, "receipt.pdf"))
    catalog: Any = pdf(answer).root_object
    assert str(catalog["/Lang"]).startswith("es")
    assert in_pdf(answer) == words


def test_a_payment_taken_back_leaves_a_receipt_that_says_so(as_jordan: Browser, fee: Fee, office: User) -> None:
    fees.unsettle(fee, why="It bounced", by=Actor.admin(office.pk), at=LATER)
    ended = (
        "This receipt no longer counts: the payment had been noted by mistake, and was taken back on Mar 4, 2026. "
        "The fee is due."
    )
    for words in (on_page(as_jordan.get(mine(fee))), in_pdf(as_jordan.get(mine(fee, "receipt.pdf")))):
        assert ended in words
        assert "It bounced" not in words


def test_paid_once_more_the_receipt_is_the_new_one(as_jordan: Browser, fee: Fee, office: User) -> None:
    fees.unsettle(fee, why="It bounced", by=Actor.admin(office.pk), at=LATER)
    paid(fee, by=Actor.admin(office.pk), at=LATER, reference="1043")
    words = on_page(as_jordan.get(mine(fee)))
    assert "Check, 1043" in words
    assert "no longer counts" not in words


def test_a_fee_paid_before_payments_were_kept_has_a_receipt_too(as_jordan: Browser, as_maya: Browser, fee: Fee) -> None:
    Settlement.objects.all().delete()
    for browser, url in ((as_jordan, mine), (as_maya, hers)):
        words = on_page(browser.get(url(fee)))
        assert words.startswith("Receipt Alder Street")
        assert "Amount paid $75.00 USD Paid on Not on record How Not on record" in words
        assert in_pdf(browser.get(url(fee, "receipt.pdf"))) == words


@pytest.mark.parametrize("status", ["due", "waived", "to_decide"])
def test_what_was_never_paid_has_no_receipt(status: str, as_jordan: Browser, as_maya: Browser, fee: Fee) -> None:
    Settlement.objects.all().delete()
    Fee.objects.update(status=status)
    for ending in ("receipt/", "receipt.pdf"):
        assert as_jordan.get(mine(fee, ending)).status_code == 404
        assert as_maya.get(hers(fee, ending)).status_code == 404


def test_nobody_reads_anothers_receipt(maya: Provider, sam: Provider, fee: Fee, as_jordan: Browser) -> None:
    other = make_client(maya).user
    assert other is not None
    for ending in ("receipt/", "receipt.pdf"):
        for browser in (just_signed_in(other), just_signed_in(maya.user), just_signed_in(sam.user)):
            assert browser.get(mine(fee, ending)).status_code == 404
        for browser in (just_signed_in(sam.user), as_jordan):
            assert browser.get(hers(fee, ending)).status_code == 404
        assert Browser().get(mine(fee, ending)).headers["Location"].startswith("/accounts/login/")


def test_the_list_of_fees_leads_to_it(as_jordan: Browser, fee: Fee) -> None:
    assert f'href="{mine(fee)}"' in as_jordan.get("/my/fees/").content.decode()
    Fee.objects.update(status="due")
    assert mine(fee) not in as_jordan.get("/my/fees/").content.decode()


def test_the_page_of_the_appointment_leads_to_it(as_maya: Browser, fee: Fee) -> None:
    page = as_maya.get(f"/appointments/{fee.appointment.uid}/")
    assert "See the receipt" in text(page)
    assert hers(fee) in page.content.decode()


@pytest.mark.only_sqlite
def test_a_receipt_takes_few_queries(as_jordan: Browser, fee: Fee) -> None:
    as_jordan.get(mine(fee))
    assert queries(lambda: as_jordan.get(mine(fee))) <= 8
    assert queries(lambda: as_jordan.get(mine(fee, "receipt.pdf"))) <= 7


def test_the_office_takes_any_receipt_as_a_file(as_clerk: Browser, as_maya: Browser, clerk: User, fee: Fee) -> None:
    url = reverse("admin:appointments_fee_receipt", args=[fee.pk])
    assert url in as_clerk.get(reverse("admin:appointments_fee_change", args=[fee.pk])).content.decode()
    words = in_pdf(as_clerk.get(url))
    assert "Paid by Jordan Lee Amount paid $75.00 USD" in words
    assert "Appointment Mar 4, 2026, 8:59 AM EST" in words
    assert as_clerk.get(reverse("admin:appointments_fee_receipt", args=[fee.pk + 1])).status_code == 404
    assert as_maya.get(url).status_code == 302
    clerk.groups.clear()
    assert as_clerk.get(url).status_code == 403


def test_the_office_finds_none_where_nothing_was_paid(as_clerk: Browser, fee: Fee) -> None:
    Settlement.objects.all().delete()
    Fee.objects.update(status="due")
    url = reverse("admin:appointments_fee_receipt", args=[fee.pk])
    assert url not in as_clerk.get(reverse("admin:appointments_fee_change", args=[fee.pk])).content.decode()
    assert as_clerk.get(url).status_code == 404


def test_letters_that_the_type_does_not_know_break_nothing_and_reach_no_log(
    as_jordan: Browser, jordan: Client, fee: Fee, caplog: pytest.LogCaptureFixture
) -> None:
    jordan.first_name, jordan.last_name = "美玲", "陳"
    jordan.save()
    assert "美玲 陳" in on_page(as_jordan.get(mine(fee)))
    assert "Amount paid $75.00 USD" in in_pdf(as_jordan.get(mine(fee, "receipt.pdf")))
    assert caplog.text == ""
