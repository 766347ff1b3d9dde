"""Messages in both portals and the help pages: clean for axe, no wider than a phone, and what is sent arrives."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from appointments.tests.walks.tours.demo import client_named
from appointments.tests.walks.tours.tour import Tour
from practice.models import Practice, Provider

pytestmark = pytest.mark.browser


def test_every_page_of_messages(tour: Tour, demo_practice: Practice) -> None:
    def answers_with_the_link(page: Page) -> None:
        page.get_by_label("Message to Jordan").fill("Take any time:")
        page.get_by_role("button", name="Insert booking link").click()
        expect(page.get_by_label("Message to Jordan")).to_have_value(re.compile(rf"^Take any time:\s+http.*{link}\s*$"))
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("listitem").filter(has_text="Take any time:")).to_be_visible()
        expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)

    def writes_nothing(page: Page) -> None:
        page.get_by_role("button", name="Send").click()

    def writes_too_much(page: Page) -> None:
        page.get_by_label("Message to Maya").fill("a" * 4012)
        expect(page.get_by_text("12 characters too many")).to_be_visible()
        page.get_by_role("button", name="Send").click()

    jordan, ibrahim = client_named("Jordan", "Lee"), client_named("Ibrahim", "Diallo")
    maya = Provider.objects.get(display_name="Maya Chen")
    care = jordan.care_relationships.get()
    link = re.escape(reverse("appointments:book", args=[care.booking_token]))
    tour.begin(maya.user)
    tour.see(reverse("clients:messages"), "Messages")
    tour.see(f"{reverse('clients:messages')}?q=leee", "Messages")
    tour.see(reverse("clients:thread", args=[jordan.pk]), "Jordan Lee", act=writes_nothing)
    tour.see(reverse("clients:thread", args=[jordan.pk]), "Jordan Lee", act=answers_with_the_link)
    tour.see(reverse("clients:thread", args=[ibrahim.pk]), "Ibrahim Diallo")
    tour.begin(jordan.user)
    tour.see(f"{reverse('clients:my_messages')}?q=April", "Messages")
    tour.see(reverse("clients:my_messages"), "Maya Chen", act=writes_too_much)


def test_the_help_pages(tour: Tour, demo_practice: Practice) -> None:
    tour.begin()
    tour.see(f"{reverse('appointments:help_how_to_cancel')}#late", "How to cancel an appointment")
    tour.begin(Provider.objects.get(display_name="Maya Chen").user)
    tour.see(reverse("appointments:help_canceling"), "How to cancel an appointment")
