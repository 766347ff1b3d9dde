"""The provider books for a client: their own clock, the client's beside it, and nothing agreed to."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_booking_page import html, nothing_happened, value, words
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.models import Provider


def url(client: Client, query: str = "") -> str:
    return f"/clients/{client.pk}/book/{query}"


SENT = {"start": value(FRIDAY_10), "format": "video"}


def test_the_page_says_that_nothing_is_agreed_to(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    page = words(as_maya.get(url(jordan)))
    assert "Book an appointment for Jordan 50 minutes. Your clock and Jordan’s are the same." in page
    assert "Nothing is agreed to, so no late fee can follow." in page
    assert "Jordan can cancel online until 24 hours before the start." in page
    for absent in ("I have read", "fee of up to"):
        assert absent not in page


def test_times_inside_the_minimum_notice_are_offered_to_the_provider(
    as_maya: Browser, jordan: Client, care: CareRelationship
) -> None:
    assert "Tue, Mar 3 EST 11:00 AM 11:30 AM" in words(as_maya.get(url(jordan)))


def test_the_clients_clock_stands_beside_where_it_differs(
    as_maya: Browser, jordan: Client, care: CareRelationship
) -> None:
    jordan.time_zone = "America/Chicago"
    jordan.save()
    page = words(as_maya.get(url(jordan)))
    assert "Jordan’s time stands below yours." in page
    assert "Fri, Mar 6 EST 9:00 AM 8:00 AM CST 9:30 AM 8:30 AM CST" in page


def test_booking_ends_on_the_appointments_details(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    response = as_maya.post(url(jordan), SENT)
    done = Appointment.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/appointments/{done.uid}/")
    assert (done.start, done.acknowledged_policy, done.acknowledged_at) == (FRIDAY_10, None, None)
    assert (HistoryEntry.objects.get().actor, HistoryEntry.objects.get().user) == ("provider", care.provider.user)
    assert OutboxMessage.objects.count() == 2


def test_twice_leads_to_the_same_appointment(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    first, second = as_maya.post(url(jordan), SENT), as_maya.post(url(jordan), SENT)
    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_a_time_taken_meanwhile_is_refused_with_the_nearest_others(
    as_maya: Browser, jordan: Client, care: CareRelationship, maya: Provider
) -> None:
    booked(maya, make_client(maya), start=FRIDAY_10)
    response = as_maya.post(url(jordan), SENT)
    assert "That time is no longer free, so nothing was booked." in words(response)
    assert "Nearest free times Fri, Mar 6, 9:00 AM EST Fri, Mar 6, 11:00 AM EST" in words(response)
    assert Appointment.objects.count() == 1


def test_without_a_time_nothing_is_booked(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    response = as_maya.post(url(jordan), {"format": "video"})
    assert "Choose a time." in words(response)
    assert "<title>Error: Book an appointment for Jordan" in html(response)
    assert nothing_happened()


def test_opening_the_page_changes_nothing(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    as_maya.get(url(jordan, f"?start={value(FRIDAY_10)}&format=video"))
    as_maya.head(url(jordan))
    assert nothing_happened()


def test_where_care_has_ended_nothing_is_offered(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    care.ended_at = NOW
    care.save()
    page = as_maya.get(url(jordan))
    assert "Your work with Jordan has ended here Nothing can be booked" in words(page)
    assert 'name="start"' not in html(page)
    as_maya.post(url(jordan), SENT)
    assert nothing_happened()


def test_a_provider_without_hours_is_sent_to_set_them(as_maya: Browser, jordan: Client, care: CareRelationship) -> None:
    care.provider.weekly_hours.all().delete()
    page = as_maya.get(url(jordan))
    assert "No free times in the next 60 days" in words(page)
    assert re.search(r'href="/settings/hours/"[^>]*>See your hours', html(page))


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_providers_client_is_not_there(as_maya: Browser, sam: Provider, method: str) -> None:
    theirs = make_client(sam)
    assert getattr(as_maya, method)(url(theirs), SENT).status_code == 404
    assert nothing_happened()


def test_a_client_and_a_stranger_do_not_get_there(as_jordan: Browser, jordan: Client, care: CareRelationship) -> None:
    assert as_jordan.get(url(jordan)).status_code == 404
    assert Browser().get(url(jordan))["Location"].startswith("/accounts/login/?next=/clients/")


@pytest.mark.only_sqlite
def test_the_page_takes_as_many_queries_beside_30_appointments_as_beside_1(
    as_maya: Browser, jordan: Client, care: CareRelationship, maya: Provider
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_maya.get(url(jordan)).status_code == 200
        return len(captured)

    booked(maya, jordan, start=FRIDAY_10)
    beside_one = queries()
    for number in range(30):
        booked(maya, jordan, start=FRIDAY_10 + timedelta(days=1 + number))
    assert queries() == beside_one
