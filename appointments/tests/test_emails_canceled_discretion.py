"""What must be absent from the mails of a cancellation."""

from datetime import timedelta

import pytest

from appointments.drafts import Notes
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import CancellationReason
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_emails_canceled import AMOUNT, PRIVATE, WHY, by_maya, cancel, mails, step
from clients.models import CareRelationship, Client
from clients.tests.factories import care_of, make_client
from practice import discretion
from practice.actors import Actor
from practice.models import Provider, User


@pytest.mark.parametrize("key", [
    "provider-unwell", "provider-not-available", "provider-time-off", "client-asked", "client-other-time",
    "client-emergency", "technical", "by-mistake", "care-ending", "talked-over",
])  # fmt: skip
def test_they_say_as_little_as_they_can(key: str, maya: Provider) -> None:
    client = make_client(maya, first_name="Legalname", preferred_name="Jo", last_name="Okafor")
    reason = CancellationReason.objects.get(key=key)
    fee = FeeDecision(FeeChoice.WAIVE, AMOUNT, why=WHY) if reason.fee_may_apply else None
    by_maya(late(maya, client), key, notes=Notes(private=PRIVATE), fee=fee)
    for mail in mails():
        everything = f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.calendar}"
        assert discretion.clinical_words(everything, also="session\nward") == []
        for absent in ("LCSW", "Legalname", "Okafor", PRIVATE, WHY, reason.provider_words, "today", "{"):
            assert absent not in everything.replace(css(mail.html), "")
        assert "\xa0" not in mail.subject + mail.text
    assert "Jo" not in mails()[0].subject
    assert "Jo O." in mails()[1].subject


@pytest.mark.parametrize(
    ("by_the_office", "lead"),
    [
        (True, "Maya Chen’s office canceled this appointment."),
        (False, "As you asked, Maya Chen canceled this appointment."),
    ],
)
def test_nobody_says_a_clients_own_first_person_reason_back_to_them(
    by_the_office: bool, lead: str, maya: Provider, jordan: Client, office: User
) -> None:
    by = Actor.admin(office.pk) if by_the_office else Actor.provider(maya.user_id)
    cancel(on_time(maya, jordan), "not-well", by=by)
    assert f"Hello Jordan,\n\n{lead}\n" in mails()[0].text
    assert "I am not well" not in mails()[0].text + mails()[0].html


@pytest.mark.parametrize(
    ("key", "lead"),
    [
        ("client-asked", "As you asked, Maya Chen’s office canceled this appointment."),
        ("provider-not-available", "Maya Chen is not available at this time and had to cancel."),
    ],
)
def test_who_called_the_office_is_told_that_the_office_canceled(
    key: str, lead: str, maya: Provider, jordan: Client, office: User
) -> None:
    cancel(on_time(maya, jordan), key, by=Actor.admin(office.pk))
    assert f"Hello Jordan,\n\n{lead}\n" in mails()[0].text


def test_a_name_stands_in_a_subject_as_it_is_written(maya: Provider) -> None:
    by_maya(on_time(maya, make_client(maya, first_name="D'Arcy & Bo", last_name="O'Neil")), "provider-unwell")
    assert mails()[1].subject.startswith("Canceled: D'Arcy & Bo O., ")


def test_after_the_start_the_notice_says_so_and_no_time_is_free_again(
    maya: Provider, jordan: Client, office: User
) -> None:
    cancel(booked(maya, jordan, start=NOW - timedelta(hours=3)), "client-asked", by=Actor.admin(office.pk))
    told = mails()[1]
    assert "Notice: 3 h after the start\n" in told.text
    assert "Your appointment with Jordan L. is canceled.\n" in told.text
    assert "free again" not in told.text + told.html


def css(html: str) -> str:
    return html[html.index("<style>") : html.index("</style>")]


def test_a_note_is_only_text(maya: Provider, jordan: Client) -> None:
    note = "<img src=x onerror=alert(1)> & “5 < 6”\n\n{{ practice }} https://example.com"
    by_maya(on_time(maya, jordan), "provider-unwell", notes=Notes(to_client=note))
    for mail in mails():
        assert f":\n{note}\n" in mail.text
        assert (
            "&lt;img src=x onerror=alert(1)&gt; &amp; “5 &lt; 6”<br><br>{{ practice }} https://example.com" in mail.html
        )
        assert "<img" not in mail.html


def test_only_this_clients_link_with_this_provider_goes_out(maya: Provider, sam: Provider, jordan: Client) -> None:
    other = CareRelationship.objects.create(provider=sam, client=jordan)
    by_maya(on_time(maya, jordan), "provider-unwell")
    mail, to_provider = mails()
    assert care_of(jordan, maya).booking_token in mail.text
    assert other.booking_token not in mail.text + mail.html
    assert "/b/" not in to_provider.text + to_provider.html


def test_another_providers_appointment_is_not_what_comes_next(maya: Provider, sam: Provider, jordan: Client) -> None:
    CareRelationship.objects.create(provider=sam, client=jordan)
    booked(sam, jordan, start=NOW + timedelta(days=3))
    booked(maya, jordan, start=NOW + timedelta(days=4), status="canceled")
    by_maya(on_time(maya, jordan), "provider-unwell")
    assert step(3) == "You have no other appointment with Maya. Choose a new time when it suits you."
