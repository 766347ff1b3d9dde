"""A fee melts or is paid, never both."""

from functools import partial

import pytest

from appointments import melting
from appointments.assessments import NOTHING
from appointments.models import Fee, HistoryEntry, Settlement
from appointments.refusals import Refused
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_melting import SOON, charged, gentle
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("round_", range(10))
def test_melting_against_paying(round_: int, maya: Provider, jordan: Client) -> None:
    gentle(maya, free_if_filled=True)
    her = Actor.provider(maya.user_id)
    fee = charged(maya, jordan, her)
    booked(maya, make_client(maya), start=fee.appointment.start)
    pay = partial(paid, fee, by=her, at=NOW + SOON)
    weigh = partial(melting.weigh, at=NOW + SOON)

    results = at_once([pay, weigh] if round_ % 2 else [weigh, pay])

    refused = [result for result in results if isinstance(result, Refused)]
    fee = Fee.objects.get()
    if fee.status == "paid":
        assert (refused, fee.melted_by, Settlement.objects.count()) == ([], "", 1)
    else:
        assert (fee.status, fee.amount, Settlement.objects.count()) == ("void", NOTHING, 0)
        assert len(refused) == 1
    assert HistoryEntry.objects.filter(kind__in=["fee_paid", "fee_melted"]).count() == 1
