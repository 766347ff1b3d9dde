"""How a fee was worked out reads the same wherever it is shown, and older fees can tell it too."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from pypdf import PdfReader

from appointments import fee_explained, fee_rules, fee_steps, fees, terms
from appointments.assessments import Assessment, Cause, FeeKind
from appointments.fee_rules import Facts
from appointments.fee_words import Story
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import BillingEvent, Fee
from appointments.tests.factories import NOW, booked, late
from appointments.tests.paying import paid
from appointments.tests.reports.test_fee_list import file
from appointments.tests.test_cancellation import cancel, reason
from appointments.tests.test_fee_rules import HOUR, facts
from appointments.tests.test_fee_rules import late as facts_of
from appointments.tests.test_fee_rules import terms as policy
from clients.models import Client, Payer
from notifications.models import OutboxMessage
from practice.actors import Actor, ActorKind
from practice.fee_terms import Terms
from practice.models import Provider, User
from practice.policies import supersede
from practice.tests.reading import text, words_of
from practice.tests.signing_in import just_signed_in
from practice.zones import plain

ZONE = "America/New_York"
DEADLINE = "Mon, Mar 9, 2:00 PM EDT"
HERS = [
    "It was canceled: 22 h 15 min before the start; free until Tue, Mar 3, 8:59 AM EST, 24 hours ahead.",
    "Jordan agreed on Jan 12, 2026: $75.00 inside 24 hours.",
    "The policy of that day: $75.00 inside 24 hours, so it stays $75.00.",
    "The practice’s limit: $200.00, so it stays $75.00.",
    "Magellan: at most $60.00 for a missed visit, so it is $60.00.",
]
NO_SHOW = [
    "What happened: Jordan did not come.",
    "Jordan agreed on Jan 12, 2026: $75.00 for a no-show.",
    "The policy of that day: $75.00 for a no-show, so it stays $75.00.",
    *HERS[3:],
]
DECIDED = "Decided: reduced to $40.00."
THEIRS = [
    HERS[0],
    "You agreed on Jan 12, 2026: $75.00 inside 24 hours.",
    *HERS[2:4],
    "Your plan: at most $60.00 for a missed visit, so it is $60.00.",
]


@pytest.fixture
def insured(jordan: Client) -> Client:
    Payer.objects.filter(name="Magellan").update(cap=Decimal(60))
    jordan.payer = Payer.objects.get(name="Magellan")
    jordan.save()
    return jordan


def on(response: Any) -> list[str]:
    """The steps as a page lists them."""
    listed = re.search(r'<ol class="worked-out">(.*?)</ol>', response.content.decode(), re.DOTALL)
    assert listed, "No steps on this page"
    return [plain(unescape(each)) for each in re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)]


def in_mail(mail: OutboxMessage) -> list[str]:
    listed = [line.strip().removeprefix("- ") for line in mail.text.splitlines() if line.strip().startswith("- ")]
    assert [plain(line) for line in words_of(mail.html)[-99:] if plain(line) in listed] == listed
    return listed


def test_page_mail_admin_receipt_export_and_billing_show_the_very_same_steps(
    as_maya: Browser, maya: Provider, insured: Client, office: User, her: Actor
) -> None:
    appointment = late(maya, insured)
    chosen = {"reason": str(reason("client-asked").pk), "told": "now"}
    assert on(as_maya.post(f"/appointments/{appointment.uid}/cancel/fee/", chosen)) == HERS
    assert insured.user is not None
    as_jordan = just_signed_in(insured.user)

    fee = cancel(appointment, Actor.admin(office.pk)).fees.get()
    assert on(as_maya.get(f"/appointments/{appointment.uid}/fee/")) == HERS
    assert in_mail(OutboxMessage.objects.get(key=f"cancellation:{fee.cancellation_id}:client")) == THEIRS

    reduce = FeeDecision(FeeChoice.REDUCE, shown=Decimal(60), reduced_to=Decimal(40), why="First time")
    fee = fees.decide(fee, decision=reduce, by=her, at=NOW)
    hers, theirs = [*HERS, DECIDED], [*THEIRS, DECIDED]
    assert in_mail(OutboxMessage.objects.get(kind="fee_decided")) == theirs
    for shown in ("", "canceled/", "fee/"):
        assert on(as_maya.get(f"/appointments/{appointment.uid}/{shown}")) == hers
    assert on(as_jordan.get("/my/fees/")) == theirs
    admin = just_signed_in(office).get(reverse("admin:appointments_fee_change", args=[fee.pk]))
    assert " ".join(hers) in text(admin)

    paid(fee, by=her)
    for browser, url, steps in [
        (as_maya, f"/appointments/{appointment.uid}/fee/receipt", hers),
        (as_jordan, f"/my/fees/{fee.pk}/receipt", theirs),
    ]:
        assert " ".join(steps) in text(browser.get(f"{url}/"))
        assert " ".join(steps) in in_pdf(browser.get(f"{url}.pdf"))
    assert file(as_maya, "from=2026-03-04&to=2026-03-04")[0]["Why this amount"].endswith(" ".join(hers))
    assert BillingEvent.objects.latest("pk").data["explanation"][1:] == theirs


def in_pdf(response: Any) -> str:
    pages = PdfReader(BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_what_a_free_pass_covers_says_what_it_would_have_cost(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=5)), Actor.provider(maya.user_id), "provider-unwell")
    covered = cancel(late(maya, jordan), Actor.provider(maya.user_id)).appointment
    for shown in ("", "canceled/"):
        assert on(as_maya.get(f"/appointments/{covered.uid}/{shown}")) == [
            *HERS[:4],
            "Free pass: given as you had canceled late or not come, so it is $0.00.",
        ]


def test_where_nothing_was_asked_there_is_nothing_to_work_out(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    canceled = cancel(late(maya, jordan), Actor.provider(maya.user_id), "provider-unwell").appointment
    assert "How this was worked out" not in text(as_maya.get(f"/appointments/{canceled.uid}/canceled/"))


# --- Fees from before their steps were kept ---


def without_steps(fee: Fee) -> Fee:
    Fee.objects.filter(pk=fee.pk).update(steps=[])
    return Fee.objects.with_appointment().get(pk=fee.pk)


def test_an_old_fee_explains_itself_as_it_did_and_tells_what_was_kept(
    maya: Provider, insured: Client, her: Actor
) -> None:
    charge = FeeDecision(FeeChoice.CHARGE, shown=Decimal(60))
    fee = Fee.objects.with_appointment().get(pk=cancel(late(maya, insured), her, fee=charge).fees.get().pk)
    old = without_steps(fee)
    assert explained(old, ActorKind.PROVIDER) == explained(fee, ActorKind.PROVIDER)
    assert explained(old, ActorKind.CLIENT) == explained(fee, ActorKind.CLIENT)
    assert explained(old, ActorKind.PROVIDER) == (
        "Because it was canceled 22 h 15 min before the start, and Jordan agreed on Jan 12, 2026 to $75.00 "
        "inside 24 hours. Magellan allows at most $60.00 for a missed visit."
    )
    # Whatever the notice of that day's policy was, it was not kept.
    assert of(old) == [*HERS[:2], "The policy of that day: $75.00, so it stays $75.00.", *HERS[3:]]
    assert of(fee) == HERS


def test_a_fee_that_is_kept_calls_nothing_todays(maya: Provider, jordan: Client, her: Actor) -> None:
    appointment = late(maya, jordan)
    dearer = Terms(notice_hours=24, late_fee=Decimal(90), no_show_fee=Decimal(90), grace_minutes=15)
    supersede(maya, terms=dearer, by=her, at=NOW)
    fee = cancel(appointment, her, fee=FeeDecision(FeeChoice.CHARGE, shown=Decimal(75))).fees.with_appointment().get()
    assert explained(fee, ActorKind.PROVIDER).endswith(
        "$75.00, not the newer $90.00: Jordan agreed to $75.00 at booking, and the lower one counts."
    )


def test_an_old_no_show_tells_that_nobody_came(maya: Provider, insured: Client) -> None:
    fee = without_steps(no_show(maya, insured))
    assert of(fee) == NO_SHOW


def test_before_marking_a_no_show_the_form_says_how_its_fee_comes_about(
    as_maya: Browser, maya: Provider, insured: Client
) -> None:
    missed = booked(maya, insured, start=NOW - timedelta(hours=1))
    assert on(as_maya.get(f"/appointments/{missed.uid}/no-show/")) == NO_SHOW
    as_maya.post(f"/appointments/{missed.uid}/no-show/", {"fee": "charge", "fee_shown": "60.00"})
    assert on(as_maya.get(f"/appointments/{missed.uid}/")) == NO_SHOW


def no_show(maya: Provider, client: Client) -> Fee:
    appointment = late(maya, client)
    facts = terms.no_show_facts(appointment, policy=terms.in_force(appointment, at=NOW))
    fee = fees.assessed(
        appointment, fee_rules.assess(facts), kind=FeeKind.NO_SHOW, cancellation=None, decision=None,
        by=Actor.system(), at=NOW,
    )  # fmt: skip
    fee.save()
    return fee


def explained(fee: Fee, reader: ActorKind) -> str:
    return plain(fee_explained.lines(fee, reader=reader, zone=ZONE)[0])


def of(fee: Fee) -> list[str]:
    return [plain(str(line)) for line in fee_steps.of_fee(fee, reader=ActorKind.PROVIDER, zone=ZONE)]


# --- Every source, to both readers ---

GENEROUS = policy(free_passes=2, pass_days=90, free_if_filled=True, rebook_days=7)
SHARES = replace(policy(session_price=Decimal(150), late_percent=50, first_session_percent=50).priced(), words="")
LAST: list[tuple[Facts, str, str]] = [
    (
        facts_of(cause=Cause.PROVIDER),
        "What happened: your side canceled, so no fee applies.",
        "What happened: Maya’s side canceled, so no fee applies.",
    ),
    (
        facts_of(cause=Cause.NEITHER),
        "What happened: nobody caused this cancellation, so no fee applies.",
        "What happened: nobody caused this cancellation, so no fee applies.",
    ),
    (
        facts_of(reason_may_owe=False),
        "What happened: it was canceled for a reason that never owes a fee, so no fee applies.",
        "What happened: it was canceled for a reason that never owes a fee, so no fee applies.",
    ),
    (
        facts_of(told_at=facts_of().start - 26 * HOUR),
        f"It was canceled: 26 h before the start; free until {DEADLINE}, 24 hours ahead, so no fee applies.",
        f"It was canceled: 26 h before the start; free until {DEADLINE}, 24 hours ahead, so no fee applies.",
    ),
    (
        facts_of(agreed=None),
        "Agreed: Jordan agreed to no fee for this appointment, so no fee applies.",
        "Agreed: you agreed to no fee for this appointment, so no fee applies.",
    ),
    (
        facts_of(payer_limit=Decimal(0)),
        "Oxbow Mutual: fees for missed visits are not allowed, so no fee applies.",
        "Your plan: fees for missed visits are not allowed, so no fee applies.",
    ),
    (
        facts_of(agreed=GENEROUS, in_force=GENEROUS),
        "Free pass: number 1 of 2 in 90 days, so it is $0.00.",
        "Free pass: number 1 of 2 in 90 days, so it is $0.00.",
    ),
    (
        facts_of(given_passes=1),
        "Free pass: given as you had canceled late or not come, so it is $0.00.",
        "Free pass: given to you, as your provider had canceled late or not come, so it is $0.00.",
    ),
    (
        facts_of(agreed=policy(free_if_filled=True), refilled=True),
        "Since then: someone else took the time, so it is $0.00.",
        "Since then: someone else took the time, so it is $0.00.",
    ),
    (
        facts_of(agreed=policy(rebook_days=7), rebooked=True),
        "Since then: Jordan booked again and came, so it is $0.00.",
        "Since then: you booked again and came, so it is $0.00.",
    ),
]


@pytest.mark.parametrize(("facts", "hers", "theirs"), LAST)
def test_the_last_step_says_why_nothing_is_owed(facts: Facts, hers: str, theirs: str) -> None:
    assert told(facts, ActorKind.PROVIDER)[-1] == hers
    assert told(facts, ActorKind.CLIENT)[-1] == theirs


def test_a_share_and_a_first_session_say_how_they_come_about() -> None:
    asked = "$75.00 inside 24 hours, 50% of the session price of $150.00; a first session owes 50% of it, $37.50"
    assert told(facts_of(agreed=SHARES, in_force=SHARES, first_session=True), ActorKind.CLIENT)[1:] == [
        f"You agreed on Jan 12, 2026: {asked}.",
        f"The policy of that day: {asked}, so it stays $37.50.",
        "The practice’s limit: $200.00, so it stays $37.50.",
    ]


@given(facts)
def test_every_step_has_its_line_and_the_last_line_its_amount(f: Facts) -> None:
    assessment = fee_rules.assess(f)
    for reader in (ActorKind.PROVIDER, ActorKind.CLIENT):
        lines = fee_steps.lines(story(assessment), reader=reader)
        amounts = [line.amount for line in lines if line.amount is not None]
        assert amounts == [step.amount for step in assessment.steps if step.amount is not None]
        assert (lines[-1].amount or 0) == assessment.amount
        assert "Oxbow" not in "".join(map(str, lines)) or reader == ActorKind.PROVIDER


def test_in_spanish_it_says_the_same() -> None:
    deadline = "lun, 9 de mar, 2:00 p.m. EDT"
    with translation.override("es"):
        assert told(facts_of(payer_limit=Decimal(60)), ActorKind.CLIENT) == [
            f"Se canceló: 22 h antes del inicio; sin cargo hasta {deadline}, con 24 horas de anticipación.",
            "Usted aceptó el Jan 12, 2026: $75.00 con menos de 24 horas.",
            "La política de ese día: $75.00 con menos de 24 horas, así que sigue en $75.00.",
            "El límite del consultorio: $200.00, así que sigue en $75.00.",
            "Su plan: como máximo $60.00 por una cita perdida, así que queda en $60.00.",
        ]


def told(facts: Facts, reader: ActorKind) -> list[str]:
    return [plain(str(line)) for line in fee_steps.lines(story(fee_rules.assess(facts)), reader=reader)]


def story(assessment: Assessment) -> Story:
    return Story(
        client="Jordan", provider="Maya", payer="Oxbow Mutual", agreed_on="Jan 12, 2026", assessment=assessment,
        zone=ZONE,
    )  # fmt: skip
