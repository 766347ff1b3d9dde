"""The office’s own pages in Django admin, and what the product adds to it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from appointments.tests.walks.tours.demo import at, press
from appointments.tests.walks.tours.tour import Tour
from practice.models import Provider, User

pytestmark = pytest.mark.browser


def test_the_office(tour: Tour, office: User) -> None:
    def chooses_to_cancel(page: Page) -> None:
        page.locator("input.action-select").first.check()
        page.get_by_label("Action:").select_option("Cancel appointment")
        page.get_by_role("button", name="Go").click()

    def chooses_to_approve(page: Page) -> None:
        page.locator("input.action-select").first.check()
        page.get_by_label("Action:").select_option("Approve")

    tour.begin(office)
    listing = f"{reverse('admin:appointments_appointment_changelist')}?status__exact=booked&q=jordan"
    tour.see(listing, "Select appointment")
    tour.see(listing, "Cancel appointment", act=chooses_to_cancel)
    tour.see(reverse("admin:appointments_waiverrequest_changelist"), "Select waiver request", act=chooses_to_approve)
    tour.see(reverse("admin:appointments_objection_changelist"), "Select objection")
    policy = reverse("admin:practice_feepolicy_add")
    tour.see(policy, "New fee policy")
    sam = Provider.objects.get(display_name="Sam Ortiz")
    tour.see(f"{policy}?provider={sam.pk}", "Late fees of Sam Ortiz", act=press("Try it on last quarter"))
    tour.see(reverse("admin:practice_feepolicy_changelist"), "Select fee policy to view")
    tour.see(reverse("admin:practice_holiday_add"), "Add holiday")
    for name in ("office_reports", "office_report_each_fee", "office_report_next_steps", "office_report_claims"):
        tour.see(at(name), "Reports")
