"""What a POST of the booking page does: books, refuses, asks about a time inside the notice."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser

from appointments.models import Appointment, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10, policy_of
from appointments.tests.test_booking_page import NEAR, choice, html, nothing_happened, url, value, words
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede
from practice.zones import plain

# --- Booking ---


def test_booking_ends_on_the_appointments_own_page(visitor: Browser, care: CareRelationship) -> None:
    response = visitor.post(url(care), choice(care, format="in_person"))
    done = Appointment.objects.get()
    assert (done.start, done.format, done.acknowledged_policy) == (FRIDAY_10, "in_person", policy_of(care.provider))
    assert response.status_code == 302
    assert response["Location"] == url(care, f"{done.uid}/")
    page = words(visitor.get(response["Location"]))
    assert "Your appointment is booked 10:00–10:50 AM Friday, March 6 EST, with Maya Chen, LCSW" in page
    assert "Format In person Where 12 Alder Street, New York" in page
    assert (
        "You can cancel free of charge until Thu, Mar 5, 10:00 AM EST, 24 hours ahead. "
        "Later than that, or if you do not come, a fee of up to $75.00 may apply."
    ) in page
    assert "You agreed to this on Mar 3, 2026." in page
    assert "Sign in to cancel it. Later than that, call Maya at (212) 555-0186" in page
    for absent in ("Jordan", "Lee"):
        assert absent not in page


def test_the_chosen_zone_goes_along(visitor: Browser, care: CareRelationship) -> None:
    response = visitor.post(url(care, "?zone=Europe/Berlin&from=2026-03-06"), choice(care))
    done = Appointment.objects.get()
    assert response["Location"] == url(care, f"{done.uid}/?zone=Europe/Berlin")
    assert "4:00–4:50 PM Friday, March 6 CET" in words(visitor.get(response["Location"]))


def test_a_signed_in_client_books_in_their_own_name(as_jordan: Browser, care: CareRelationship, jordan: Client) -> None:
    as_jordan.post(url(care), choice(care))
    assert HistoryEntry.objects.get().user == jordan.user


def test_another_signed_in_client_does_not_lend_their_account(
    visitor: Browser, care: CareRelationship, maya: Provider
) -> None:
    other = make_client(maya)
    assert other.user is not None
    visitor.force_login(other.user)
    visitor.post(url(care), choice(care))
    entry = HistoryEntry.objects.get()
    assert (entry.actor, entry.user, entry.appointment.client) == ("client", None, care.client)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agree": None}, "To book, agree to this. To talk about it first, call Maya at (212) 555-0186."),
        ({"start": None}, "Choose a time."),
        ({"start": "soon"}, "Choose a time."),
        ({"start": "2026-03-06T10:00:00"}, "Choose a time."),
        ({"start": "9999-12-31T23:59:59Z"}, "Choose a time."),
        ({"format": None}, "Choose video or in person."),
        ({"format": "by_letter"}, "by_letter is not one of the available choices"),
        ({"policy": None}, "This field is required"),
        ({"policy": "0"}, "not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_is_kept(
    visitor: Browser, care: CareRelationship, changes: dict[str, object], told: str
) -> None:
    response = visitor.post(url(care), choice(care, **changes))
    assert told in words(response)
    assert "<title>Error: Book a time with Maya Chen" in html(response)
    assert nothing_happened()
    for target in re.findall(r'<li><a href="#([^"]+)"', html(response)):
        assert f'id="{target}"' in html(response) or target == "id_policy"
    if "start" not in changes:
        assert re.search(rf'value="{value(FRIDAY_10)}" checked', html(response))
        assert "Friday, March 6 10:00 AM until 10:50 AM EST, with Maya Chen, LCSW" in words(response)


def test_without_scripts_the_answer_tells_the_deadline_of_the_chosen_time(
    visitor: Browser, care: CareRelationship
) -> None:
    page = html(visitor.post(url(care), choice(care, agree=None)))
    shown = re.search(r'<p class="policy" data-when="ahead">(.*?)</p>', page, re.DOTALL)
    assert shown
    assert plain(shown[1]) == (
        'You can cancel free of charge until <strong data-fill="deadline">Thu, Mar 5, 10:00 AM EST</strong>, 24 hours '
        "ahead. Later than that, or if you do not come, a fee of up to <strong>$75.00</strong> may apply."
    )
    assert '<p class="policy" data-when="none" hidden>' in page
    assert '<p class="policy" data-when="near" hidden>' in page


def test_twice_leads_to_the_appointment_already_made(visitor: Browser, care: CareRelationship) -> None:
    first = visitor.post(url(care), choice(care))
    second = visitor.post(url(care), choice(care))
    assert first["Location"] == second["Location"]
    assert (Appointment.objects.count(), OutboxMessage.objects.count()) == (1, 2)


def test_a_time_taken_meanwhile_is_refused_with_the_nearest_others(
    visitor: Browser, care: CareRelationship, maya: Provider
) -> None:
    booked(maya, make_client(maya), start=FRIDAY_10)
    response = visitor.post(url(care), choice(care))
    page = words(response)
    assert "That time is no longer free, so nothing was booked. Other times near it are below." in page
    assert "Nearest free times Fri, Mar 6, 9:00 AM EST Fri, Mar 6, 11:00 AM EST Fri, Mar 6, 11:30 AM EST" in page
    assert not re.search(r'name="start"[^>]*checked', html(response))
    assert Appointment.objects.count() == 1
    visitor.post(url(care), choice(care, start=value(FRIDAY_10 + timedelta(hours=1))))
    assert Appointment.objects.filter(client=care.client).count() == 1


def test_a_policy_changed_meanwhile_is_shown_and_its_agreement_is_not_ticked(
    visitor: Browser, care: CareRelationship
) -> None:
    shown = policy_of(care.provider)
    supersede(care.provider, terms=Terms(48, 90, 90, 15), by=Actor.system(), at=NOW)  # type: ignore[arg-type]
    response = visitor.post(url(care), choice(care, policy=shown.pk))
    assert "What applies when plans change is new since you opened this page, so nothing was booked." in words(response)
    assert "until Wed, Mar 4, 10:00 AM EST, 48 hours ahead. Later than that" in words(response)
    assert "$90.00" in words(response)
    assert '<input type="checkbox" name="agree" id="id_agree">' in html(response)
    assert f'name="policy" value="{policy_of(care.provider).pk}"' in html(response)
    assert nothing_happened()


# --- Inside the notice ---


def test_a_time_inside_the_notice_is_asked_about_and_then_booked(visitor: Browser, care: CareRelationship) -> None:
    asked = visitor.post(url(care), choice(care, start=value(NEAR)))
    assert (
        "Nothing is booked yet This is less than 24 hours ahead, so it can’t be canceled online. If you cancel or do "
        "not come, a fee of up to $75.00 may apply. Book it anyway, or choose another time."
    ) in words(asked)
    assert ">Book it anyway</button>" in html(asked)
    assert f'<input type="hidden" name="near" value="{value(NEAR)}">' in html(asked)
    assert 'name="agree" id="id_agree" checked' in html(asked)
    assert nothing_happened()

    done = visitor.post(url(care), choice(care, start=value(NEAR), near=value(NEAR)))
    page = words(visitor.get(done["Location"]))
    assert "This is less than 24 hours ahead, so it can’t be canceled online. If you cancel or do not come" in page
    assert "To cancel, call Maya at (212) 555-0186 or write to maya.chen@example.com." in page
    assert "free of charge" not in page


def test_knowing_of_one_time_is_not_knowing_of_another(visitor: Browser, care: CareRelationship) -> None:
    other = NEAR + timedelta(minutes=30)
    asked = visitor.post(url(care), choice(care, start=value(other), near=value(NEAR)))
    assert "Nothing is booked yet" in words(asked)
    assert f'name="near" value="{value(other)}"' in html(asked)
    assert nothing_happened()
