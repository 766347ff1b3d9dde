"""The provider's clients: the list, one client's page, and a replaced booking link."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late, on_time
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import care_of, make_client
from practice.models import Provider
from practice.tests.reading import said

LIST = "/clients/"


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).replace("\xa0", " ").split())


def page_of(client: Client) -> str:
    return f"/clients/{client.pk}/"


def end_care(care: CareRelationship) -> None:
    care.ended_at = NOW - timedelta(days=30)
    care.save()


def test_clients_stand_by_name_each_with_the_next_appointment(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    amara = make_client(maya, first_name="Amara", last_name="Nwosu")
    late(maya, jordan)
    on_time(maya, amara)
    booked(maya, amara, start=NOW + timedelta(days=9))
    page = text(as_maya.get(LIST))
    assert page.index("Amara Nwosu") < page.index("Jordan Lee")
    assert "Tomorrow, 12:44 PM EST" in page
    assert "Tomorrow, 8:59 AM EST" in page


def test_a_session_going_on_is_now_and_a_canceled_one_is_no_next(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    going_on = booked(maya, jordan, start=NOW - timedelta(minutes=14))
    assert "Now, since 10:30 AM" in text(as_maya.get(LIST))
    Appointment.objects.filter(pk=going_on.pk).update(status="canceled")
    assert "None booked" in text(as_maya.get(LIST))


@pytest.mark.parametrize("typed", ["müller", "MULLER elod", "mul", "Elisabeth"])
def test_search_finds_any_part_in_any_order_accents_and_case_ignored(
    as_maya: Browser, maya: Provider, jordan: Client, typed: str
) -> None:
    make_client(maya, first_name="Elisabeth", preferred_name="Élodie", last_name="Müller")
    page = text(as_maya.get(LIST, {"q": typed}))
    assert "Élodie Müller" in page
    assert "Jordan Lee" not in page
    assert "1 client found" in page


def test_finding_nobody_says_what_to_do(as_maya: Browser, jordan: Client) -> None:
    page = text(as_maya.get(LIST, {"q": "leee<b>"}))
    assert "No client with “leee<b>”" in page
    assert "Clear search" in page
    assert "<b>" not in as_maya.get(LIST, {"q": "leee<b>"}).content.decode()


def test_ended_care_stays_on_the_list_and_says_since_when(as_maya: Browser, care: CareRelationship) -> None:
    end_care(care)
    assert "Care ended Feb 1, 2026" in text(as_maya.get(LIST))


def test_namesakes_are_told_apart_by_address(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    assert "jordan.lee@example.com" not in text(as_maya.get(LIST))
    make_client(maya, first_name="Jordan", last_name="Lee", email="other.lee@example.com")
    page = text(as_maya.get(LIST))
    assert "jordan.lee@example.com" in page
    assert "other.lee@example.com" in page


def test_another_provider_s_clients_are_not_there(as_maya: Browser, sam: Provider, jordan: Client) -> None:
    other = make_client(sam, first_name="Rosa", last_name="Delgado")
    token = care_of(other, sam).booking_token
    assert "Rosa Delgado" not in text(as_maya.get(LIST))
    for address in (page_of(other), f"{page_of(other)}replace-link/"):
        assert as_maya.get(address).status_code == 404
    # The page of a client only shows; the other address acts.
    assert as_maya.post(page_of(other)).status_code == 405
    assert as_maya.post(f"{page_of(other)}replace-link/").status_code == 404
    assert CareRelationship.objects.get(client=other).booking_token == token


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_the_list_asks_the_same_number_of_queries_however_long(
    as_maya: Browser, maya: Provider, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for minutes in range(number):
        booked(maya, make_client(maya, signs_in=False), start=NOW + timedelta(hours=minutes + 1))
    with django_assert_num_queries(8):
        as_maya.get(LIST)


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_a_client_s_page_asks_the_same_number_of_queries_however_much_is_booked(
    as_maya: Browser, maya: Provider, jordan: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(number):
        booked(maya, jordan, start=NOW + timedelta(hours=hour + 1))
        booked(maya, jordan, start=NOW - timedelta(hours=hour + 2))
    with django_assert_num_queries(10):
        as_maya.get(page_of(jordan))


def test_beside_the_link_it_says_that_no_hours_offer_no_times(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    missing = 'The link shows Jordan no times until you <a href="/settings/hours/">set your hours</a>.'
    assert missing not in text(as_maya.get(page_of(jordan)))
    maya.weekly_hours.all().delete()
    assert missing in text(as_maya.get(page_of(jordan)))
    end_care(care_of(jordan, maya))
    assert missing not in text(as_maya.get(page_of(jordan)))


@pytest.mark.parametrize("page", ["", "book/", "replace-link/"])
def test_a_number_that_no_row_can_have_is_nobody_s(as_maya: Browser, page: str) -> None:
    assert as_maya.get(f"/clients/99999999999999999999/{page}").status_code == 404


def test_what_no_name_can_hold_is_passed_over_in_a_search(as_maya: Browser, jordan: Client) -> None:
    assert jordan.name in text(as_maya.get(LIST, {"q": "Jor\0dan"}))


def test_a_client_s_page_tells_how_to_reach_them_and_what_time_it_is_there(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    jordan.time_zone = "Asia/Tokyo"
    jordan.save()
    page = text(as_maya.get(page_of(jordan)))
    assert 'href="mailto:jordan.lee@example.com"' in page
    assert 'href="tel:2125550142"' in page
    assert "12:44 AM GMT+9, Wed, Mar 4" in page.replace("JST", "GMT+9")
    assert "Tokyo time" in page
    assert 'href="mailto:office@alderstreet.example"' in page
    assert f'href="/clients/{jordan.pk}/book/"' in page


@pytest.mark.parametrize(
    ("payer", "words"),
    [
        ("", "Self-pay Fees for missed visits as agreed at booking."),
        ("Aetna", "Fees for missed visits are allowed, as agreed at booking."),
        ("Magellan", "At most $90.00 for a missed visit is allowed. The contract allows at most $90.00"),
        ("Medicaid", "No fee for missed visits is allowed. Members may not be charged for missed visits."),
    ],
)
def test_the_payer_stands_there_with_what_it_means_for_fees(
    as_maya: Browser, jordan: Client, payer: str, words: str
) -> None:
    jordan.payer = Payer.objects.filter(name=payer).first()
    jordan.save()
    assert words in text(as_maya.get(page_of(jordan))).replace("<small>", " ").replace("  ", " ")


def test_upcoming_and_past_stand_apart_and_canceled_ones_are_struck(
    as_maya: Browser, maya: Provider, jordan: Client, sam: Provider
) -> None:
    on_time(maya, jordan)
    booked(maya, jordan, start=NOW + timedelta(days=2), status="canceled")
    booked(maya, jordan, start=NOW - timedelta(days=90), booked_at=NOW - timedelta(days=100), status="completed")
    CareRelationship.objects.create(provider=sam, client=jordan)
    booked(sam, jordan, start=NOW + timedelta(days=5))
    page = text(as_maya.get(page_of(jordan)))
    upcoming, _, past = page.partition(">Past</h2>")
    assert "12:44–1:34 PM EST" in upcoming
    assert 'class="row canceled"' in upcoming
    assert "Wed, Dec 3, 2025" in past
    assert "Completed" in past
    assert "Sun, Mar 8" not in page  # with Sam: not Maya's to see


def test_a_long_past_is_cut_and_leads_to_the_list(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    for days in range(1, 8):
        booked(maya, jordan, start=NOW - timedelta(days=days))
    page = text(as_maya.get(page_of(jordan)))
    assert page.count('class="row"') == 5
    assert 'href="/appointments/?show=all&q=Jordan%20Lee"' in page


def test_the_page_carries_this_client_s_link_and_no_other(
    as_maya: Browser, maya: Provider, care: CareRelationship
) -> None:
    other = make_client(maya)
    page = text(as_maya.get(page_of(care.client)))
    assert f"/b/{care.booking_token}/" in page
    assert care_of(other, maya).booking_token not in page
    assert care.booking_token not in text(as_maya.get(LIST))


def test_the_link_is_replaced_only_by_the_form(as_maya: Browser, care: CareRelationship) -> None:
    address = f"{page_of(care.client)}replace-link/"
    page = text(as_maya.get(address))
    assert "The old link stops working at once, also in mails already sent." in page
    assert CareRelationship.objects.get().booking_token == care.booking_token

    answer = as_maya.post(address)
    assert (answer.status_code, answer["Location"]) == (302, page_of(care.client))
    assert said(answer) == ["Jordan’s link is replaced. The old one no longer works: send Jordan the new one."]
    new = CareRelationship.objects.get().booking_token
    assert new != care.booking_token
    assert f"/b/{new}/" in text(as_maya.get(page_of(care.client)))


def test_where_care_has_ended_there_is_no_link_to_give_or_replace(as_maya: Browser, care: CareRelationship) -> None:
    end_care(care)
    page = text(as_maya.get(page_of(care.client)))
    assert "Care ended Feb 1, 2026" in page
    assert care.booking_token not in page
    assert "/book/" not in page
    as_maya.post(f"{page_of(care.client)}replace-link/")
    assert CareRelationship.objects.get().booking_token == care.booking_token


def test_a_mail_that_did_not_arrive_is_said_with_what_to_do(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    from notifications.models import OutboxMessage

    appointment = on_time(maya, jordan)
    mail = OutboxMessage.objects.create(
        about=f"client:{jordan.pk}", key="k", kind="canceled", recipient=jordan.email, subject="s", text="t",
        status="bounced", due_at=NOW, queued_at=NOW, bounced_at=NOW, message_id="<k@x>",
    )  # fmt: skip
    assert "may not have had your mail" not in text(as_maya.get(page_of(jordan)))
    appointment.history.get().messages.add(mail)
    page = text(as_maya.get(page_of(jordan)))
    assert "Jordan may not have had your mail" in page
    assert "The last mail about Wed, Mar 4, 12:44 PM EST did not arrive. Call Jordan, and have the office" in page
    for changes, words in (
        ({"phone_use": "never"}, "Jordan wants no calls: send a message, and have the office"),
        ({"phone": ""}, "did not arrive. Send a message, and have the office"),
    ):
        Client.objects.update(**changes)
        assert words in text(as_maya.get(page_of(jordan)))


def test_only_the_office_is_led_to_where_addresses_are_changed(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    assert "/admin/" not in text(as_maya.get(page_of(jordan)))
    maya.user.is_staff = True
    maya.user.save()
    assert f"/admin/clients/client/{jordan.pk}/change/" in text(as_maya.get(page_of(jordan)))
