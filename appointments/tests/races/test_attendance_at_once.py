"""Two mark one session at the same instant, or one marks it while another cancels it or reports the provider."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from appointments import attendance_refusals, refusals
from appointments.attendance import Answer
from appointments.models import AbsenceReport, Appointment, Cancellation, Fee, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_absences import answer, report
from appointments.tests.test_attendance import attended, no_show, state
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(4)


def session(maya: Provider, jordan: Client, number: int) -> Appointment:
    return booked(maya, jordan, start=NOW - timedelta(days=number, hours=2))


def marks(appointment: Appointment) -> list[str]:
    kinds = ["completed", "no_show"]
    return list(HistoryEntry.objects.filter(appointment=appointment, kind__in=kinds).values_list("kind", flat=True))


def raised(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results if isinstance(result, Exception))


def test_a_no_show_and_attended_follow_each_other_and_the_last_mark_says_what_is_owed(
    maya: Provider, jordan: Client
) -> None:
    her = Actor.provider(maya.user_id)
    for number in ROUNDS:
        one = session(maya, jordan, number)
        results = at_once([partial(no_show, one, her), partial(attended, one, her)])
        assert raised(results) == []
        last = HistoryEntry.objects.filter(appointment=one, kind__in=["completed", "no_show"]).latest("pk").kind
        assert (sorted(marks(one)), state(one)) == (["completed", "no_show"], last)
        assert Fee.objects.get(appointment=one).status == ("due" if last == "no_show" else "void")


def test_20_presses_are_one_no_show_one_fee_and_one_mail(maya: Provider, jordan: Client) -> None:
    her = Actor.provider(maya.user_id)
    one = session(maya, jordan, 0)
    results = at_once([partial(no_show, one, her)] * 20)
    assert raised(results) == ["MarkedAlready"] * 19
    assert (marks(one), Fee.objects.count(), OutboxMessage.objects.count()) == (["no_show"], 1, 1)


def test_a_session_is_a_no_show_or_canceled_and_never_both(maya: Provider, jordan: Client, office: User) -> None:
    her, clerk = Actor.provider(maya.user_id), Actor.admin(office.pk)
    for number in ROUNDS:
        one = session(maya, jordan, number)
        cancels = partial(cancel, one, clerk, "provider-unwell")
        results = at_once([partial(no_show, one, her), cancels])
        no = next(result for result in results if isinstance(result, Exception))
        if state(one) == "canceled":
            assert isinstance(no, refusals.AlreadyCanceled)
            assert not Fee.objects.filter(appointment=one).exists()
        else:
            assert isinstance(no, refusals.NothingToCancel)
            assert not Cancellation.objects.filter(appointment=one).exists()
        assert len(raised(results)) == 1


def test_a_report_comes_before_the_mark_and_holds_it_or_after_it_and_is_kept(maya: Provider, jordan: Client) -> None:
    her = Actor.provider(maya.user_id)
    for number in ROUNDS:
        one = session(maya, jordan, number)
        results = at_once([partial(report, one), partial(no_show, one, her)])
        assert AbsenceReport.objects.get(appointment=one) == results[0]
        assert (state(one) == "no_show") == isinstance(results[1], Appointment)
        assert isinstance(results[1], Appointment | attendance_refusals.ReportFirst)


def test_20_presses_of_a_client_are_one_report_and_one_mail(maya: Provider, jordan: Client) -> None:
    one = session(maya, jordan, 0)
    results = at_once([partial(report, one)] * 20)
    assert raised(results) == ["ReportedAlready"] * 19
    assert (AbsenceReport.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_provider_and_office_answer_once(maya: Provider, jordan: Client, office: User) -> None:
    for number in ROUNDS:
        there = report(session(maya, jordan, number))
        acts: list[Callable[[], object]] = [
            partial(answer, there, Answer.CONFIRMED, Actor.provider(maya.user_id)),
            partial(answer, there, Answer.MET, Actor.admin(office.pk)),
        ]
        assert raised(at_once(acts)) == ["ReportNotOpen"]
        there.refresh_from_db()
        assert state(there.appointment) == ("provider_absent" if there.answer == "confirmed" else "completed")
