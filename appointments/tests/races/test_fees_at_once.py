"""Fees at the same instant: who objects while it is paid, and who answers, pays or takes back while another answers."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from appointments import cancellation, fee_refusals, fees, refusals, waivers
from appointments.fees import Answer, FeeChoice, FeeDecision
from appointments.models import Fee, HistoryEntry, Objection, WaiverRequest
from appointments.tests.factories import NOW, booked
from appointments.tests.paying import paid
from appointments.tests.races.test_cancel_at_once import cancel
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.tests.at_once import at_once
from practice.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=5)
ROUNDS = range(4)


def due(maya: Provider, jordan: Client, number: int) -> Fee:
    appointment = booked(maya, jordan, start=NOW + timedelta(hours=2 + number))
    charge = FeeDecision(FeeChoice.CHARGE, shown=Decimal(75))
    cancel(appointment, Actor.provider(maya.user_id), "client-asked", charge)()
    return Fee.objects.get(appointment=appointment)


def objecting(fee: Fee, jordan: Client) -> Callable[[], object]:
    return partial(fees.dispute, fee, words="Why?", by=Actor.client(jordan.user_id), at=LATER)


def answering(fee: Fee, how: Answer, by: Actor) -> Callable[[], object]:
    return partial(fees.answer, fee, answer=how, reduced_to=None, words="So.", by=by, at=LATER)


def names(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def told(kind: str, fee: Fee) -> int:
    return HistoryEntry.objects.filter(kind=kind, appointment=fee.appointment).count()


def test_a_fee_is_objected_to_or_paid_and_never_both(maya: Provider, jordan: Client) -> None:
    for number in ROUNDS:
        fee = due(maya, jordan, number)
        pay = partial(paid, fee, by=Actor.provider(maya.user_id), at=LATER)
        results = at_once([objecting(fee, jordan), pay])
        fee.refresh_from_db()
        if fee.status == "paid":
            assert isinstance(results[0], fee_refusals.NothingIsDue)
            assert str(results[0]) == "This fee is paid."
            assert not Objection.objects.filter(fee=fee).exists()
        else:
            assert isinstance(results[1], refusals.FeeNotOpen)
            assert (fee.status, Objection.objects.filter(fee=fee).count()) == ("disputed", 1)
        assert told("fee_paid", fee) + told("fee_disputed", fee) == 1


def test_two_presses_of_a_client_are_one_objection(maya: Provider, jordan: Client) -> None:
    for number in ROUNDS:
        fee = due(maya, jordan, number)
        assert names(at_once([objecting(fee, jordan)] * 3)) == ["ObjectedAlready", "ObjectedAlready", "Objection"]
        assert told("fee_disputed", fee) == 1
    assert OutboxMessage.objects.filter(kind="fee_disputed").count() == len(ROUNDS)


def test_provider_and_office_answer_once_and_the_second_is_told(maya: Provider, jordan: Client, office: User) -> None:
    for number in ROUNDS:
        fee = due(maya, jordan, number)
        objecting(fee, jordan)()
        keeps = answering(fee, Answer.UPHELD, Actor.provider(maya.user_id))
        waives = answering(fee, Answer.WAIVED, Actor.admin(office.pk))
        results = at_once([keeps, waives])
        assert names(results) == ["Fee", "FeeNotOpen"]
        fee.refresh_from_db()
        kept = Objection.objects.get(fee=fee)
        assert (fee.status, kept.answer) in {("due", "upheld"), ("waived", "waived")}
        assert kept.answered_by == ("provider" if kept.answer == "upheld" else "admin")
        assert told("fee_answered", fee) == 1
    assert OutboxMessage.objects.filter(kind="fee_answered").count() == len(ROUNDS)


def test_a_cancellation_taken_back_while_its_fee_is_objected_to_or_answered_leaves_no_fee(
    maya: Provider, jordan: Client
) -> None:
    by = Actor.provider(maya.user_id)
    for number in ROUNDS:
        fee = due(maya, jordan, number)
        back = partial(cancellation.restore, fee.appointment, by=by, at=LATER)
        act = objecting(fee, jordan)
        if number % 2:
            act()
            act = answering(fee, Answer.UPHELD, by)
        results = at_once([back, act])
        assert not isinstance(results[0], Exception)
        assert isinstance(results[1], Objection | Fee | fee_refusals.NothingIsDue | refusals.FeeNotOpen)
        fee.refresh_from_db()
        assert fee.status == "void"


def waiting(maya: Provider, jordan: Client, number: int) -> WaiverRequest:
    """A due fee, that Maya asks to waive."""
    Practice.objects.update(waiver_limit=Decimal(50))
    fee = due(maya, jordan, number)
    fees.waive(fee, why="A hard week", by=Actor.provider(maya.user_id), at=LATER)
    return WaiverRequest.objects.get(fee=fee)


def test_two_in_the_office_approve_once(maya: Provider, jordan: Client, office: User) -> None:
    second = UserFactory.create(email="second@example.com", is_staff=True)
    for number in ROUNDS:
        request = waiting(maya, jordan, number)
        approve = partial(waivers.approve, request, words="y", at=LATER)
        both = [partial(approve, by=Actor.admin(one.pk)) for one in (office, second)]
        assert names(at_once(both)) == ["ApprovalClosed", "Fee"]
        request.refresh_from_db()
        assert (request.outcome, request.closed_by_id in {office.pk, second.pk}) == ("approved", True)
        assert told("waiver_approved", request.fee) == 1
    assert OutboxMessage.objects.filter(kind="fee_decided").count() == len(ROUNDS)


def test_one_approves_while_another_declines(maya: Provider, jordan: Client, office: User) -> None:
    second = UserFactory.create(email="second@example.com", is_staff=True)
    for number in ROUNDS:
        request = waiting(maya, jordan, number)
        yes = partial(waivers.approve, request, words="y", by=Actor.admin(office.pk), at=LATER)
        no = partial(waivers.decline, request, words="n", by=Actor.admin(second.pk), at=LATER)
        results = at_once([yes, no])
        assert names(results).count("ApprovalClosed") == 1
        request.refresh_from_db()
        status = Fee.objects.get(pk=request.fee_id).status
        assert (request.outcome, status) in {("approved", "waived"), ("declined", "due")}


def test_a_fee_is_waived_by_approval_or_paid_and_never_both(maya: Provider, jordan: Client, office: User) -> None:
    for number in ROUNDS:
        request = waiting(maya, jordan, number)
        yes = partial(waivers.approve, request, words="y", by=Actor.admin(office.pk), at=LATER)
        pay = partial(paid, request.fee, by=Actor.provider(maya.user_id), at=LATER)
        results = at_once([yes, pay])
        request.refresh_from_db()
        status = Fee.objects.get(pk=request.fee_id).status
        if status == "paid":
            assert isinstance(results[0], fee_refusals.ApprovalClosed)
            assert request.outcome == "moot"
        else:
            assert isinstance(results[1], refusals.Refused)
            assert (status, request.outcome) == ("waived", "approved")


def test_asked_from_two_sides_at_once_it_is_asked_once(maya: Provider, jordan: Client, office: User) -> None:
    Practice.objects.update(waiver_limit=Decimal(50))
    for number in ROUNDS:
        fee = due(maya, jordan, number)
        by = [Actor.provider(maya.user_id), Actor.admin(office.pk)]
        results = at_once([partial(fees.waive, fee, why="x", by=one, at=LATER) for one in by])
        assert names(results) == ["ApprovalAsked", "Fee"]
        assert WaiverRequest.objects.filter(fee=fee).count() == 1
