"""Objecting and answering in a browser: the client's Fees, the provider's and the office's answer, and strangers."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments import fees
from appointments.fees import Answer, FeeChoice
from appointments.models import Fee, Objection
from appointments.tests.factories import NOW
from appointments.tests.paying import paid
from appointments.tests.test_admin import act
from appointments.tests.test_client_fees import FEES, charged, decided
from appointments.tests.test_client_home import own, page, words
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

DAY = timedelta(days=1)


@pytest.fixture
def fee(maya: Provider, jordan: Client) -> Fee:
    return charged(maya, jordan, decided(FeeChoice.CHARGE))


def form_of(fee: Fee) -> str:
    return f"{own(fee.appointment)}object/"


def answer_of(fee: Fee) -> str:
    return f"/appointments/{fee.appointment.uid}/fee/answer/"


def object_to(fee: Fee, words: str = "My train stood still.\n<b>Sorry</b>") -> None:
    fees.dispute(fee, words=words, by=Actor.client(fee.appointment.client.user_id), at=NOW)


def user_of(client: Client) -> User:
    assert client.user is not None
    return client.user


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as made:
        act()
    return len(made)


# --- The client ---


def test_each_fee_shows_the_policy_as_it_was_accepted_and_until_when_to_object(
    as_jordan: Browser, fee: Fee, maya: Provider
) -> None:
    response = as_jordan.get(FEES)
    said = words(response)
    assert "The policy as you accepted it You can cancel free of charge until Mon, Mar 2, 3:44 PM EST, 24 hours" in said
    assert "Agreed on Jan 12, 2026." in said
    assert "Object until Thu, Apr 2, 11:44 AM EDT, or write to Maya" in said
    assert f'href="{form_of(fee)}"' in response.content.decode()


def test_what_is_not_due_or_too_old_has_no_button(as_jordan: Browser, maya: Provider, jordan: Client) -> None:
    waits, waived = charged(maya, jordan, hours=2), charged(maya, jordan, decided(FeeChoice.WAIVE), hours=4)
    old = charged(maya, jordan, decided(FeeChoice.CHARGE), hours=6)
    Fee.objects.filter(pk=old.pk).update(decided_at=NOW - 30 * DAY - timedelta(seconds=1))
    html = as_jordan.get(FEES).content.decode()
    assert "Object until" not in html
    for each in (waits, waived, old):
        assert form_of(each) not in html
        assert "Nothing was sent" in page(as_jordan, form_of(each))
    assert "The time to object to this fee has passed." in page(as_jordan, form_of(old))


def test_a_client_objects_and_both_read_the_same(as_jordan: Browser, as_maya: Browser, fee: Fee) -> None:
    form = page(as_jordan, form_of(fee))
    assert "Maya or the office reads it and keeps, reduces or waives the fee." in form
    assert "You can object once, until Thu, Apr 2, 11:44 AM EDT." in form
    assert Fee.objects.get().status == "due"

    done = as_jordan.post(form_of(fee), {"words": "My train stood still.\r\n<b>Sorry</b>"}, follow=True)

    assert done.redirect_chain == [(FEES, 302)]
    theirs = words(done)
    assert "Maya has your objection and answers it." in theirs
    assert "$75.00 You objected Nothing is to be paid until it is answered, and you get a mail then." in theirs
    assert "You objected to the fee of $75.00 Tue, Mar 3, 10:44 AM EST My train stood still. <b>Sorry</b>" in theirs
    assert "<b>Sorry" not in done.content.decode()
    assert Objection.objects.get().words == "My train stood still.\n<b>Sorry</b>"
    hers = text(as_maya.get(answer_of(fee)))
    assert "Jordan objected to the fee of $75.00 Tue, Mar 3, 10:44 AM EST My train stood still. <b>Sorry</b>" in hers
    assert "Nothing is due yet" in theirs


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("", "Write in a few words what seems wrong."),
        (" \n", "Write in a few words what seems wrong."),
        ("x" * 2001, "At most 2,000 characters: this has 2001."),
    ],
)
def test_it_needs_words_and_not_too_many(said: str, refusal: str, as_jordan: Browser, fee: Fee) -> None:
    response = as_jordan.post(form_of(fee), {"words": said})
    assert refusal in words(response)
    assert "<title>Error:" in response.content.decode()
    assert not Objection.objects.exists()


def test_who_presses_twice_is_told_and_keeps_what_they_wrote(as_jordan: Browser, fee: Fee) -> None:
    as_jordan.post(form_of(fee), {"words": "Once"})
    again = words(as_jordan.post(form_of(fee), {"words": "Twice"}))
    assert "You objected to this fee on Tue, Mar 3, 10:44 AM EST. Nothing was sent twice." in again
    assert "What you wrote is below; it was not sent. Twice" in again
    assert Objection.objects.get().words == "Once"


def test_a_page_that_stood_open_for_too_long_is_refused(as_jordan: Browser, fee: Fee) -> None:
    with time_machine.travel(NOW + 30 * DAY + timedelta(seconds=1), tick=False):
        as_jordan = just_signed_in(user_of(fee.appointment.client))
        late = words(as_jordan.post(form_of(fee), {"words": "x"}))
    assert "The time to object to this fee has passed. Call Maya at (212) 555-0186" in late
    assert Fee.objects.get().status == "due"


def test_lost_at_the_last_moment_it_says_what_became_of_the_fee(
    as_jordan: Browser, fee: Fee, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = fees.dispute

    def paid_first(fee: Fee, **facts: object) -> Objection:
        paid(fee, by=Actor.admin(office.pk), at=NOW)
        return act(fee, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(fees, "dispute", paid_first)
    said = words(as_jordan.post(form_of(fee), {"words": "x"}))
    assert "Nothing was sent This fee is paid." in said
    assert "$75.00 Paid" in said


def test_nobody_else_reaches_it(fee: Fee, maya: Provider, as_maya: Browser, visitor: Browser) -> None:
    stranger = just_signed_in(user_of(make_client(maya)))
    for browser in (stranger, as_maya):
        assert browser.get(form_of(fee)).status_code == 404
        assert browser.post(form_of(fee), {"words": "x"}).status_code == 404
    assert visitor.post(form_of(fee), {"words": "x"}).headers["Location"].startswith("/accounts/login/")
    by_link = visitor.post(f"/m/{fee.appointment.manage_token}/object/", {"words": "x"})
    assert by_link.status_code == 404
    assert not Objection.objects.exists()


def test_behind_the_link_of_a_mail_nothing_of_it_shows(visitor: Browser, fee: Fee) -> None:
    object_to(fee)
    shown = text(visitor.get(f"/m/{fee.appointment.manage_token}/"))
    assert "train" not in shown
    assert "objected" not in shown


@pytest.mark.only_sqlite
def test_the_fees_page_asks_as_often_with_objections_as_without(
    as_jordan: Browser, maya: Provider, jordan: Client
) -> None:
    charged(maya, jordan, decided(FeeChoice.CHARGE), hours=1)
    as_jordan.get(FEES)
    one = queries(lambda: as_jordan.get(FEES))
    for _ in range(9):
        each = charged(maya, jordan, decided(FeeChoice.CHARGE), hours=2)
        object_to(each)
        fees.answer(each, answer=Answer.UPHELD, reduced_to=None, words="x", by=Actor.provider(maya.user_id), at=NOW)
    assert queries(lambda: as_jordan.get(FEES)) == one


# --- The provider ---


def test_it_stands_under_needs_you_until_it_is_answered(as_maya: Browser, fee: Fee) -> None:
    object_to(fee)
    dashboard = as_maya.get("/dashboard/")
    assert "Jordan Lee objects to the fee of $75.00" in text(dashboard)
    assert f'href="{answer_of(fee)}"' in dashboard.content.decode()
    as_maya.post(answer_of(fee), {"answer": "upheld", "words": "I am sorry"})
    assert "objects to the fee" not in text(as_maya.get("/dashboard/"))


@pytest.mark.parametrize(
    ("answer", "kept", "said"),
    [
        ({"answer": "upheld"}, ("due", Decimal(75)), "Maya kept the fee of $75.00"),
        ({"answer": "upheld", "reduced_to": "nonsense"}, ("due", Decimal(75)), "Maya kept the fee of $75.00"),
        ({"answer": "reduced", "reduced_to": "$20"}, ("due", Decimal(20)), "Maya reduced the fee from $75.00 to $20."),
        ({"answer": "waived"}, ("waived", Decimal(0)), "Maya waived the fee of $75.00"),
    ],
)
def test_the_provider_answers_and_both_read_the_record(
    *, answer: dict[str, str], kept: tuple[str, Decimal], said: str, as_maya: Browser, as_jordan: Browser, fee: Fee
) -> None:
    object_to(fee)
    done = as_maya.post(answer_of(fee), answer | {"words": "Get well soon."}, follow=True)
    assert done.redirect_chain == [(f"/appointments/{fee.appointment.uid}/fee/", 302)]
    hers = text(done)
    assert "Answered. Jordan gets a mail that says so." in hers
    assert f"{said.replace('Maya', 'You')}" in hers
    fee.refresh_from_db()
    assert (fee.status, fee.amount) == kept
    for shown in (page(as_jordan, FEES), page(as_jordan, own(fee.appointment))):
        assert said in shown
        assert "Get well soon." in shown
        assert "My train stood still." in shown
        assert "Object until" not in shown


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "Answer: Choose whether to keep, reduce or waive it."),
        ({"answer": "upheld", "words": " "}, "Write a few words: Jordan waits for an answer."),
        ({"answer": "reduced"}, "New amount: Enter the new amount."),
        ({"answer": "reduced", "reduced_to": "75"}, "Less than $75.00. To leave it as it is, choose Keep."),
        ({"answer": "reduced", "reduced_to": "0"}, "More than $0.00. To ask for nothing, choose Waive."),
    ],
)
def test_what_is_amiss_answers_nothing(answer: dict[str, str], words: str, as_maya: Browser, fee: Fee) -> None:
    object_to(fee)
    assert words in text(as_maya.post(answer_of(fee), {"words": "x"} | answer))
    assert Objection.objects.get().answer == ""


def test_the_second_to_answer_is_told(as_maya: Browser, fee: Fee, office: User) -> None:
    object_to(fee)
    fees.answer(fee, answer=Answer.WAIVED, reduced_to=None, words="x", by=Actor.admin(office.pk), at=NOW)
    said = text(as_maya.post(answer_of(fee), {"answer": "upheld", "words": "y"}, follow=True))
    assert "This fee is already waived, so nothing was changed." in said
    assert "The office waived the fee of $75.00" in said
    assert OutboxMessage.objects.filter(kind="fee_answered").count() == 1


def test_the_fee_page_leads_to_the_answer_and_offers_no_other_way(as_maya: Browser, fee: Fee) -> None:
    object_to(fee)
    shown = as_maya.get(f"/appointments/{fee.appointment.uid}/fee/")
    assert "Jordan objected to the late fee of $75.00" in text(shown)
    assert f'href="{answer_of(fee)}"' in shown.content.decode()
    assert "Waive this fee" not in text(shown)


def test_nobody_else_answers(fee: Fee, sam: Provider, as_jordan: Browser) -> None:
    object_to(fee)
    stranger = Browser()
    stranger.force_login(sam.user)
    for browser in (stranger, as_jordan):
        assert browser.get(answer_of(fee)).status_code == 404
        assert browser.post(answer_of(fee), {"answer": "waived", "words": "x"}).status_code == 404
    assert Objection.objects.get().answer == ""


def test_what_nobody_objects_to_is_shown_and_not_answered(as_maya: Browser, fee: Fee) -> None:
    assert as_maya.get(answer_of(fee)).headers["Location"] == f"/appointments/{fee.appointment.uid}/fee/"


@pytest.mark.only_sqlite
def test_page_and_act_make_few_queries(as_maya: Browser, fee: Fee) -> None:
    object_to(fee)
    as_maya.get(answer_of(fee))
    assert queries(lambda: as_maya.get(answer_of(fee))) <= 7
    assert queries(lambda: as_maya.post(answer_of(fee), {"answer": "waived", "words": "x"})) <= 21


# --- The timeline ---


def test_the_timeline_tells_both_each_in_their_words(as_maya: Browser, as_jordan: Browser, fee: Fee) -> None:
    object_to(fee)
    as_maya.post(answer_of(fee), {"answer": "reduced", "reduced_to": "20", "words": "Half of it, then."})
    hers, theirs = text(as_maya.get(f"/appointments/{fee.appointment.uid}/")), page(as_jordan, own(fee.appointment))
    assert "Jordan objected to the fee of $75.00" in hers
    assert "You reduced the fee from $75.00 to $20.00" in hers
    assert "You objected to the fee of $75.00" in theirs
    assert "Maya reduced the fee from $75.00 to $20.00" in theirs
    assert "In answer to an objection" not in theirs


# --- The office ---


def test_the_office_reads_every_objection_and_answers_by_the_same_act(as_clerk: Browser, clerk: User, fee: Fee) -> None:
    object_to(fee)
    kept = Objection.objects.get()
    listed = words(as_clerk.get("/admin/appointments/objection/"))
    assert "Jordan Lee Maya Chen 75.00 Tue, Mar 3, 2026, 10:44 AM EST Waits" in listed
    assert "My train stood still." in words(as_clerk.get(f"/admin/appointments/objection/{kept.pk}/change/"))
    answers = {"confirm": "1", "answer": "reduced", "reduced_to": "80", "words": "Half"}
    asks = words(act(as_clerk, "appointments_objection", "answer_objection", kept))
    assert "EST, $75.00: My train stood still." in asks
    refused = words(act(as_clerk, "appointments_objection", "answer_objection", kept, **answers))
    assert "More than $0.00 and less than $75.00." in refused
    done = act(as_clerk, "appointments_objection", "answer_objection", kept, **answers | {"reduced_to": "30"})
    assert "Reduced: Jordan Lee, who is being told." in words(done)
    kept.refresh_from_db()
    assert (kept.answered_by, kept.answered_by_user, kept.answered_amount) == ("admin", clerk, Decimal(30))
    again = words(act(as_clerk, "appointments_objection", "answer_objection", kept, **answers | {"reduced_to": "30"}))
    assert "This fee is already charged, so nothing was changed." in again
