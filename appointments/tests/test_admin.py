"""The office in Django admin: reads what acts own, edits what is the practice’s."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments import attendance, cancellation, fees
from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, HistoryEntry
from appointments.tests.factories import NOW, booked, late
from appointments.tests.paying import paid
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.models.deployment import NOBODYS_EMAIL
from practice.tests.factories import PASSWORD, UserFactory


def by_the_office(appointment: Appointment, clerk: User) -> Cancellation:
    return cancellation.cancel(
        appointment,
        by=Actor.admin(clerk.pk),
        reason=CancellationReason.objects.get(key="client-asked"),
        told_at=None,
        notes=Notes(to_client="See you soon", private="Rang the office"),
        send_link=True,
        fee=None,
        at=NOW,
    )


def act(browser: Browser, page: str, action: str, row: Any, **fields: str) -> Any:
    data = {"action": action, "_selected_action": str(row.pk)} | fields
    return browser.post(reverse(f"admin:{page}_changelist"), data, follow=True)


def words(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode().replace("\xa0", " "))
    return " ".join(text.replace("&#x27;", "'").split())


PAGES = [
    "practice_user", "practice_practice", "practice_provider", "practice_feepolicy", "clients_payer",
    "clients_client", "clients_carerelationship", "appointments_appointment", "appointments_cancellation",
    "appointments_cancellationreason", "appointments_fee", "appointments_settlement", "appointments_billingevent",
    "appointments_absencereport", "appointments_historyentry", "appointments_objection", "appointments_waiverrequest",
    "notifications_outboxmessage",
]  # fmt: skip


def test_the_office_opens_every_list_and_every_row(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    fee = by_the_office(late(maya, jordan), clerk).fees.get()
    fees.decide(fee, decision=FeeDecision(FeeChoice.CHARGE, fee.assessed), by=Actor.provider(maya.user_id), at=NOW)
    paid(fee, by=Actor.admin(clerk.pk))
    contested = by_the_office(booked(maya, jordan, start=NOW + timedelta(hours=2)), clerk).fees.get()
    fees.decide(
        contested, decision=FeeDecision(FeeChoice.CHARGE, fee.assessed), by=Actor.provider(maya.user_id), at=NOW
    )
    fees.dispute(contested, words="x", by=Actor.client(jordan.user_id), at=NOW)
    missed = booked(maya, jordan, start=NOW - timedelta(hours=2))
    attendance.report_absence(missed, by=Actor.client(jordan.user_id), words="x", at=NOW)
    Practice.objects.update(waiver_limit=0)
    fees.waive(contested, why="x", by=Actor.provider(maya.user_id), at=NOW)
    for page in PAGES:
        response = as_clerk.get(reverse(f"admin:{page}_changelist"))
        rows = list(response.context["cl"].result_list)
        assert rows, page
        detail = as_clerk.get(reverse(f"admin:{page}_change", args=[rows[0].pk]))
        assert detail.status_code == 200, page
        assert reverse(f"admin:{page}_delete", args=[rows[0].pk]) not in detail.content.decode()


def test_every_model_of_ours_stands_in_the_list_above() -> None:
    ours = {"practice", "clients", "appointments", "notifications"}
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    # Holidays are in test_admin_policies: they alone may be deleted.
    assert {name for name in registered if name.split("_")[0] in ours} == {*PAGES, "practice_holiday"}


@pytest.mark.parametrize(
    "page",
    ["appointments_appointment", "appointments_cancellation", "appointments_fee", "appointments_historyentry"],
)
def test_rows_that_acts_own_are_read_only(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client, page: str
) -> None:
    by_the_office(late(maya, jordan), clerk)
    assert as_clerk.get(reverse(f"admin:{page}_add")).status_code == 403
    row = admin.site._registry
    model = next(model for model in row if f"{model._meta.app_label}_{model._meta.model_name}" == page)
    pk = model._default_manager.first().pk  # type: ignore[union-attr]
    assert as_clerk.post(reverse(f"admin:{page}_change", args=[pk]), {"status": "booked"}).status_code == 403
    assert as_clerk.post(reverse(f"admin:{page}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_a_new_provider_gets_a_first_policy_from_the_practices_defaults(as_clerk: Browser, maya: Provider) -> None:
    user = UserFactory.create(email="new.provider@example.com")
    fields = {
        "user": user.pk, "display_name": "Robin Hale", "phone": "(212) 555-0150", "time_zone": "America/Denver",
        "session_minutes": 50, "start_increment": 30, "minimum_notice_hours": 12, "horizon_days": 60,
        "offers_video": "on", "weekly_hours-TOTAL_FORMS": 0, "weekly_hours-INITIAL_FORMS": 0,
    }  # fmt: skip
    as_clerk.post(reverse("admin:practice_provider_add"), fields)
    robin = Provider.objects.get(user=user)
    assert robin.fee_policies.in_force(at=NOW).late_fee == Decimal("75.00")


def test_an_account_is_made_and_gets_a_set_password_link(as_clerk: Browser) -> None:
    as_clerk.post(reverse("admin:practice_user_add"), {"email": "New@Example.com", "is_active": "on"})
    user = User.objects.get(email="new@example.com")
    assert not user.has_usable_password()
    act(as_clerk, "practice_user", "send_set_password_link", user)
    mail = OutboxMessage.objects.get(recipient="new@example.com")
    assert mail.urgent
    assert "/accounts/password/reset/key/" in mail.text


def test_a_deactivated_account_is_out_at_once(as_clerk: Browser, maya: Provider) -> None:
    browser = Browser()
    browser.force_login(maya.user)
    assert browser.get(reverse("appointments:clients")).status_code == 200
    act(as_clerk, "practice_user", "deactivate", maya.user)
    assert browser.get(reverse("appointments:clients")).status_code == 302
    assert not Browser().login(email=maya.user.email, password=PASSWORD)


@pytest.mark.parametrize(("hour", "ends"), [("15:44", True), ("15:45", False)])
def test_care_ends_now_or_has_ended_but_not_in_the_future(
    as_clerk: Browser, care: CareRelationship, hour: str, ends: bool
) -> None:
    page = as_clerk.post(
        reverse("admin:clients_carerelationship_change", args=[care.pk]),
        {"ended_at_0": "2026-03-03", "ended_at_1": hour},
    )
    assert ("That is still to come: end care once it has ended." in words(page)) is not ends
    care.refresh_from_db()
    assert (care.ended_at is not None) is ends


def test_a_replaced_link_is_another_and_namesakes_are_told_apart(as_clerk: Browser, care: CareRelationship) -> None:
    old = care.booking_token
    said = words(act(as_clerk, "clients_carerelationship", "replace_link", care))
    assert "Jordan Lee (jordan.lee@example.com) has a new booking link." in said
    assert said.count("jordan.lee@example.com") == 2  # in the list as well
    care.refresh_from_db()
    assert care.booking_token != old


def client_fields(client: Client, **changes: str) -> dict[str, Any]:
    return {
        "first_name": client.first_name, "last_name": client.last_name, "email": client.email, "phone": client.phone,
        "time_zone": client.time_zone, "language": "en", "phone_use": "call", "user": client.user_id,
        "care_relationships-TOTAL_FORMS": 0, "care_relationships-INITIAL_FORMS": 0,
    } | changes  # fmt: skip


def test_a_changed_address_takes_waiting_mail_along_and_tells_both(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    by_the_office(late(maya, jordan), clerk)
    page = reverse("admin:clients_client_change", args=[jordan.pk])
    as_clerk.post(page, client_fields(jordan, email="jordan@new.example"))

    jordan.refresh_from_db()
    assert jordan.email == "jordan@new.example"
    waiting = OutboxMessage.objects.get(kind="canceled", about=f"client:{jordan.pk}")
    assert waiting.recipient == "jordan@new.example"
    assert "mailto:jordan@new.example" in waiting.calendar
    told = OutboxMessage.objects.filter(kind="address_changed")
    assert {mail.recipient for mail in told} == {"jordan@new.example", "jordan.lee@example.com"}


def test_a_changed_sign_in_address_takes_the_old_one_away(as_clerk: Browser, maya: Provider) -> None:
    page = reverse("admin:practice_user_change", args=[maya.user_id])
    as_clerk.post(page, {"email": "maya@new.example", "is_active": "on"})
    sign_in = reverse("account_login")
    old = Browser().post(sign_in, {"login": "maya.chen@example.com", "password": PASSWORD})
    new = Browser().post(sign_in, {"login": "maya@new.example", "password": PASSWORD})
    assert (old.status_code, new.status_code) == (200, 302)


def test_what_the_office_changed_names_its_zone_and_what_acts_own_leads_to_no_empty_page(
    as_clerk: Browser, clerk: User, maya: Provider
) -> None:
    payer = Payer.objects.first()
    assert payer is not None
    change = reverse("admin:clients_payer_change", args=[payer.pk])
    history = reverse("admin:clients_payer_history", args=[payer.pk])
    assert history in as_clerk.get(change).content.decode()
    assert "Nothing has been changed here by the office." in words(as_clerk.get(history))
    as_clerk.post(change, {"name": "Renamed", "rule": "allowed", "why": "Contract", "source": "2026"})
    assert re.search(r"[ap]\.m\. UTC clerk@example.com Changed Name", words(as_clerk.get(history)))

    kept = by_the_office(late(maya, make_client(maya)), clerk)
    page = as_clerk.get(reverse("admin:appointments_cancellation_change", args=[kept.pk]))
    assert "/history/" not in page.content.decode()


def test_a_mail_leads_to_what_it_told_of(as_clerk: Browser, clerk: User, maya: Provider, jordan: Client) -> None:
    by_the_office(late(maya, jordan), clerk)
    entry = HistoryEntry.objects.get(kind="canceled")
    for mail in entry.messages.all():
        page = as_clerk.get(reverse("admin:notifications_outboxmessage_change", args=[mail.pk]))
        assert reverse("admin:appointments_historyentry_change", args=[entry.pk]) in page.content.decode()
    assert entry.messages.count() == 2


def test_no_admin_page_shows_a_mails_body_or_a_private_note(
    as_clerk: Browser, clerk: User, maya: Provider, jordan: Client
) -> None:
    by_the_office(late(maya, jordan), clerk)
    mail = OutboxMessage.objects.filter(kind="canceled").first()
    assert mail is not None
    page = words(as_clerk.get(reverse("admin:notifications_outboxmessage_change", args=[mail.pk])))
    assert "See you soon" not in page
    cancellation_page = as_clerk.get(
        reverse("admin:appointments_cancellation_change", args=[Cancellation.objects.get().pk])
    )
    assert "See you soon" in words(cancellation_page)
    assert "Rang the office" not in words(cancellation_page)


LISTS = [
    "appointments_appointment", "appointments_fee", "appointments_cancellation", "appointments_historyentry",
    "clients_client", "clients_carerelationship",
]  # fmt: skip


@pytest.mark.only_sqlite
def test_a_list_takes_as_many_queries_for_30_rows_as_for_one(as_clerk: Browser, clerk: User, maya: Provider) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            client = make_client(maya)
            start = NOW + timedelta(hours=1 + Appointment.objects.count())
            by_the_office(booked(maya, client, start=start), clerk)

    def queries(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            as_clerk.get(reverse(f"admin:{page}_changelist"))
        return len(captured)

    add(1)
    for page in LISTS:
        queries(page)  # what is kept for the process is read once
    one = {page: queries(page) for page in LISTS}
    add(29)
    assert {page: queries(page) for page in LISTS} == one


def test_a_provider_is_sent_to_sign_in_and_turned_away_there(as_maya: Browser) -> None:
    response = as_maya.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert response.status_code == 403
    assert "What would you like to look after?" not in response.content.decode()


def test_the_office_is_told_while_the_practice_has_no_name_of_its_own(as_clerk: Browser, practice: Practice) -> None:
    assert "Enter the practice’s own" not in words(as_clerk.get("/admin/"))
    practice.contact_email = NOBODYS_EMAIL
    practice.save()
    page = as_clerk.get("/admin/")
    assert "Enter the practice’s own before anybody books." in words(page)
    assert reverse("admin:practice_practice_change", args=[practice.pk]) in page.content.decode()
