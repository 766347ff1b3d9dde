"""The link of one appointment: who gets in, what it shows, and when it is dead."""

import re
from datetime import datetime, timedelta
from itertools import product

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser
from django.urls import URLPattern, reverse

from appointments import manage_links
from appointments.models import Appointment, Cancellation, CancellationReason
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_client_cancelling import provider_cancels, said
from appointments.urls import client, manage
from appointments.views import ways_in
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from practice import logs
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.tests.reading import text, without_keys

SIXTH = datetime(2026, 3, 6, 15, 0, tzinfo=NOW.tzinfo)
UNKNOWN = "This link no longer works"
ENDED = "This link has ended"


def link(appointment: Appointment, page: str = "") -> str:
    return f"/m/{appointment.manage_token}/{page}"


@pytest.fixture
def appointment(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    """Friday, March 6, 10:00 AM EST."""
    return booked(maya, jordan, start=SIXTH)


@pytest.fixture
def stranger(practice: Practice) -> Browser:
    """Nobody is signed in."""
    return Browser()


def test_it_is_absolute_unguessable_and_never_the_public_id(appointment: Appointment, jordan: Client) -> None:
    assert manage_links.url(appointment) == f"http://127.0.0.1:8000/m/{appointment.manage_token}/"
    assert len(appointment.manage_token) == 32
    other = booked(appointment.provider, jordan, start=NOW + timedelta(days=5))
    assert len({appointment.manage_token, other.manage_token, str(appointment.uid), str(other.uid)}) == 4


def test_it_opens_its_own_appointment_without_signing_in(appointment: Appointment, stranger: Browser) -> None:
    page = text(stranger.get(link(appointment)))
    assert "Hello, Jordan. Friday, March 6 at 10:00 AM 10:00–10:50 AM, New York time (EST), with Maya Chen" in page
    assert "You can cancel free of charge until Thu, Mar 5, 10:00 AM EST" in page
    assert "Sign out" not in page


def test_it_shows_a_first_name_and_a_time_and_nothing_else_about_the_person(
    appointment: Appointment, stranger: Browser, jordan: Client, maya: Provider
) -> None:
    jordan.phone = "(917) 555-0101"
    jordan.save()
    other = booked(maya, jordan, start=SIXTH + timedelta(days=7))
    note = {**said("not-well", "Fever since Sunday"), "reason": said("not-well")["reason"]}
    pages = [stranger.get(link(appointment, page)).content.decode() for page in ("", "cancel/")]
    stranger.post(link(appointment, "cancel/"), note)
    assert Cancellation.objects.get().note_to_provider == "Fever since Sunday"
    pages += [stranger.get(link(appointment, page)).content.decode() for page in ("", "canceled/", "cancel/")]
    for page in pages:
        for private in ("Lee", "jordan.lee@", "917", "Fever", "LCSW", "Mar 13", "Jan 12"):
            assert private not in without_keys(page), private
        for private in (str(appointment.uid), str(other.uid), other.manage_token):
            assert private not in page, private
    for page in pages[2:]:
        assert "I am not well" not in page


def test_a_guess_is_answered_like_a_replaced_one(appointment: Appointment, stranger: Browser, now: datetime) -> None:
    old = link(appointment)
    manage_links.replace(appointment, by=Actor.provider(appointment.provider.user_id), at=now)
    for page in ("", "cancel/", "canceled/"):
        answers = [
            method(f"{start}{page}")
            for start in (old, "/m/guess/", f"/m/{appointment.uid}/", "/m/%00/")
            for method in (stranger.get, stranger.post)
            if page == "cancel/" or method == stranger.get
        ]
        assert {answer.status_code for answer in answers} == {404}
        # But for their own address, to which the other language leads back.
        assert len({re.sub(rb'name="next" value="[^"]*"', b"", answer.content) for answer in answers}) == 1
        assert UNKNOWN in text(answers[0])
        assert "call (212) 555-0100 or write to office@alderstreet.example" in text(answers[0])
    appointment.refresh_from_db()
    assert stranger.get(link(appointment)).status_code == 200
    assert appointment.is_booked


def test_it_ends_with_the_appointment_and_says_whom_to_ask(appointment: Appointment, stranger: Browser) -> None:
    with time_machine.travel(appointment.end - timedelta(microseconds=1), tick=False):
        assert stranger.get(link(appointment)).status_code == 200
    with time_machine.travel(appointment.end, tick=False):
        for answer in (stranger.get(link(appointment)), stranger.post(link(appointment, "cancel/"), said())):
            assert answer.status_code == 404
            assert ENDED in text(answer)
            assert "Questions about it? Call (212) 555-0100 or write to office@alderstreet.example." in text(answer)
            assert "Jordan" not in text(answer)
    appointment.refresh_from_db()
    assert appointment.is_booked


def test_another_appointment_stays_shut(appointment: Appointment, stranger: Browser, maya: Provider) -> None:
    other = booked(maya, make_client(maya, first_name="Priya"), start=SIXTH + timedelta(hours=1))
    stranger.post(link(appointment, "cancel/"), said())
    other.refresh_from_db()
    assert other.is_booked
    assert stranger.get(f"/my/appointments/{appointment.uid}/").status_code == 302


def test_canceling_by_it_is_the_clients_own_act(appointment: Appointment, stranger: Browser) -> None:
    answer = stranger.post(link(appointment, "cancel/"), said("other-time", "See you in April"))
    assert answer["Location"] == link(appointment, "canceled/")
    done = Cancellation.objects.get()
    assert (done.actor, done.user_id, done.reason.key) == ("client", None, "other-time")
    page = text(stranger.get(link(appointment, "canceled/")))
    assert "Canceled. Your mail is on its way Friday, March 6, 10:00–10:50 AM EST, with Maya Chen" in page
    assert "You canceled it on Tue, Mar 3, 10:44 AM EST, on time." in page
    assert "Back to Home" not in page


def test_whoever_is_signed_in_as_the_client_acts_as_themselves(
    appointment: Appointment, as_jordan: Browser, jordan: Client
) -> None:
    as_jordan.post(link(appointment, "cancel/"), said())
    assert Cancellation.objects.get().user_id == jordan.user_id


def test_the_reason_that_says_nothing_is_chosen_already(appointment: Appointment, stranger: Browser) -> None:
    page = stranger.get(link(appointment, "cancel/")).content.decode()
    unsaid = CancellationReason.objects.get(key="not-said")
    assert page.count(" checked") == 1
    assert f'value="{unsaid.pk}"' in next(part for part in page.split("<input") if " checked" in part)


def test_late_it_says_why_not_and_whom_to_reach(stranger: Browser, maya: Provider, jordan: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        appointment = late(maya, jordan)
        page = text(stranger.post(link(appointment, "cancel/"), said(note="Sorry")))
    assert "Nothing was canceled Your request reached us after the deadline." in page
    assert "If Maya cancels it for you, a fee of up to $75.00 may apply, as you agreed on Jan 12, 2026." in page
    assert "Call Maya Write to Maya Keep appointment" in page
    appointment.refresh_from_db()
    assert appointment.is_booked


def test_after_the_provider_canceled_it_there_is_nothing_to_do(appointment: Appointment, stranger: Browser) -> None:
    provider_cancels(appointment, at=NOW)
    page = stranger.get(link(appointment))
    assert "Maya canceled it on Tue, Mar 3, 10:44 AM EST." in text(page)
    assert "Migraine" not in text(page)
    assert stranger.get(link(appointment, "canceled/"))["Location"] == link(appointment)
    assert "This appointment is already canceled" in text(stranger.get(link(appointment, "cancel/")))


def test_the_providers_own_page_opens_for_them_and_the_others_are_told_no(
    appointment: Appointment, as_maya: Browser, as_office: Browser, sam: Provider
) -> None:
    assert as_maya.get(link(appointment))["Location"] == f"/appointments/{appointment.uid}/"
    assert as_maya.post(link(appointment, "cancel/"), said())["Location"] == f"/appointments/{appointment.uid}/"
    as_sam = Browser()
    as_sam.force_login(sam.user)
    for browser in (as_office, as_sam):
        answer = browser.post(link(appointment, "cancel/"), said())
        assert answer.status_code == 403
        assert "This link belongs to a client" in text(answer)
        assert "Jordan" not in text(answer)
    appointment.refresh_from_db()
    assert appointment.is_booked


def test_another_client_who_is_signed_in_is_nobody_there(appointment: Appointment, maya: Provider) -> None:
    priya = make_client(maya, first_name="Priya")
    assert isinstance(priya.user, User)
    browser = Browser()
    browser.force_login(priya.user)
    page = text(browser.get(link(appointment)))
    assert "Hello, Jordan." in page
    assert "Priya" not in page
    browser.post(link(appointment, "cancel/"), said())
    assert Cancellation.objects.get().user_id is None


def test_no_copy_of_it_is_kept_and_no_log_holds_the_token(
    appointment: Appointment, stranger: Browser, caplog: pytest.LogCaptureFixture, now: datetime
) -> None:
    for path in (link(appointment), link(appointment, "cancel/"), "/m/nobody/"):
        answer = stranger.get(path)
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    line = f"GET {link(appointment, 'cancel/')} after /m/{appointment.manage_token}"
    assert appointment.manage_token not in logs.blanked(line)
    old = appointment.manage_token
    done = manage_links.replace(appointment, by=Actor.provider(appointment.provider.user_id), at=now)
    assert "manage link" in caplog.text
    assert old not in caplog.text
    assert done.manage_token not in caplog.text
    assert mail.outbox == []


def test_it_speaks_the_clients_language(appointment: Appointment, stranger: Browser, jordan: Client) -> None:
    jordan.language = "es"
    jordan.save()
    assert '<html lang="es"' in stranger.get(link(appointment)).content.decode()


def test_behind_the_link_nobody_learns_who_pays(
    stranger: Browser, maya: Provider, jordan: Client, now: datetime
) -> None:
    jordan.payer = Payer.objects.get(name="Medicaid")
    jordan.save()
    for appointment in (on_time(maya, jordan), late(maya, jordan, end=NOW + timedelta(hours=22, minutes=20))):
        for page in ("", "cancel/", "move/"):
            answer = stranger.get(link(appointment, page)).content.decode()
            assert "Medicaid" not in answer
            assert "No fee can follow." in answer or page == "move/"
    jordan.refresh_from_db()
    assert jordan.payer is not None
    assert jordan.payer.name == "Medicaid"


@pytest.mark.only_sqlite
def test_a_link_opened_often_costs_the_same(
    appointment: Appointment, stranger: Browser, maya: Provider, jordan: Client, django_assert_max_num_queries: object
) -> None:
    on_time(maya, jordan)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        stranger.get(link(appointment))


def test_who_is_cared_for_no_longer_books_no_more(
    appointment: Appointment, stranger: Browser, care: CareRelationship, now: datetime
) -> None:
    assert f"/b/{care.booking_token}/" in stranger.get(link(appointment)).content.decode()
    care.ended_at = now
    care.save()
    assert "/b/" not in stranger.get(link(appointment)).content.decode()


# --- Who may open what ---

GETS = {"appointment", "cancel", "canceled", "move", "moved", "agree", "calendar"}
POSTS = {"cancel", "move", "agree", "restore", "ask"}
MANAGE = {p.name.removeprefix("manage_"): p for p in manage.urlpatterns if isinstance(p, URLPattern) and p.name}


def test_each_page_stands_in_the_table_and_in_the_portal_too() -> None:
    assert set(MANAGE) == GETS | POSTS == set(ways_in.PAGES)
    portal = {pattern.name for pattern in client.urlpatterns if isinstance(pattern, URLPattern)}
    assert {f"client_{page}" for page in MANAGE} <= portal


def test_the_role_table_of_each_page_behind_the_link(
    appointment: Appointment, stranger: Browser, as_jordan: Browser, as_maya: Browser, as_office: Browser,
    maya: Provider, sam: Provider,
) -> None:  # fmt: skip
    priya = make_client(maya, first_name="Priya").user
    assert priya is not None
    away = User.objects.create_user(email="gone@example.com", password="gone", is_active=False)
    browsers = {"other client": priya, "other provider": sam.user, "inactive": away}
    readers = {"anonymous": stranger, "client": as_jordan, "provider": as_maya, "office": as_office}
    for name, user in browsers.items():
        readers[name] = Browser()
        readers[name].force_login(user)
    for page, who in product(sorted(MANAGE), readers):
        url = reverse(f"appointments:manage_{page}", args=[appointment.manage_token])
        for method, is_offered in {"GET": page in GETS, "HEAD": page in GETS, "POST": page in POSTS}.items():
            answer = readers[who].generic(method, url)
            if not is_offered:
                assert answer.status_code == 405, (page, who, method)
            elif who == "provider":
                assert (answer.status_code, answer["Location"]) == (302, f"/appointments/{appointment.uid}/"), page
            elif who in {"other provider", "office"}:
                assert answer.status_code == 403, (page, who, method)
            else:
                assert answer.status_code in {200, 302}, (page, who, method)
                assert answer.status_code == 200 or answer["Location"].startswith("/m/")
        appointment.refresh_from_db()
        assert (appointment.is_booked, appointment.sequence) == (True, 0), (page, who)


# --- The provider replaces it ---


def test_the_provider_replaces_it_by_a_form_that_asks_first(
    appointment: Appointment, as_maya: Browser, stranger: Browser
) -> None:
    replace = f"/appointments/{appointment.uid}/replace-manage-link/"
    assert f'href="{replace}"' in as_maya.get(f"/appointments/{appointment.uid}/").content.decode()
    old = link(appointment)
    assert "Replace Jordan’s manage link?" in text(as_maya.get(replace))
    assert stranger.get(old).status_code == 200
    assert as_maya.post(replace)["Location"] == f"/appointments/{appointment.uid}/"
    assert stranger.get(old).status_code == 404
    appointment.refresh_from_db()
    assert stranger.get(link(appointment)).status_code == 200


def test_of_what_is_over_there_is_no_link_to_replace(appointment: Appointment, as_maya: Browser) -> None:
    replace, old = f"/appointments/{appointment.uid}/replace-manage-link/", appointment.manage_token
    with time_machine.travel(appointment.end, tick=False):
        assert replace not in as_maya.get(f"/appointments/{appointment.uid}/").content.decode()
        assert as_maya.post(replace)["Location"] == f"/appointments/{appointment.uid}/"
    appointment.refresh_from_db()
    assert appointment.manage_token == old
