"""Who gets where by a booking link: ended and replaced ones, other people's appointments, and those who work here."""

from datetime import timedelta

from django.test import Client as Browser

from appointments.models import Appointment, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10
from appointments.tests.test_booking_page import choice, html, nothing_happened, url, words
from clients import links
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede
from practice.tests.factories import make_provider

# --- Links ---


def test_a_link_that_was_replaced_ended_never_was_or_lost_its_provider_says_so_and_whom_to_reach(
    visitor: Browser, care: CareRelationship, maya: Provider
) -> None:
    done = booked(maya, care.client)
    ended = care_of(make_client(maya, last_name="Ended"), maya)
    ended.ended_at = NOW
    ended.save()
    replaced = url(care)
    links.replace(care, by=Actor.provider(maya.user_id), at=NOW)
    pages = []
    sam = make_provider(display_name="Sam Ortiz")
    gone = url(CareRelationship.objects.create(provider=sam, client=care.client))
    sam.user.is_active = False
    sam.user.save()
    for path in (replaced, f"{replaced}{done.uid}/", url(ended), gone, "/b/never-was/", "/b/%00/"):
        response = visitor.get(path)
        assert response.status_code == 404
        pages.append(words(response))
    assert "This link no longer works It was replaced by a new one, or has ended." in pages[0]
    assert "call (212) 555-0100 or write to office@alderstreet.example" in pages[0]
    assert len(set(pages)) == 1
    for path in (replaced, url(ended), gone):
        assert visitor.post(path, choice(care)).status_code == 404
    assert Appointment.objects.count() == 1
    assert "Book a time with" in words(visitor.get(url(CareRelationship.objects.get(pk=care.pk))))


def test_an_appointment_is_reached_through_its_own_link_alone(
    visitor: Browser, care: CareRelationship, maya: Provider, jordan: Client
) -> None:
    theirs = booked(maya, make_client(maya))
    sam = make_provider(display_name="Sam Ortiz")
    CareRelationship.objects.create(provider=sam, client=jordan)
    with_sam = booked(sam, jordan)
    for other in (theirs, with_sam):
        assert visitor.get(url(care, f"{other.uid}/")).status_code == 404
    assert visitor.get(url(care_of(jordan, sam), f"{with_sam.uid}/")).status_code == 200


def test_what_the_provider_booked_says_that_no_fee_can_follow(visitor: Browser, care: CareRelationship) -> None:
    done = booked(care.provider, care.client, start=FRIDAY_10, acknowledged=False)
    page = words(visitor.get(url(care, f"{done.uid}/")))
    assert (
        "You can cancel until Thu, Mar 5, 10:00 AM EST, 24 hours ahead. "
        "No fee can follow: you have not agreed to one for this appointment."
    ) in page
    assert "agreed to this" not in page


def test_what_was_canceled_or_is_over_says_so(visitor: Browser, care: CareRelationship) -> None:
    canceled = booked(care.provider, care.client, status="canceled")
    over = booked(care.provider, care.client, start=NOW - timedelta(hours=2))
    page = visitor.get(url(care, f"{canceled.uid}/"))
    assert "This appointment was canceled" in words(page)
    assert '<s class="struck">' in html(page)
    assert "This appointment is over" in words(visitor.get(url(care, f"{over.uid}/")))
    for appointment in (canceled, over):
        page = visitor.get(url(care, f"{appointment.uid}/"))
        assert "To cancel" not in words(page)
        assert "Book another time" in words(page)


def test_a_later_lower_notice_counts_on_the_page_too(visitor: Browser, care: CareRelationship) -> None:
    done = booked(care.provider, care.client, start=FRIDAY_10)
    supersede(care.provider, terms=Terms(12, 75, 75, 15), by=Actor.system(), at=NOW)  # type: ignore[arg-type]
    page = words(visitor.get(url(care, f"{done.uid}/")))
    assert "You can cancel free of charge until Thu, Mar 5, 10:00 PM EST, 12 hours ahead." in page


# --- Who is not the client ---


def test_the_provider_is_led_to_their_own_booking_page(as_maya: Browser, care: CareRelationship) -> None:
    for response in (as_maya.get(url(care)), as_maya.post(url(care), choice(care))):
        assert (response.status_code, response["Location"]) == (302, f"/clients/{care.client_id}/book/")
    assert nothing_happened()
    done = booked(care.provider, care.client)
    assert as_maya.get(url(care, f"{done.uid}/"))["Location"] == f"/appointments/{done.uid}/"


def test_another_provider_and_the_office_are_told_and_book_nothing(
    visitor: Browser, as_office: Browser, care: CareRelationship, sam: Provider
) -> None:
    visitor.force_login(sam.user)
    for browser in (visitor, as_office):
        for response in (browser.get(url(care)), browser.post(url(care), choice(care))):
            assert response.status_code == 403
            assert "This link belongs to a client You are signed in as part of the practice" in words(response)
    assert f'href="/admin/clients/client/{care.client_id}/change/"' in html(as_office.get(url(care)))
    assert "/admin/" not in html(visitor.get(url(care)))
    assert nothing_happened()


def test_who_works_here_and_is_a_client_too_books_as_the_client(visitor: Browser, care: CareRelationship) -> None:
    user = care.client.user
    assert user is not None
    user.is_staff = True
    user.save()
    visitor.force_login(user)
    visitor.post(url(care), choice(care))
    assert HistoryEntry.objects.get().actor == "client"
