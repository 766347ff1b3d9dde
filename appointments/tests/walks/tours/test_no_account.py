"""Every page and state of what needs no account: booking, signing in, what went wrong; and the demo’s mail."""

from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.http import int_to_base36
from playwright.sync_api import Page
from pytest_django import Settings

from appointments.tests.walks.tours import urls
from appointments.tests.walks.tours.demo import at, canceled_one_of, client_named, link_of, next_of, open_, press
from appointments.tests.walks.tours.tour import Act, Tour
from notifications import outbox
from practice.models import Practice, Provider, User

pytestmark = pytest.mark.browser


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
