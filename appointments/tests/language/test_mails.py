"""All that is mailed to a client can be said in another language: text, HTML, subject and calendar part."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.template import Template
from django.test import TestCase
from django.test.signals import template_rendered

from appointments import (
    agreement,
    attendance,
    booking,
    cancellation,
    fees,
    late_requests,
    letting_go,
    reschedule_requests,
)
from appointments.emails import reminder
from appointments.fees import Answer, FeeChoice, FeeDecision
from appointments.models import AbsenceReport, CancellationReason
from appointments.tests.factories import NOW, booked
from appointments.tests.language.reader import Reader, in_english, in_english_on, written_in
from appointments.tests.paying import paid
from appointments.tests.test_cancellation import cancel
from clients import addresses, messages
from clients import care as caring
from clients.models import CareRelationship, Client, Payer
from notifications import outbox
from notifications.models import OutboxMessage
from practice import accounts
from practice.actors import Actor
from practice.models import Provider, User
from practice.models.provider import Format
from practice.tests.signing_in import just_signed_in
from practice.tests.test_second_step import adds_an_app

pytestmark = pytest.mark.only_sqlite

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY_10 = datetime(2026, 3, 6, 15, tzinfo=NOW.tzinfo)


def mail_templates() -> set[str]:
    """Of each mail to a client, and of those about an account."""
    root = Path(configured.BASE_DIR) / "templates"
    found = [*root.glob("*/email/*_client.html"), *root.glob("account/email/*_message.html")]
    return {path.relative_to(root).as_posix() for path in found} | {"practice/email/address_changed.html"}


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """The names of the templates that a test has used."""
    names: set[str] = set()

    def note(sender: object, template: Template, **_: object) -> None:
        names.add(template.name or "")

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def booked_moved_and_asked(maya: Provider, rosa: Client, care: CareRelationship, office: User) -> None:
    by_rosa, by_maya, by_office = Actor.client(rosa.user_id), Actor.provider(maya.user_id), Actor.admin(office.pk)
    policy = maya.fee_policies.latest("pk")
    why = CancellationReason.objects.get(key="provider-not-available")
    for hours, by in enumerate((by_rosa, by_maya, by_office)):
        start = FRIDAY_10 + hours * HOUR
        made = booking.book(care, start=start, format=Format.IN_PERSON, by=by, at=NOW, agreed=policy)
        if by != by_rosa:
            agreement.give(made, policy=policy, by=by_rosa, at=NOW)
        moved = booking.reschedule(made, start=start + 3 * DAY, format=Format.VIDEO, by=by, at=NOW, agreed=policy)
        asked = reschedule_requests.ask(
            moved,
            by=by_office if by == by_rosa else by_maya,
            note="⟦⟧",
            reason=why,
            let_go_at=None,
            block=False,
            at=NOW,
        )
        OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)
        reschedule_requests.withdraw(asked, by=by_maya, at=NOW)
    due = booked(maya, rosa, start=NOW + 2 * DAY)
    reschedule_requests.ask(due, by=by_maya, note="", reason=why, let_go_at=NOW + HOUR, block=False, at=NOW)
    assert letting_go.let_go_due(at=NOW + HOUR) == 1


def canceled_and_back(maya: Provider, rosa: Client, office: User) -> None:
    by_rosa, by_maya, by_office = Actor.client(rosa.user_id), Actor.provider(maya.user_id), Actor.admin(office.pk)
    for key in ("not-well", "in-distress"):
        mine = booked(maya, rosa, start=NOW + 4 * DAY)
        cancel(mine, by_rosa, key, send_link=key == "not-well")
        OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)
        cancellation.restore(mine, by=by_rosa if key == "not-well" else by_office, at=NOW)
        cancel(mine, by_office)
    for hours, (choice, then) in enumerate(
        ((FeeChoice.REDUCE, "settle"), (FeeChoice.WAIVE, "restore"), (FeeChoice.CHARGE, "waive"), (None, "decide"))
    ):
        near = booked(maya, rosa, start=NOW + (10 + hours) * HOUR)
        decision = FeeDecision(choice, Decimal(75), Decimal(40), why="w") if choice else None
        cancel(near, by_maya if choice else by_office, fee=decision)
        fee = near.fees.get()
        if then == "settle":
            paid(fee, by=by_maya)
            OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)
            fees.unsettle(fee, why="w", by=by_office, at=NOW)
            paid(fee, by=by_maya)
        elif then == "waive":
            fees.waive(fee, why="w", by=by_maya, at=NOW)
        elif then == "decide":
            lower = FeeDecision(FeeChoice.REDUCE, Decimal(75), Decimal(40), why="w")
            fees.decide(fee, decision=lower, by=by_maya, at=NOW)
        OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)
        cancellation.restore(near, by=by_maya, at=NOW) if then == "restore" else None
    for hours, how in enumerate(Answer):
        near = booked(maya, rosa, start=NOW + (15 + hours) * HOUR)
        cancel(near, by_maya, fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)))
        fees.dispute(near.fees.get(), words="w", by=by_rosa, at=NOW)
        by = by_office if how == Answer.WAIVED else by_maya
        fees.answer(near.fees.get(), answer=how, reduced_to=Decimal(40), words="w", by=by, at=NOW)
    for limit in (Decimal(0), Decimal(50)):
        rosa.payer = Payer.objects.filter(rule="forbidden" if not limit else "allowed").first()
        rosa.save()
        cancel(booked(maya, rosa, start=NOW + 20 * HOUR), by_office)
    cancel(booked(maya, rosa, start=NOW + 20 * HOUR, acknowledged=None), by_maya)


def told_otherwise(maya: Provider, rosa: Client, care: CareRelationship) -> None:
    by_rosa, by_maya = Actor.client(rosa.user_id), Actor.provider(maya.user_id)
    fits = CancellationReason.objects.get(key="not-well")
    for hours in (1, 3):
        asked = late_requests.ask(
            booked(maya, rosa, start=NOW + hours * HOUR), by=by_rosa, reason=fits, note="", at=NOW
        )
        late_requests.decline(asked, by=by_maya, words="⟦⟧", at=NOW + 2 * HOUR)
    for acknowledged in (True, None):
        there = booked(maya, rosa, start=NOW + 30 * HOUR, acknowledged=acknowledged)
        for number, which in enumerate(reminder.Which):
            policy = maya.fee_policies.latest("pk")
            mail = reminder.to_client(there, which=which, number=number, policy=policy, at=NOW + number * 20 * HOUR)
            outbox.enqueue(mail, at=NOW)
        cancel(there, by_rosa, "not-well")
    messages.send(care, by=by_maya, text="⟦⟧", at=NOW)
    caring.invite(rosa, by=by_maya, at=NOW)
    addresses.change(rosa, to="rosa@example.com", at=NOW)
    rosa.refresh_from_db()
    rosa.discreet = True
    rosa.save()
    cancel(booked(maya, rosa, start=NOW + 40 * HOUR), by_rosa, "not-well")


def whether_they_met(maya: Provider, rosa: Client, office: User) -> None:
    by_rosa, by_maya, by_office = Actor.client(rosa.user_id), Actor.provider(maya.user_id), Actor.admin(office.pk)
    for days, how in enumerate(AbsenceReport.Answer, start=1):
        there = booked(maya, rosa, start=NOW - days * DAY)
        fee = FeeDecision(FeeChoice.CHARGE, attendance.owed(there, at=NOW).amount)
        attendance.mark_no_show(there, by=by_maya, fee=fee, at=NOW)
        OutboxMessage.objects.filter(status="queued").update(status="sent", sent_at=NOW)
        attendance.mark_completed(there, by=by_office, at=NOW)
        report = attendance.report_absence(there, by=by_rosa, words="⟦⟧", at=NOW)
        by = by_office if how == AbsenceReport.Answer.MET else by_maya
        attendance.answer_absence(report, by=by, answer=how, words="⟦⟧", at=NOW)


def account_mails(rosa: Client) -> None:
    assert rosa.user is not None
    EmailAddress.objects.create(user=rosa.user, email=rosa.user.email, verified=True, primary=True)
    browser = just_signed_in(rosa.user)
    for url in ("/accounts/login/code/", "/accounts/password/reset/"):
        type(browser)().post(url, {"login": rosa.user.email, "email": rosa.user.email})
    adds_an_app(browser)
    with TestCase.captureOnCommitCallbacks(execute=True):
        browser.post("/accounts/security/recovery-codes/generate/")
    accounts.change_sign_in(rosa.user, email="rosa.diaz@example.com", at=NOW)


def test_every_mail(
    marked: None,
    reader: Reader,
    rendered: set[str],
    maya: Provider,
    rosa: Client,
    care: CareRelationship,
    office: User,
    now: datetime,
) -> None:
    booked_moved_and_asked(maya, rosa, care, office)
    canceled_and_back(maya, rosa, office)
    whether_they_met(maya, rosa, office)
    told_otherwise(maya, rosa, care)
    account_mails(rosa)
    mails = OutboxMessage.objects.exclude(about__startswith="provider:")
    found: dict[str, list[str]] = {}
    for mail in mails:
        for text in (mail.subject, mail.text, *written_in(mail.calendar)):
            found.setdefault(mail.key, []).extend(in_english(text, known=reader.known))
        found[mail.key] += in_english_on(mail.html, known=reader.known)
    assert {key: left for key, left in found.items() if left} == {}
    assert mail_templates() - rendered == set()

    theirs = OutboxMessage.objects.filter(about__startswith="provider:")
    assert len(theirs) > 10
    said = {mail.key: f"{mail.subject}{mail.text}{mail.html}{mail.calendar}".replace("⟦⟧", "") for mail in theirs}
    assert [key for key, text in said.items() if "⟦" in text] == []
