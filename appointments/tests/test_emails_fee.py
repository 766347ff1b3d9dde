"""A waived fee's mail, whole, and what no mail about a fee says; charged and reduced are in test_emails_canceled."""

from datetime import timedelta
from decimal import Decimal
from textwrap import dedent

import pytest

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee
from appointments.tests.factories import NOW
from appointments.tests.test_fees import left_open
from clients.models import Client
from notifications.models import OutboxMessage
from practice import discretion
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import words_of

WHY = "Relapsed, says the ward"
SHOWN = Decimal("75.00")
WAIVE = FeeDecision(FeeChoice.WAIVE, shown=SHOWN, why=WHY)
CHARGE = FeeDecision(FeeChoice.CHARGE, shown=SHOWN)
REDUCE = FeeDecision(FeeChoice.REDUCE, shown=SHOWN, reduced_to=Decimal(40), why=WHY)


@pytest.fixture
def fee(maya: Provider, jordan: Client, office: User) -> Fee:
    """Open, and Jordan lives three hours behind Maya."""
    jordan.time_zone = "America/Los_Angeles"
    jordan.save()
    return left_open(maya, jordan, office)


@pytest.mark.parametrize("was_due", [False, True])
def test_a_waived_fee_is_told_whole_and_asks_for_nothing(*, was_due: bool, fee: Fee, maya: Provider) -> None:
    by = Actor.provider(maya.user_id)
    if was_due:
        fees.decide(fee, decision=CHARGE, by=by, at=NOW)
        fees.waive(fee, why=WHY, by=by, at=NOW + timedelta(days=2))
    else:
        fees.decide(fee, decision=WAIVE, by=by, at=NOW)

    mail = OutboxMessage.objects.latest("pk")
    assert OutboxMessage.objects.exclude(pk=mail.pk).filter(status="dropped").count() == was_due
    assert (mail.recipient, mail.about, mail.kind, mail.urgent, mail.calendar, mail.sender_name) == (
        "jordan.lee@example.com", f"client:{fee.appointment.client_id}", "fee_decided", False, "", "Alder Street",
    )  # fmt: skip
    assert mail.subject == "About the fee for Wed, Mar 4"
    assert mail.text == dedent("""\
        About your fee

        Hello Jordan,

        The late fee of $75.00 is waived. You owe nothing.

        It is about the appointment of Wed, Mar 4, 5:59 AM PST.

        See it under Fees:
        http://127.0.0.1:8000/my/fees/
        It is in your portal, once you have signed in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)
    assert words_of(mail.html) == [
        "Alder Street",
        "About your fee",
        "Hello Jordan,",
        "The late fee of $75.00 is waived. You owe nothing.",
        "It is about the appointment of Wed, Mar 4, 5:59 AM PST.",
        "[http://127.0.0.1:8000/my/fees/]", "See it under Fees", "It is in your portal, once you have signed in.",
        "Questions? Call", "[tel:2125550186]", "(212) 555-0186",
        "or", "[mailto:maya.chen@example.com]", "write to Maya",
        ". Replies to this mail are not read.",
    ]  # fmt: skip


@pytest.mark.parametrize("decision", [CHARGE, REDUCE, WAIVE], ids=lambda decision: str(decision.choice))
def test_no_mail_about_a_fee_says_why_it_was_decided_so_or_anything_clinical(
    decision: FeeDecision, fee: Fee, maya: Provider
) -> None:
    fees.decide(fee, decision=decision, by=Actor.provider(maya.user_id), at=NOW)
    mail = OutboxMessage.objects.get()
    everything = f"{mail.subject}\n{mail.text}\n{words_of(mail.html)}"
    assert discretion.clinical_words(everything, also="session\nward\nrelapsed") == []
    for absent in (WHY, "Lee", "LCSW", "EST", "office", "{", "\xa0"):
        assert absent not in everything.replace("jordan.lee", "")
