"""The fee in a cancellation’s mails, in the client’s words: charged, waived, to decide, and no payer named."""

from decimal import Decimal
from textwrap import dedent

import pytest

from appointments import fee_words, fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Fee
from appointments.tests.factories import NOW, late
from appointments.tests.test_emails_canceled import AMOUNT, WHY, by_maya, cancel, mails, step
from clients.models import Client, Payer
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import words_of


def test_a_waived_fee_says_that_nothing_is_owed(maya: Provider, jordan: Client) -> None:
    by_maya(late(maya, jordan), "client-emergency", fee=FeeDecision(FeeChoice.WAIVE, AMOUNT, why=WHY))
    assert step(2) == "The late fee of $75.00 is waived. You owe nothing."
    assert "Late fee: Waived ($75.00)\n" in mails()[1].text


def test_a_charged_fee_says_how_to_object(maya: Provider, jordan: Client) -> None:
    by_maya(late(maya, jordan), fee=FeeDecision(FeeChoice.CHARGE, AMOUNT))
    assert step(2) == (
        "The late fee is $75.00. It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to "
        "$75.00 inside 24 hours. Does that seem wrong? Write to Maya at maya.chen@example.com."
    )
    assert "Late fee: $75.00\n" in mails()[1].text


def test_a_fee_still_to_decide_says_who_decides(maya: Provider, jordan: Client, office: User) -> None:
    cancel(late(maya, jordan), "client-asked", by=Actor.admin(office.pk))
    assert step(2).startswith("A late fee of up to $75.00 may apply. It was canceled 22 h 15 min before the start")
    assert step(2).endswith("Maya decides, and you get a mail.")
    assert "Canceled by: The office\n" in mails()[1].text
    assert "Late fee: $75.00, for you to decide\n" in mails()[1].text


@pytest.mark.parametrize(("today", "who"), [("Magellan", "Magellan"), ("Aetna", "The payer"), (None, "The payer")])
def test_a_kept_fee_names_no_payer_who_came_later(today: str | None, who: str, maya: Provider, jordan: Client) -> None:
    Payer.objects.filter(name="Magellan").update(cap=Decimal(60))
    jordan.payer = Payer.objects.get(name="Magellan")
    jordan.save()
    by_maya(late(maya, jordan), fee=FeeDecision(FeeChoice.CHARGE, Decimal(60)))
    Client.objects.filter(pk=jordan.pk).update(payer=Payer.objects.filter(name=today).first())
    fee = Fee.objects.with_appointment().get()
    why = fee_words.for_provider(fee_words.story_of_fee(fee, zone=maya.time_zone))
    assert why.endswith(f"{who} allows at most $60.00 for a missed visit.")


@pytest.mark.parametrize("payer", ["Medicaid", "Magellan"])
def test_the_payers_name_stays_out_of_the_mail(payer: str, maya: Provider, jordan: Client) -> None:
    Payer.objects.filter(name="Magellan").update(cap=Decimal(60))
    jordan.payer = Payer.objects.get(name=payer)
    jordan.save()
    fee = FeeDecision(FeeChoice.CHARGE, Decimal(60)) if payer == "Magellan" else None
    by_maya(late(maya, jordan), fee=fee)
    if fee:
        assert "Your plan allows at most $60.00 for a missed visit." in step(2)
    else:
        assert step(2) == "No fee applies."
    for mail in mails():
        assert payer not in mail.text + mail.html


@pytest.mark.parametrize(
    ("decision", "said", "decided"),
    [
        (FeeDecision(FeeChoice.CHARGE, AMOUNT), "The late fee is $75.00.", ""),
        (
            FeeDecision(FeeChoice.REDUCE, AMOUNT, Decimal(40), WHY),
            "The late fee is $40.00, reduced from $75.00.",
            "- Decided: reduced to $40.00.\n",
        ),
    ],
)
def test_the_mail_of_a_fee_decided_later(
    decision: FeeDecision, said: str, decided: str, maya: Provider, jordan: Client, office: User
) -> None:
    done = cancel(late(maya, jordan), "client-asked", by=Actor.admin(office.pk))
    fee = fees.decide(done.fees.get(), decision=decision, by=Actor.provider(maya.user_id), at=NOW)
    mail = OutboxMessage.objects.latest("pk")
    assert (mail.recipient, mail.kind, mail.calendar) == ("jordan.lee@example.com", "fee_decided", "")
    assert mail.subject == "About the fee for Wed, Mar 4"
    assert mail.text == dedent(f"""\
        About your fee

        Hello Jordan,

        {said}

        It is about the appointment of Wed, Mar 4, 8:59 AM EST. It was canceled 22 h 15 min before the start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours.

        - It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 8:59 AM EST, 24 hours ahead.
        - You agreed on Jan 12, 2026: $75.00 inside 24 hours.
        - The policy of that day: $75.00 inside 24 hours, so it stays $75.00.
        - The practice’s limit: $200.00, so it stays $75.00.
        {decided}
        Does that seem wrong? Write to Maya at maya.chen@example.com.

        See it under Fees:
        http://127.0.0.1:8000/my/fees/
        It is in your portal, once you have signed in.

        Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com
        Replies to this mail are not read.
        """)  # noqa: E501
    assert words_of(mail.html) == [
        "Alder Street",
        "About your fee",
        "Hello Jordan,",
        said,
        ("It is about the appointment of Wed, Mar 4, 8:59 AM EST. It was canceled 22 h 15 min before the "
        "start, and you agreed on Jan 12, 2026 to $75.00 inside 24 hours."),
        "It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 8:59 AM EST, 24 hours ahead.",
        "You agreed on Jan 12, 2026: $75.00 inside 24 hours.",
        "The policy of that day: $75.00 inside 24 hours, so it stays $75.00.",
        "The practice’s limit: $200.00, so it stays $75.00.",
        *filter(None, [decided.removeprefix("- ").strip()]),
        "Does that seem wrong? Write to Maya at", "[mailto:maya.chen@example.com]", "maya.chen@example.com", ".",
        "[http://127.0.0.1:8000/my/fees/]", "See it under Fees", "It is in your portal, once you have signed in.",
        "Questions? Call", "[tel:2125550186]", "(212) 555-0186",
        "or", "[mailto:maya.chen@example.com]", "write to Maya",
        ". Replies to this mail are not read.",
    ]  # fmt: skip
    assert WHY not in mail.text + mail.html
    fees.waive(fee, why=WHY, by=Actor.provider(maya.user_id), at=NOW)
    waived = OutboxMessage.objects.latest("pk")
    assert "\n\nThe late fee of $75.00 is waived. You owe nothing.\n\n" in waived.text
    assert "seem wrong" not in waived.text
    assert WHY not in waived.text + waived.html
