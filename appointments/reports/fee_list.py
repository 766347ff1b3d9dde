"""Each fee by itself, with how it came to its amount and how it was paid: for the eye, and for a billing system."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from appointments import fee_explained
from appointments.billing import amount, instant
from appointments.models import Fee
from appointments.models.fee import FeeQuerySet
from appointments.models.settlement import Method
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.reports.tables import Cell, lines
from practice.actors import ActorKind
from practice.language import in_english
from practice.zones import local, plain

HEAD: Final = [
    "Fee", "Appointment", "Date of the appointment", "Start (UTC)", "Client", "Client’s number", "Provider", "Kind",
    "State", "Currency", "Assessed", "Amount", "Owed now", "Since (UTC)", "Decided (UTC)", "Paid on", "How",
    "Reference", "Receipt", "Why this amount",
]  # fmt: skip
# By it spreadsheets know that names are in UTF-8.
BYTE_ORDER_MARK: Final = "\N{BYTE ORDER MARK}"
AT_ONCE: Final = 500


def find(scope: Scope, period: Period, *, state: str) -> FeeQuerySet:
    """Of appointments in these days, earliest first; without a state all, void ones too."""
    found = scope.every_fee(period)
    found = found.in_state(state) if state else found
    return found.with_appointment().with_payment().by_start()


def csv(fees: FeeQuerySet) -> Iterator[str]:
    """Row by row as the database gives them, in one query however many there are."""
    yield BYTE_ORDER_MARK
    yield from lines(HEAD, (_row(fee) for fee in fees.iterator(AT_ONCE)))


@in_english
def _row(fee: Fee) -> list[Cell]:
    appointment, zone = fee.appointment, fee.appointment.provider.time_zone
    explanation = fee_explained.lines(fee, reader=ActorKind.PROVIDER, zone=zone)
    return [
        fee.pk,
        str(appointment.uid),
        local(appointment.start, zone).date().isoformat(),
        instant(appointment.start),
        appointment.client.name,
        appointment.client_id,
        appointment.provider.display_name,
        fee.get_kind_display(),
        fee.get_status_display(),
        appointment.provider.practice.currency,
        amount(fee.assessed),
        amount(fee.amount),
        amount(fee.owed_now),
        instant(fee.created_at),
        _maybe(fee.decided_at),
        fee.paid_on.isoformat() if fee.paid_on else "",
        str(Method(fee.paid_method).label) if fee.paid_method else "",
        fee.paid_reference or "",
        fee.receipt or "",
        plain(" ".join(explanation)),
    ]


def _maybe(value: datetime | None) -> str:
    return instant(value) if value else ""
