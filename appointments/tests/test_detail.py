"""An appointment's details: what holds, what can be done, what happened, and for whose eyes."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_cancellation import cancel
from clients.links import booking_url
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider
from practice.zones import plain

CHARGED = FeeDecision(FeeChoice.CHARGE, Decimal("75.00"))


def page(browser: Browser, appointment: Appointment) -> str:
    response = browser.get(reverse("appointments:detail", args=[appointment.uid]))
    assert response.status_code == 200
    return plain(response.content.decode())


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def facts(browser: Browser, appointment: Appointment) -> dict[str, str]:
    return {
        text(term): text(said.replace("<wbr>", ""))
        for term, said in re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page(browser, appointment), re.DOTALL)
    }


def menu(browser: Browser, appointment: Appointment) -> str:
    [found] = re.findall(
        r'<div class="menu-panel">(.*?)</div>\s*</details>\s*<aside', page(browser, appointment), re.DOTALL
    )
    return str(found)


# --- Booked ---


def test_a_booked_one_says_when_where_by_which_policy_and_who_pays(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    appointment = on_time(maya, jordan, format="in_person")
    booked(maya, jordan, start=NOW + timedelta(days=8))
    said = text(page(as_maya, appointment))
    assert "Jordan Lee Booked 12:44–1:34 PM Wednesday, March 4 EST, the same for Jordan" in said or (
        "until 1:34 PM, EST, the same for Jordan" in said
    )
    assert facts(as_maya, appointment) == {
        "E-mail": "jordan.lee@example.com",
        "Phone": "(212) 555-0142",
        "Next after this": "Wed, Mar 11, 11:44 AM EDT",
        "Late cancellations, 12 months": "None",
        "Format": "In person 12 Alder Street, New York",
        "Payer": "Self-pay",
        "Policy Jordan agreed to": "$75.00 inside 24 hours Acknowledged Jan 12, 2026",
    }


def test_the_notice_line_stands_with_its_sentence(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    found = page(as_maya, on_time(maya, jordan))
    sentence = "Jordan can cancel free of charge until Tue, Mar 3, 12:44 PM EST."
    assert f'aria-label="{sentence}' in found
    assert f'<p class="small quiet-text">{sentence}' in found


def test_where_nothing_was_agreed_a_sentence_stands_alone(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan, acknowledged=None)
    assert "notice-line" not in page(as_maya, appointment)
    assert "No fee can follow: Jordan has not agreed" in page(as_maya, appointment)
    agreed = facts(as_maya, appointment)["Policy Jordan agreed to"]
    assert agreed == "None Jordan is asked to agree in the mail; until then no fee can follow"


def test_the_clients_own_time_stands_beside_the_providers(as_maya: Browser, maya: Provider) -> None:
    kenji = make_client(maya, first_name="Kenji", time_zone="Asia/Tokyo", payer=Payer.objects.get(name="Medicaid"))
    appointment = on_time(maya, kenji)
    assert "EST, Thu, Mar 5, 2:44 AM JST for Kenji" in page(as_maya, appointment)
    assert facts(as_maya, appointment)["Payer"] == "Medicaid No fee for missed visits is allowed."


def test_the_warning_about_the_calendar_stands_while_it_can_be_changed(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    warning = "Change appointments here, not in your calendar: we would not see it"
    appointment = on_time(maya, jordan)
    assert warning in page(as_maya, appointment)
    cancel(appointment, Actor.provider(maya.user_id))
    assert warning not in page(as_maya, appointment)


# --- Actions ---


def test_actions_lead_to_cancel_and_copy_the_link(
    as_maya: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    appointment = late(maya, jordan)
    found = menu(as_maya, appointment)
    assert f'href="{reverse("appointments:cancel", args=[appointment.uid])}"' in found
    assert 'data-copy-from="booking-link"' in found
    assert f'value="{booking_url(care)}"' in page(as_maya, appointment)


def test_where_care_has_ended_there_is_no_link_to_copy(
    as_maya: Browser, maya: Provider, jordan: Client, care: CareRelationship
) -> None:
    appointment = late(maya, jordan)
    care.ended_at = NOW
    care.save()
    assert "data-copy-from" not in page(as_maya, appointment)
    assert care.booking_token not in page(as_maya, appointment)


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (timedelta(0), ("This session has started", "Started: the office can correct it")),
        (timedelta(minutes=-49), ("This session has started", "Started: the office can correct it")),
        (timedelta(minutes=-50), ("This session is over", "Over: the office can correct it")),
    ],
)
def test_a_started_session_cant_be_canceled_and_says_who_can(
    as_maya: Browser, maya: Provider, jordan: Client, ahead: timedelta, says: tuple[str, str]
) -> None:
    title, reason = says
    appointment = booked(maya, jordan, start=NOW + ahead)
    assert reverse("appointments:cancel", args=[appointment.uid]) not in page(as_maya, appointment)
    assert reason in menu(as_maya, appointment)
    said = text(page(as_maya, appointment))
    assert f"{title}. It can’t be canceled here any more. The office can correct it: call" in said
    assert "mailto:office@alderstreet.example" in page(as_maya, appointment)


@pytest.mark.parametrize(("minutes_ago", "state"), [(49, "Booked"), (50, "Past")])
def test_a_booked_one_whose_end_has_passed_reads_past(
    as_maya: Browser, maya: Provider, jordan: Client, minutes_ago: int, state: str
) -> None:
    appointment = booked(maya, jordan, start=NOW - timedelta(minutes=minutes_ago))
    assert f"Jordan Lee {state}" in text(page(as_maya, appointment))


def test_a_completed_one_has_nothing_left_to_cancel(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = booked(maya, jordan, start=NOW - timedelta(days=2), status="completed")
    assert "Marked as completed" in menu(as_maya, appointment)
    assert "This session" not in page(as_maya, appointment)


# --- Who was told, history, counts ---


def test_the_head_says_where_the_clients_newest_mail_stands(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = on_time(maya, jordan)
    assert "was told" not in page(as_maya, appointment)
    cancel(appointment, Actor.provider(maya.user_id))
    OutboxMessage.objects.filter(about=f"client:{jordan.pk}").update(
        status=Status.DELIVERED, delivered_at=NOW - timedelta(days=1)
    )
    head = page(as_maya, appointment).partition("</header>")[2].partition("</header>")[0]
    assert "Jordan was told: delivered Mon, Mar 2, 10:44 AM" in text(head)
    OutboxMessage.objects.update(delivered_at=NOW - timedelta(days=365))
    head = page(as_maya, appointment).partition("Actions")[0]
    assert "Jordan was told: delivered Mon, Mar 3, 2025, 10:44 AM" in text(head)
    OutboxMessage.objects.filter(about=f"client:{jordan.pk}").update(status=Status.BOUNCED, bounced_at=NOW)
    head = page(as_maya, appointment).partition("</header>")[2].partition("</header>")[0]
    assert "Jordan’s mail bounced 10:44 AM Fix address" in text(head)


def test_the_history_is_newest_first_with_its_mails(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), fee=CHARGED)
    [history] = re.findall(r'<ol class="timeline">(.*?)</ol>', page(as_maya, appointment), re.DOTALL)
    assert text(history) == (
        "You charged the late fee of $75.00 Today, 10:44 AM EST "
        "You canceled it Today, 10:44 AM EST Jordan asked to cancel, 22 h 15 min before the start "
        "Jordan’s mail is queued Your mail is queued "
        "Jordan booked it and agreed to the policy Mon, Jan 12, 7:06 PM EST"
    )


def late_cancellations(as_maya: Browser, appointment: Appointment) -> str:
    return facts(as_maya, appointment)["Late cancellations, 12 months"]


def test_late_cancellations_are_those_the_client_caused_within_a_year(
    as_maya: Browser, maya: Provider, sam: Provider, jordan: Client
) -> None:
    appointment = booked(maya, jordan, start=NOW + timedelta(days=5))
    by = Actor.provider(maya.user_id)

    def canceled_late(provider: Provider, key: str, at: datetime) -> None:
        one = booked(
            provider, jordan, start=at + timedelta(hours=3), booked_at=at - timedelta(days=3), acknowledged=None
        )
        cancel(one, Actor.provider(provider.user_id), key, at=at, send_link=False)

    canceled_late(maya, "client-asked", NOW - timedelta(days=364))
    assert late_cancellations(as_maya, appointment) == "1"
    canceled_late(maya, "client-asked", NOW - timedelta(days=366))
    canceled_late(maya, "provider-unwell", NOW - timedelta(days=20))
    canceled_late(sam, "client-asked", NOW - timedelta(days=20))
    cancel(booked(maya, jordan, start=NOW + timedelta(days=3)), by)
    assert late_cancellations(as_maya, appointment) == "1"
    canceled_late(maya, "client-emergency", NOW - timedelta(days=10))
    assert late_cancellations(as_maya, appointment) == "2"


def test_the_next_after_this_is_later_than_this_and_booked(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    first, second, third, last = (booked(maya, jordan, start=NOW + timedelta(days=day)) for day in (2, 3, 4, 5))
    cancel(third, Actor.provider(maya.user_id))
    assert f'href="{reverse("appointments:detail", args=[last.uid])}"' in page(as_maya, second)
    assert reverse("appointments:detail", args=[first.uid]) not in page(as_maya, second)
    assert facts(as_maya, last)["Next after this"] == "None"


# --- Whose ---


def test_another_providers_appointment_does_not_exist(as_maya: Browser, sam: Provider) -> None:
    theirs = booked(sam, make_client(sam, first_name="Hidden"))
    answer = as_maya.get(reverse("appointments:detail", args=[theirs.uid]))
    assert answer.status_code == 404
    assert "Hidden" not in answer.content.decode()


def test_a_client_gets_404_and_a_stranger_the_sign_in_page(
    as_jordan: Browser, client: Browser, maya: Provider, jordan: Client
) -> None:
    url = reverse("appointments:detail", args=[booked(maya, jordan).uid])
    answer = as_jordan.get(url)
    assert answer.status_code == 404
    assert "jordan.lee@example.com" not in answer.content.decode()
    assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.only_sqlite
def test_the_queries_do_not_grow_with_what_happened_else(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    appointment = late(maya, jordan)
    cancel(appointment, Actor.provider(maya.user_id), fee=CHARGED)

    def queries(others: range) -> int:
        for day in others:
            cancel(booked(maya, jordan, start=NOW + timedelta(days=3 + day)), Actor.provider(maya.user_id))
        with CaptureQueriesContext(connection) as made:
            page(as_maya, appointment)
        return len(made)

    one = queries(range(1))
    assert one <= 17
    assert queries(range(1, 30)) == one
