"""A client's fees: each with its amount, state and why, what is due in all, and whom to ask."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments import cancellation
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import CancellationReason, Fee
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.test_client_home import own, page, words
from clients.models import Client
from clients.tests.factories import make_client
from practice.actors import Actor
from practice.models import Provider

FEES = "/my/fees/"


def charged(provider: Provider, client: Client, decision: FeeDecision | None = None, *, hours: int = 5) -> Fee:
    """Canceled late by the provider with this decision; without one by the office, so that it waits."""
    appointment = booked(provider, client, start=NOW + timedelta(hours=hours))
    by = Actor.provider(provider.user_id) if decision else Actor.admin(provider.user_id)
    reason = CancellationReason.objects.get(key="client-asked")
    done = cancellation.cancel(
        appointment, by=by, reason=reason, told_at=None, notes=Notes(), send_link=True, fee=decision, at=NOW
    )
    return done.fees.get()


def decided(choice: FeeChoice, reduced_to: str = "", why: str = "") -> FeeDecision:
    return FeeDecision(choice, shown=Decimal("75.00"), reduced_to=Decimal(reduced_to) if reduced_to else None, why=why)


def test_each_fee_says_its_amount_its_state_and_why(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    reduced = charged(maya, jordan, decided(FeeChoice.REDUCE, "40.00", "Poor thing"), hours=6)
    response = as_jordan.get(FEES)
    text = words(response)
    assert "Late cancellation, Tue, Mar 3, 4:44 PM EST with Maya Chen, since Mar 3, 2026" in text
    assert "$40.00 Due You owe $40.00. Maya reduced it from $75.00." in text
    assert "It was canceled 6 h before the start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours." in text
    assert (
        "Does that seem wrong? Object until Thu, Apr 2, 11:44 AM EDT, or write to Maya at maya.chen@example.com."
        in text
    )
    assert f'href="{own(reduced.appointment)}"' in response.content.decode()
    assert "Poor thing" not in text


def test_the_total_counts_what_is_due_and_nothing_else(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    charged(maya, jordan, decided(FeeChoice.CHARGE), hours=3)
    charged(maya, jordan, decided(FeeChoice.REDUCE, "40.00"), hours=5)
    charged(maya, jordan, decided(FeeChoice.WAIVE), hours=7)
    charged(maya, jordan, hours=9)
    charge = charged(maya, jordan, decided(FeeChoice.CHARGE), hours=11)
    paid(charge, reference="Check 12", by=Actor.admin(maya.user_id), at=NOW)
    void = charged(maya, jordan, decided(FeeChoice.CHARGE), hours=13)
    Fee.objects.filter(pk=void.pk).update(status="void")
    text = page(as_jordan, FEES)
    assert "You owe $115.00. Nothing is charged here: Alder Street arranges payment with you." in text
    assert "$75.00 Waived You owe nothing." in text
    assert "Up to $75.00 Not decided yet Maya decides whether it applies, and you get a mail." in text
    assert "$75.00 Paid Nothing is left to pay." in text
    assert "Questions about paying? Call Alder Street at" in text
    assert "Check 12" not in text
    assert str(void.appointment.uid) not in as_jordan.get(FEES).content.decode()


def test_a_fee_that_waits_is_not_yet_due(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    charged(maya, jordan)
    assert "Nothing is due yet. Nothing is charged here" in page(as_jordan, FEES)


def test_without_fees_the_page_says_when_one_could_follow(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    charged(maya, make_client(maya), decided(FeeChoice.CHARGE))
    text = page(as_jordan, FEES)
    assert "No fees A fee can follow only where you agreed to one" in text
    assert "$" not in text


@pytest.mark.only_sqlite
def test_fees_take_as_many_queries_for_30_as_for_one(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            as_jordan.get(FEES)
        return len(made)

    charged(maya, jordan, decided(FeeChoice.CHARGE), hours=1)
    queries()
    one = queries()
    for number in range(30):
        at = NOW - timedelta(days=number + 1)
        fee = charged(maya, jordan, decided(FeeChoice.REDUCE, "10.00") if number % 2 else None, hours=2)
        Fee.objects.filter(pk=fee.pk).update(created_at=at)
    assert queries() == one
