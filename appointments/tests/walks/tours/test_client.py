"""Every page and state of the client’s portal, and those behind the link of one appointment."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from appointments.models import Appointment, RescheduleRequest
from appointments.tests.factories import NOW, booked
from appointments.tests.walks.tours.demo import at, canceled_one_of, client_named, open_, press
from appointments.tests.walks.tours.tour import Tour
from clients.models import Client
from practice.models import Practice

pytestmark = pytest.mark.browser


def test_a_clients_portal(tour: Tour, priya: Client) -> None:
    today, next_one = priya.appointments.next_booked(at=NOW)
    tour.begin(priya.user)
    tour.see(at("client_home"), "Tuesday, March 3 at 10:00 AM")
    tour.see(at("client_appointments"), "Appointments")
    tour.see(f"{at('client_appointments')}?show=past", "Appointments")
    tour.see(at("client_appointment", next_one.uid), "Friday, March 6 at 1:30 PM")
    tour.see(at("client_cancel", next_one.uid), "Cancel this appointment?")
    tour.see(at("client_cancel", today.uid), "This appointment can no longer be canceled online")


def test_clients_with_a_past(tour: Tour, demo_practice: Practice) -> None:
    jordan, yuki = client_named("Jordan", "Lee"), client_named("Yuki", "Tanaka")
    tour.begin(jordan.user)
    tour.see(at("client_appointment", canceled_one_of(jordan).uid), "Thursday, February 19")
    tour.see(at("client_fees"), "Fees", act=open_("The policy as you accepted it"))
    tour.see(at("client_object", canceled_one_of(jordan).uid), "Object to this fee", act=press("Object"))
    tour.begin(client_named("Margaret", "O’Brien").user)
    tour.see(at("client_fees"), "Fees")
    tour.begin(yuki.user)
    tour.see(at("client_home"), "Hello, Yuki")
    tour.see(at("client_canceled", canceled_one_of(yuki).uid), "Canceled")
    tour.see(at("client_cancel", canceled_one_of(yuki).uid), "This appointment is already canceled")
    tour.see(at("client_fees"), "Fees")


def test_a_clients_settings(tour: Tour, priya: Client) -> None:
    def types_no_phone(page: Page) -> None:
        page.get_by_label("Phone", exact=True).fill("call me")
        page.get_by_role("button", name="Save").click()

    tour.begin(priya.user)
    tour.see(reverse("clients:my_settings"), "Settings", act=types_no_phone)
    tour.see(reverse("clients:my_calendar"), "Calendar feed", act=press("Make a feed"))


def moves_to_the_last_time(page: Page) -> None:
    page.get_by_role("radio", name=re.compile(r"[AP]M")).last.check()
    page.get_by_role("button", name="Move appointment").click()
    page.get_by_text("Before", exact=True).wait_for()


def test_behind_the_link_of_one_appointment(tour: Tour, priya: Client) -> None:
    today, next_one = priya.appointments.next_booked(at=NOW)
    yuki = canceled_one_of(client_named("Yuki", "Tanaka"))
    tour.begin()
    tour.see(at("manage_appointment", next_one.manage_token), "Friday, March 6 at 1:30 PM")
    tour.see(at("manage_cancel", next_one.manage_token), "Cancel this appointment?")
    tour.see(at("manage_cancel", today.manage_token), "This appointment can no longer be canceled online")
    tour.see(at("manage_appointment", yuki.manage_token), "at")
    tour.see(at("manage_canceled", yuki.manage_token), "Canceled")
    tour.see(at("manage_move", next_one.manage_token), "Move your appointment", act=press("Move appointment"))
    tour.see(at("manage_move", next_one.manage_token), "at", act=moves_to_the_last_time)
    asked = RescheduleRequest.objects.open().get().appointment
    tour.see(at("manage_appointment", asked.manage_token), "at")
    unagreed = booked(
        priya.appointments.latest("start").provider, priya, start=NOW + timedelta(days=7), acknowledged=None
    )
    tour.see(at("manage_agree", unagreed.manage_token), "If plans change", act=press("Agree"))
    tour.see(at("manage_appointment", "nothing-behind-it"), "This link no longer works", answer=404)
    over = Appointment.objects.past(at=NOW).latest("start")
    tour.see(at("manage_appointment", over.manage_token), "This link has ended", answer=404)
