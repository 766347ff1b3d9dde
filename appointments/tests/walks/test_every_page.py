"""Every page and state: clean for axe in light and dark, no wider than a phone, silent in the console."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.http import int_to_base36
from playwright.sync_api import Page
from pytest_django import Settings

from appointments import attendance
from appointments.models import AbsenceReport, Appointment, RescheduleRequest
from appointments.tests.factories import NOW, booked
from appointments.tests.walks import urls
from appointments.tests.walks.tour import Act, Tour
from clients import addresses
from clients.models import CareRelationship, Client
from notifications import outbox
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice, Provider, User

pytestmark = pytest.mark.browser

WEEK = timedelta(days=7)


@pytest.fixture
def maya(demo_practice: Practice) -> Provider:
    return Provider.objects.get(display_name="Maya Chen")


@pytest.fixture
def office(demo_practice: Practice) -> User:
    user = User.objects.get(is_staff=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    return user


@pytest.fixture
def priya(demo_practice: Practice) -> Client:
    return client_named("Priya", "Natarajan")


def client_named(first: str, last: str) -> Client:
    return Client.objects.filter(first_name=first, last_name=last).earliest("pk")


def next_of(client: Client) -> Appointment:
    return client.appointments.next_booked(at=NOW)[0]


def canceled_one_of(client: Client) -> Appointment:
    return client.appointments.canceled().latest("start")


def link_of(client: Client) -> CareRelationship:
    return client.care_relationships.get()


def at(name: str, *args: object) -> str:
    return reverse(f"appointments:{name}", args=args)


def press(button: str) -> Act:
    return lambda page: page.get_by_role("button", name=button, exact=True).click()


def open_(words: str) -> Act:
    """A menu or whatever else unfolds."""
    return lambda page: page.get_by_text(words, exact=True).click()


# --- The provider's portal ---


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


# --- The client's portal, and what needs no account ---


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
    unagreed = booked(priya.appointments.latest("start").provider, priya, start=NOW + WEEK, acknowledged=None)
    tour.see(at("manage_agree", unagreed.manage_token), "If plans change", act=press("Agree"))
    tour.see(at("manage_appointment", "nothing-behind-it"), "This link no longer works", answer=404)
    over = Appointment.objects.past(at=NOW).latest("start")
    tour.see(at("manage_appointment", over.manage_token), "This link has ended", answer=404)


def test_booking_pages(tour: Tour, office: User) -> None:
    jordan, yuki = client_named("Jordan", "Lee"), client_named("Yuki", "Tanaka")
    token = link_of(jordan).booking_token

    def books_the_first(day: str, *, instead: str = "") -> Act:
        """``instead``: a time that somebody took meanwhile."""

        def act(page: Page) -> None:
            first = page.get_by_role("group", name=day).get_by_role("radio").first
            first.check()
            if instead:
                first.evaluate("(one, taken) => { one.value = taken; }", instead)
            page.get_by_role("checkbox", name="I have read this and agree").check()
            page.get_by_role("button", name="Book appointment").click()
            page.get_by_role("alert").wait_for()

        return act

    Provider.objects.update(minimum_notice_hours=1)
    tour.begin()
    tour.see(at("book", token), "Book a time with Maya Chen", act=open_("Not you?"))
    tour.see(at("book", token), "Book a time with Maya Chen", act=press("Book appointment"))
    tour.see(at("book", token), "Book a time with Maya Chen", act=books_the_first("Tue, Mar 3 EST"))
    taken = client_named("Daniel", "Okafor").appointments.booked().latest("start").start.isoformat()
    tour.see(at("book", token), "Book a time with Maya Chen", act=books_the_first("Wed, Mar 4 EST", instead=taken))
    tour.see(at("booked", token, next_of(jordan).uid), "Your appointment is booked")
    tour.see(at("booked", link_of(yuki).booking_token, canceled_one_of(yuki).uid), "This appointment was canceled")
    tour.see(at("book", "nothing-behind-it"), "This link no longer works", answer=404)
    tour.begin(office)
    tour.see(at("book", token), "This link belongs to a client", answer=403)


def test_signing_in(tour: Tour, office: User) -> None:
    tour.begin()
    tour.see(reverse("account_login"), "Sign in", act=press("Sign in"))
    tour.see(reverse("account_reset_password"), "Set a new password")
    tour.see(reverse("account_reset_password_done"), "Look into your mail")
    key = [int_to_base36(office.pk), default_token_generator.make_token(office)]
    tour.see(reverse("account_reset_password_from_key", args=key), "Set a new password", act=press("Set the password"))
    tour.see(reverse("account_reset_password_from_key", args=["1", "no-key"]), "This link no longer works", answer=404)
    tour.see(reverse("account_inactive"), "This account is closed")
    tour.see(reverse("account_signup"), "The practice makes the accounts")


@pytest.mark.urls(urls.__name__)
def test_error_pages(tour: Tour, practice: Practice) -> None:
    def without_cookies(page: Page) -> None:
        page.context.clear_cookies()
        page.get_by_role("button", name="Sign in").click()

    tour.begin()
    tour.see("/fail/400/", "We could not read that request", answer=400)
    tour.see("/fail/403/", "This page is not open to you", answer=403)
    tour.see("/nowhere/", "There is nothing at this address", answer=404)
    tour.see("/fail/429/", "Too many tries in a short time", answer=429)
    tour.see("/fail/500/", "Something broke on our side", answer=500)
    tour.see(reverse("account_login"), "This form was not sent", act=without_cookies)


# --- The office, and the demo's mail ---


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


@pytest.mark.urls(urls.__name__)
def test_the_demos_mail(tour: Tour, demo_practice: Practice, settings: Settings, tmp_path: Path, now: datetime) -> None:
    settings.DEMO, settings.DEMO_MAIL_FOLDER = True, tmp_path
    tour.begin()
    tour.see(reverse("demo_mail"), "Demo mail")
    settings.EMAIL_BACKEND = "notifications.delivery.EmlFiles"
    outbox.deliver_due(at=now)
    tour.see(reverse("demo_mail"), "Demo mail")
    name = next(path.name for path in sorted(tmp_path.glob("*.eml")) if b"Your appointment on" in path.read_bytes())
    tour.see(reverse("demo_mail_message", args=[name]), "Your appointment on Wed, Mar 4 was canceled")
    tour.see_mail(reverse("demo_mail_html", args=[name]))
