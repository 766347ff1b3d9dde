"""Every page and state of the provider’s portal."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from appointments import attendance
from appointments.models import AbsenceReport
from appointments.tests.factories import NOW, booked
from appointments.tests.walks.tours.demo import at, canceled_one_of, client_named, next_of, open_, press
from appointments.tests.walks.tours.tour import Tour
from clients import addresses
from clients.models import Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Provider

pytestmark = pytest.mark.browser


def test_dashboard_and_lists(tour: Tour, maya: Provider) -> None:
    tour.begin(maya.user)
    tour.see(at("dashboard"), "Good morning, Maya")
    tour.see(f"{at('dashboard')}?client={client_named('Alex', 'Kim').pk}", "Good morning, Maya")
    tour.see(at("list"), "Appointments")
    for query in ("show=past&page=2", "show=canceled", "q=leee", "q=jordan&from=2026-03-04&to=2026-03-01"):
        tour.see(f"{at('list')}?{query}", "Appointments")
    tour.see(at("clients"), "Clients")
    tour.see(f"{at('clients')}?q=nobody", "Clients")


def test_one_appointment(tour: Tour, maya: Provider) -> None:
    elodie, elena, marcus = (client_named(*n) for n in [("Élodie", "Müller"), ("Elena", "Petrova"), ("Marcus", "Bell")])
    running = booked(maya, elodie, start=NOW - timedelta(minutes=5))
    tour.begin(maya.user)
    tour.see(at("detail", next_of(client_named("Jordan", "Lee")).uid), "Jordan Lee", act=open_("Actions"))
    tour.see(at("detail", elodie.appointments.latest("start").uid), "Élodie Müller")
    tour.see(at("detail", running.uid), "Élodie Müller")
    tour.see(at("cancel", running.uid), "This session has started")
    tour.see(at("detail", canceled_one_of(elena).uid), "Elena Petrova")
    tour.see(at("canceled", canceled_one_of(elena).uid), "Canceled")
    tour.see(at("detail", canceled_one_of(marcus).uid), "Marcus Bell")
    tour.see(at("canceled", canceled_one_of(marcus).uid), "Canceled")
    tour.see(at("cancel", canceled_one_of(marcus).uid), "Already canceled")


def test_whether_they_met(tour: Tour, maya: Provider) -> None:
    def reduces_without_saying_why(page: Page) -> None:
        page.get_by_role("radio", name="Reduce to").check()
        page.get_by_role("button", name="Mark as no-show").click()

    to_mark = maya.appointments.to_mark(at=NOW).latest_first()[0]
    missed = maya.appointments.get(status="no_show")
    report = AbsenceReport.objects.get()
    names = {row.pk: row.client.name for row in (to_mark, missed, report.appointment)}
    tour.begin(maya.user)
    tour.see(f"{at('list')}?show=past", "Appointments")
    tour.see(at("detail", to_mark.uid), names[to_mark.pk], act=open_("Actions"))
    tour.see(at("no_show", to_mark.uid), "Mark as no-show", act=reduces_without_saying_why)
    tour.see(at("detail", missed.uid), names[missed.pk])
    tour.see(at("decide_fee", missed.uid), f"{missed.client.called}’s no-show fee")
    tour.see(at("detail", report.appointment.uid), names[report.appointment.pk])
    tour.see(at("no_show", report.appointment.uid), "Mark as no-show")
    heading = f"Answer {report.appointment.client.called}’s report"
    tour.see(at("answer_absence", report.appointment.uid), heading, act=press("Answer"))


def test_a_provider_who_did_not_come(tour: Tour, maya: Provider, priya: Client) -> None:
    missed = booked(maya, priya, start=NOW - timedelta(hours=3))
    tour.begin(priya.user)
    tour.see(at("client_appointment", missed.uid), "Tuesday, March 3 at 4:44 AM")
    tour.see(at("client_absence", missed.uid), "Maya did not come")
    attendance.report_absence(missed, by=Actor.client(priya.user_id), words="Nobody came.", at=NOW)
    tour.see(at("client_appointment", missed.uid), "Tuesday, March 3 at 4:44 AM")


def test_canceling_and_fees(tour: Tour, maya: Provider) -> None:
    jordan = client_named("Jordan", "Lee")

    def reduces(page: Page) -> None:
        page.get_by_role("radio", name="Jordan asked to cancel").check()
        page.get_by_role("radio", name="Reduce to").check()

    def reduces_without_saying_why(page: Page) -> None:
        reduces(page)
        page.get_by_role("radio", name="Earlier").check()
        page.get_by_role("button", name="Cancel Appointment").click()

    def reduces_to_nothing(page: Page) -> None:
        page.get_by_role("radio", name="Reduce to").check()
        page.get_by_role("button", name="Answer").click()

    tour.begin(maya.user)
    form = at("cancel", next_of(jordan).uid)
    tour.see(form, "Cancel Jordan’s appointment")
    tour.see(form, "Cancel Jordan’s appointment", act=reduces)
    tour.see(form, "Cancel Jordan’s appointment", act=reduces_without_saying_why)
    tour.see(at("decide_fee", canceled_one_of(client_named("Marcus", "Bell")).uid), "Marcus’s late fee")
    tour.see(at("decide_fee", canceled_one_of(client_named("Hannah", "Weiss")).uid), "Hannah’s late fee")
    tour.see(at("decide_fee", canceled_one_of(client_named("Amara", "Nwosu")).uid), "Amara’s late fee")
    maggie = canceled_one_of(client_named("Margaret", "O’Brien"))
    tour.see(at("decide_fee", maggie.uid), "Maggie’s late fee")
    tour.see(at("answer_objection", maggie.uid), "Answer Maggie’s objection", act=reduces_to_nothing)


def test_paying(tour: Tour, maya: Provider) -> None:
    hannah, amara = client_named("Hannah", "Weiss"), client_named("Amara", "Nwosu")
    form = at("settle_fee", canceled_one_of(hannah).uid)
    tour.begin(maya.user)
    tour.see(form, "Mark Hannah’s fee as paid")
    tour.see(form, "Mark Hannah’s fee as paid", act=press("Mark as paid"))
    tour.see(at("receipt", canceled_one_of(amara).uid), "Receipt")
    tour.begin(amara.user)
    tour.see(at("client_receipt", canceled_one_of(amara).fees.get().pk), "Receipt")


def test_rescheduling(tour: Tour, maya: Provider) -> None:
    hannah, kenji = next_of(client_named("Hannah", "Weiss")), next_of(client_named("Kenji", "Watanabe"))

    def asks_until_nowhen(page: Page) -> None:
        page.get_by_role("radio", name="Until a set time").check()
        page.get_by_role("button", name="Ask Hannah to reschedule").click()

    tour.begin(maya.user)
    tour.see(at("reschedule", hannah.uid), "Reschedule Hannah’s appointment", act=press("Move appointment"))
    tour.see(at("reschedule", hannah.uid), "Reschedule Hannah’s appointment", act=asks_until_nowhen)
    tour.see(at("reschedule", kenji.uid), "Reschedule Kenji’s appointment")
    tour.see(at("detail", kenji.uid), "Kenji Watanabe")


def test_late_requests_and_undoing(tour: Tour, maya: Provider) -> None:
    amara, elena = next_of(client_named("Amara", "Nwosu")), canceled_one_of(client_named("Elena", "Petrova"))
    tour.begin(maya.user)
    tour.see(at("detail", amara.uid), "Amara Nwosu")
    tour.see(at("cancel", amara.uid), "Cancel Amara’s appointment")
    tour.see(at("decline_late", amara.uid), "Decline to cancel", act=press("Decline"))
    tour.see(at("canceled", elena.uid), "Canceled, but Elena’s mail bounced")
    tour.see(at("restore", elena.uid), "Undo this cancellation?")
    mail = OutboxMessage.objects.get(about=f"client:{elena.client_id}", kind="canceled")
    tour.see(at("send_again", elena.uid, mail.pk), "This mail can’t be sent again")
    addresses.change(elena.client, to="elena@example.org", at=NOW)
    tour.see(at("send_again", elena.uid, mail.pk), "Send this mail again?")


def test_one_client(tour: Tour, maya: Provider) -> None:
    elena, ibrahim = client_named("Elena", "Petrova"), client_named("Ibrahim", "Diallo")
    tour.begin(maya.user)
    tour.see(at("client", elena.pk), "Elena Petrova")
    tour.see(at("client", ibrahim.pk), "Ibrahim Diallo")
    tour.see(at("replace_link", elena.pk), "Replace Elena’s link?")
    tour.see(at("provider_book", client_named("Priya", "Natarajan").pk), "Book an appointment for Priya")


def test_reports(tour: Tour, maya: Provider) -> None:
    tour.begin(maya.user)
    for name in ("reports", "report_fees", "report_each_fee", "report_refilled", "report_next_steps", "report_claims"):
        tour.see(at(name), "Reports")
    tour.see(f"{at('reports')}?from=yesterday", "Reports")
    tour.see(f"{at('reports')}?from=2030-01-01", "Reports")


def test_settings(tour: Tour, maya: Provider) -> None:
    def fills_in_all(page: Page) -> None:
        for fold in page.locator("summary", has=page.locator("strong")).all():
            fold.click()
        for label, value in {"Session price": "150", "Step 1: inside": "4", "Step 1: fee": "100%"}.items():
            page.get_by_label(label).fill(value)
        page.get_by_role("radio", name="A part of it").check()
        page.get_by_label("Which part").fill("50")

    def tries_a_share(page: Page) -> None:
        fills_in_all(page)
        page.get_by_role("button", name="Try it on last quarter").click()
        page.get_by_role("heading", name="Tried on the last 90 days").wait_for()

    def forgets_the_price(page: Page) -> None:
        fills_in_all(page)
        page.get_by_label("Session price").fill("")
        page.get_by_role("button", name="Save policy").click()
        page.get_by_role("alert").wait_for()

    tour.begin(maya.user)
    tour.see(at("settings"), "Settings")
    tour.see(at("settings_late_fees"), "Late fees")
    tour.see(at("settings_late_fees"), "Late fees", act=tries_a_share)
    tour.see(at("settings_late_fees"), "Late fees", act=forgets_the_price)
    tour.see(at("settings_time_off"), "Time off", act=press("Save time off"))
    tour.see(reverse("settings_sessions"), "Sessions")
    tour.see(reverse("settings_hours"), "Weekly hours")
    tour.see(reverse("settings_calendar"), "Calendar feed", act=press("Make a feed"))
    tour.see(reverse("account_change_password"), "Change your password")
