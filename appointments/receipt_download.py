"""A receipt as a file to take away."""

from django.http import HttpResponse

from appointments.receipts import Receipt


def as_file(receipt: Receipt) -> HttpResponse:
    """Under a name that tells nothing; no copy stays in a cache."""
    from appointments.receipt_pdf import draw  # late: it takes a third of a second that every start would wait

    headers = {"Content-Disposition": f'attachment; filename="{receipt.file_name}"', "Cache-Control": "no-store"}
    return HttpResponse(draw(receipt), content_type="application/pdf", headers=headers)
